"""A region's innovation ecosystem as a graph: every fact with its passage, every inference with its proof.

Making: `read`, `validate`, `infer`, `build` turn a project's files into one graph. Using: `query`, `ask`, `explain` and
`questions` turn that graph, or any SPARQL endpoint, into answers and the passages behind them.

    >>> import terril
    >>> for row in terril.ask("strands-of-cluster", cluster="mecatech"):
    ...     print(row.strandLabel.value)
    materials and surfaces of the future
    microtechnology and mechatronics
    general shaping technologies
    smart maintenance
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from . import catalogue, explanations, reports, results
    from .catalogue import Answer, Parameter, Question, ask, questions
    from .documents import Corpus, read
    from .errors import (
        BadGraph,
        BadOntology,
        BadQuery,
        BadSource,
        BadValue,
        Contradiction,
        EndpointFailed,
        NotFound,
        NotWritten,
        TerrilError,
        UnknownFormat,
        UnknownParameter,
        UnknownQuestion,
        Violations,
    )
    from .evidence import Evidence, Explanation, explain
    from .home import Home, find_home
    from .pipeline import Built, build, infer
    from .reports import Finding, Report
    from .results import Solutions, Store, Triples, Truth
    from .store import Embedded, Endpoint, connect, query
    from .validation import validate

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "BadGraph",
    "BadOntology",
    "BadQuery",
    "BadSource",
    "BadValue",
    "Built",
    "Contradiction",
    "Corpus",
    "Embedded",
    "Endpoint",
    "EndpointFailed",
    "Evidence",
    "Explanation",
    "Finding",
    "Home",
    "NotFound",
    "NotWritten",
    "Parameter",
    "Question",
    "Report",
    "Solutions",
    "Store",
    "TerrilError",
    "Triples",
    "Truth",
    "UnknownFormat",
    "UnknownParameter",
    "UnknownQuestion",
    "Violations",
    "ask",
    "build",
    "catalogue",
    "connect",
    "explain",
    "explanations",
    "find_home",
    "infer",
    "query",
    "questions",
    "read",
    "reports",
    "results",
    "validate",
]

_MODULE_OF = {
    name: module
    for module, names in {
        "catalogue": "Answer Parameter Question ask questions",
        "documents": "Corpus read",
        "errors": "BadGraph BadOntology BadQuery BadSource BadValue Contradiction EndpointFailed NotFound NotWritten "
        "TerrilError UnknownFormat UnknownParameter UnknownQuestion Violations",
        "evidence": "Evidence Explanation explain",
        "home": "Home find_home",
        "pipeline": "Built build infer",
        "reports": "Finding Report",
        "results": "Solutions Store Triples Truth",
        "store": "Embedded Endpoint connect query",
        "validation": "validate",
    }.items()
    for name in names.split()
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import a name when it is asked for, so that a command starts without the libraries of the others."""
        if name in _MODULE_OF:
            return getattr(import_module(f".{_MODULE_OF[name]}", __name__), name)
        if name in __all__:
            return import_module(f".{name}", __name__)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
