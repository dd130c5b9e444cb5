"""What can go wrong, as a caller sees it.

* TerrilError            anything this package raises on purpose
  - NotFound             a file or folder is missing
  - BadSource            a source file cannot be read as Turtle or TriG
  - BadOntology          an axiom cannot be compiled to a rule
  - BadGraph             a graph file is truncated, damaged or not ours
  - Contradiction        the graph contradicts the ontology
  - BadQuery             a query is no SPARQL, or may not be run
  - Violations           the sources break their shapes; `report` says where
  - UnknownFormat        a result cannot be written in that format
  - UnknownQuestion      no catalogued question has that name
  - UnknownParameter     the question has no such parameter
  - NotUnderstood        a question in words cannot be read, or means several things
  - BadValue             a parameter's value is not of its class or datatype
  - EndpointFailed       a SPARQL endpoint refused or did not answer
  - NotWritten           a file could not be written; the old one is untouched
  - NotInstalled         a library of an extra is missing
  - NotServed            a server could not be started, or not kept up
  - Outrun               work took more time or memory than it may

Every message is a sentence: what was wrong, where, and what to do next.
"""

from collections.abc import Mapping
from pathlib import Path


class TerrilError(Exception):
    """Anything this package raises on purpose."""


class NotFound(TerrilError):
    """A file or folder is missing."""


class BadSource(TerrilError):
    """A source file cannot be read as Turtle or TriG; where it is known, `path` and `line` say where, and `sentences`
    what is wrong there, by language."""

    def __init__(
        self, message: str, path: Path | None = None, line: int = 1, sentences: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.path, self.line, self.sentences = path, line, sentences or {"en": message, "fr": message}


class BadOntology(TerrilError):
    """An axiom cannot be compiled to a rule; `faults` pairs what each such axiom is about with its sentence."""

    def __init__(self, message: str, faults: tuple[tuple[object, str], ...] = ()) -> None:
        super().__init__(message)
        self.faults = faults


class BadGraph(TerrilError):
    """A graph file is truncated, damaged or not ours."""


class Contradiction(TerrilError):
    """The graph contradicts the ontology."""


class BadQuery(TerrilError):
    """A query is no SPARQL, or may not be run."""


class Violations(TerrilError):
    """The sources break their shapes; `report` says where."""

    def __init__(self, report: object) -> None:
        super().__init__(str(report).rstrip())
        self.report = report


class UnknownFormat(TerrilError):
    """A result cannot be written in that format."""


class UnknownQuestion(TerrilError):
    """No catalogued question has that name."""


class UnknownParameter(TerrilError):
    """The question has no such parameter."""


class NotUnderstood(TerrilError):
    """A question in words cannot be read, or may mean several things with different answers."""


class BadValue(TerrilError):
    """A parameter's value is not of its class or datatype."""


class EndpointFailed(TerrilError):
    """A SPARQL endpoint refused or did not answer."""


class NotWritten(TerrilError):
    """A file could not be written; the old one is untouched."""


class NotInstalled(TerrilError):
    """A library of an extra is missing."""


class NotServed(TerrilError):
    """A server could not be started, or not kept up."""


class Outrun(TerrilError):
    """Work took more time or memory than it may."""
