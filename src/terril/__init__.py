"""A region's innovation ecosystem as a graph: every fact with its passage, every inference with its proof.

Making: `read`, `validate`, `infer`, `build` turn a project's files into one graph. Using: `query`, `ask`, `explain` and
`questions` turn that graph, or any SPARQL endpoint, into answers and the passages behind them. `diff` says what changed
between two.

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
    from . import (
        catalogue,
        changes,
        connections,
        datasets,
        descriptions,
        explanations,
        listings,
        reports,
        results,
        understanding,
    )
    from .answers import ask
    from .assistants import mcp
    from .bundle.release import Release, release
    from .catalogue import Answer, Parameter, Question, questions
    from .changes.comparing import diff
    from .changes.records import Change, Difference
    from .connections import Connections, Hop, Path, path
    from .descriptions import Description, Fact, Figure, describe
    from .documents import Corpus, read
    from .endpoint import Endpoint
    from .errors import (
        BadGraph,
        BadOntology,
        BadQuery,
        BadSource,
        BadValue,
        Contradiction,
        EndpointFailed,
        NotFound,
        NotInstalled,
        NotServed,
        NotUnderstood,
        NotWritten,
        Outrun,
        TerrilError,
        UnknownFormat,
        UnknownParameter,
        UnknownQuestion,
        Violations,
    )
    from .evidence import Evidence, Explanation, Explanations, explain
    from .home import Home, find_home
    from .loads.pushing import push
    from .loads.records import GraphOutcome, Pushed, Verified
    from .loads.verifying import verify
    from .pipeline import Built, build, infer
    from .reports import Finding, Report
    from .results import Solutions, Store, Triples, Truth
    from .store import Embedded, connect, query
    from .things import find
    from .validation import validate
    from .web.server import serve
    from .web.site import Site, publish

__version__ = "0.1.0"

__all__ = [
    "Answer",
    "BadGraph",
    "BadOntology",
    "BadQuery",
    "BadSource",
    "BadValue",
    "Built",
    "Change",
    "Connections",
    "Contradiction",
    "Corpus",
    "Description",
    "Difference",
    "Embedded",
    "Endpoint",
    "EndpointFailed",
    "Evidence",
    "Explanation",
    "Explanations",
    "Fact",
    "Figure",
    "Finding",
    "GraphOutcome",
    "Home",
    "Hop",
    "NotFound",
    "NotInstalled",
    "NotServed",
    "NotUnderstood",
    "NotWritten",
    "Outrun",
    "Parameter",
    "Path",
    "Pushed",
    "Question",
    "Release",
    "Report",
    "Site",
    "Solutions",
    "Store",
    "TerrilError",
    "Triples",
    "Truth",
    "UnknownFormat",
    "UnknownParameter",
    "UnknownQuestion",
    "Verified",
    "Violations",
    "ask",
    "build",
    "catalogue",
    "changes",
    "connect",
    "connections",
    "datasets",
    "describe",
    "descriptions",
    "diff",
    "explain",
    "explanations",
    "find",
    "find_home",
    "infer",
    "listings",
    "mcp",
    "path",
    "publish",
    "push",
    "query",
    "questions",
    "read",
    "release",
    "reports",
    "results",
    "serve",
    "understanding",
    "validate",
    "verify",
]

_MODULE_OF = {
    name: module
    for module, names in {
        "answers": "ask",
        "assistants": "mcp",
        "bundle.release": "Release release",
        "catalogue": "Answer Parameter Question questions",
        "changes.comparing": "diff",
        "changes.records": "Change Difference",
        "connections": "Connections Hop Path path",
        "descriptions": "Description Fact Figure describe",
        "documents": "Corpus read",
        "endpoint": "Endpoint",
        "errors": "BadGraph BadOntology BadQuery BadSource BadValue Contradiction EndpointFailed NotFound NotInstalled "
        "NotServed NotUnderstood NotWritten Outrun TerrilError UnknownFormat UnknownParameter UnknownQuestion "
        "Violations",
        "evidence": "Evidence Explanation Explanations explain",
        "home": "Home find_home",
        "loads.pushing": "push",
        "loads.records": "GraphOutcome Pushed Verified",
        "loads.verifying": "verify",
        "pipeline": "Built build infer",
        "reports": "Finding Report",
        "results": "Solutions Store Triples Truth",
        "store": "Embedded connect query",
        "things": "find",
        "web.server": "serve",
        "validation": "validate",
        "web.site": "Site publish",
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
