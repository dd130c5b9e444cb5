"""Loads: the graph into a running triplestore, and the proof that it arrived."""
