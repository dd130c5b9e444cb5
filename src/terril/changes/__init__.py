"""What changed between two graphs, in the words of the field, and how it is written."""

from .writing import FORMATS, as_changesets, as_json, as_patch, write

__all__ = ["FORMATS", "as_changesets", "as_json", "as_patch", "write"]
