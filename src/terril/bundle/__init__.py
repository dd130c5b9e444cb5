"""A bundle of a graph in every format that stores and tools take. `release` writes it."""
