"""A region’s innovation ecosystem as a graph: every fact with its passage, every inference with its proof."""
