"""What graphs are called."""

from typing import TypeAlias

Name: TypeAlias = str | None
"""The IRI of a graph; None is the default graph."""


def shown(name: Name) -> str:
    """How a graph is called in a sentence."""
    return "the default graph" if name is None else f"the graph <{name}>"
