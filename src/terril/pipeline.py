"""Making the graph: read, validate, infer, write. Either all of it is written, or nothing is."""

import contextlib
import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import pyoxigraph as ox

from . import __version__, names, naming
from .documents import Corpus, merge, place, read
from .errors import BadValue, NotFound, NotWritten
from .home import Home, find_home
from .reports import report

if TYPE_CHECKING:
    from .inference import Inference

_log = logging.getLogger("terril")
_ONTOLOGY: Final = ox.NamedNode(names.ONTOLOGY)
_INFERRED: Final = ox.NamedNode(names.INFERRED)
_TYPE: Final = ox.NamedNode(names.expand("rdf:type"))
_ABANDONED: Final = 3600.0  # seconds
_PACKAGE: Final = Path(__file__).resolve().parent
_ENGINES: Final = ("terril", "owlrl")
_ADDRESSED: Final = [ox.NamedNode(f"{names.NS}{name}") for name in ("Passage", "Quotation", "Reading", "NoClaim")]


@dataclass(frozen=True)
class Built:
    """A built graph: its file, and how many triples were asserted and inferred."""

    path: Path
    asserted: int
    inferred: int


def build(*, documents: str | Path | None = None, home: Home | str | Path | None = None) -> Built:
    """Read, validate and infer; write the graph, the index of its names, its manifest and the facts as plain Turtle.

    The same input gives the same bytes. With `documents`, a folder with the source texts, passages are checked
    against their texts too. Raises `BadSource`, `BadOntology`, `Violations` (nothing is written then) or `NotWritten`.
    """
    from . import contradictions, rules, validation

    project = find_home(home)
    if home is None and project.path.is_relative_to(_PACKAGE):
        raise NotFound("Here is no Terril project, and the one that came with the package stays. Name one with --home.")
    _log.info("Reading %s", project.path.resolve())
    corpus = read(project)
    _log.info("Validating %d triples", len(corpus))
    report(validation.check(corpus, project, documents)).raise_for_violations()
    rulebook = rules.of(corpus)
    _log.info("Inferring by %d rules", len(rulebook.rules))
    asserted = merge(corpus.quads())
    inference = rules.infer(asserted, rulebook)
    report(contradictions.check(corpus, inference)).raise_for_violations()
    inferred = list(inference)
    _log.info("Writing %s", project.graph)
    graph = nquads(corpus, inferred)
    index = naming.write(naming.gather(chain(asserted, inferred)), _sha256(graph))
    _replace(
        {
            project.turtle: _turtle(corpus),
            project.graph: graph,
            project.index: index,
            project.manifest: _manifest(project, graph, index),
        }
    )
    return Built(project.graph, len(asserted), len(inferred))


def infer(
    source: str | Path | None = None,
    *,
    engine: Literal["terril", "owlrl"] = "terril",
    home: Home | str | Path | None = None,
) -> "Inference":
    """Find what follows, by the project's ontology, from its sources or from the graph file `source`, and is not said.

    `engine="owlrl"` asks the OWL 2 RL reference implementation, which is slow. Raises `NotFound`, `BadSource`,
    `BadOntology`, or `BadValue` for an engine that there is not.
    """
    from . import rules

    if engine not in _ENGINES:
        raise BadValue(f"There is no engine {str(engine)[:60]!r}. Choose one of {', '.join(_ENGINES)}.")
    project = find_home(home)
    _log.info("Reading %s", project.path.resolve())
    corpus = read(project)
    rulebook = rules.of(corpus)
    _log.info("Inferring by %d rules", len(rulebook.rules))
    return rules.infer(source or merge(corpus.quads()), rulebook, engine=engine)


def composed(home: Home) -> bytes:
    """The graph of a project as N-Quads, as `build` would write it; nothing is written, and nothing validated.

    Raises `NotFound`, `BadSource` or `BadOntology`.
    """
    from . import rules

    corpus = read(home)
    return nquads(corpus, rules.infer(merge(corpus.quads()), rules.of(corpus)))


def ensure(home: Home | str | Path | None = None) -> Path:
    """Return the built graph, after building it if it is missing or its sources have changed since."""
    project = find_home(home)
    reason = staleness(project)
    if reason:
        _log.warning("%s Building it.", reason)
        _rebuild(project)
    return project.graph


def _rebuild(project: Home) -> None:
    try:
        build(home=project)
    except NotWritten as error:
        if not project.graph.is_file():
            raise
        raise NotWritten(f"{error} To ask the graph as it was built then, add --at {project.graph}") from error


def staleness(project: Home) -> str | None:
    """Say in a sentence why the built graph cannot be used as it is; None if it can."""
    if not project.graph.is_file():
        return f"There is no built graph at {project.graph}."
    try:
        manifest = json.loads(project.manifest.read_text(encoding="utf-8"))
        inputs, graph, index, maker = (manifest[key] for key in ("inputs", "graph", "index", "terril"))
    except (OSError, ValueError, KeyError, TypeError):
        return f"The graph at {project.graph} has no readable manifest."
    try:
        if graph != _sha256(project.graph.read_bytes()):
            return f"The graph at {project.graph} is not the one that was built."
        if maker != __version__:
            return f"The graph at {project.graph} was built by Terril {maker}, and this is {__version__}."
        if inputs != _inputs(project):
            return f"The sources have changed since {project.graph} was built."
        if not project.index.is_file() or index != _sha256(project.index.read_bytes()):
            return f"The index of names at {project.index} is not the one that was built."
    except OSError as error:
        return f"The graph at {project.graph}, or a file that it was built from, cannot be read: {error}."
    return None


def nquads(corpus: Corpus, inferred: Iterable[ox.Triple]) -> bytes:
    """Write a corpus and what follows from it as N-Quads: every triple in the default graph, and again in the graphs
    that say so; sorted, blank nodes named canonically.
    """
    named = [*corpus.quads("reference", "document"), *_canonical(corpus.quads("ontology"))]
    named.extend(place(triple, _INFERRED) for triple in inferred)
    lines = {f"{statement} .\n" for quad in named for statement in (quad, quad.triple)}
    return "".join(sorted(lines)).encode()


def _canonical(quads: Iterable[ox.Quad]) -> Iterable[ox.Quad]:
    """Quads in the graph of the ontology; only those with blank nodes have a say in what these are called."""
    known, unnamed = set[ox.Quad](), ox.Dataset()
    for quad in quads:
        is_unnamed = any(isinstance(term, ox.BlankNode | ox.Triple) for term in (quad.subject, quad.object))
        (unnamed if is_unnamed else known).add(place(quad.triple, _ONTOLOGY))
    unnamed.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return [*known, *unnamed]


def _turtle(corpus: Corpus) -> bytes:
    """The facts of documents and reference files as one Turtle text, without the addresses of their passages."""
    facts = merge(corpus.quads("reference", "document"))
    addresses = {t.subject for t in facts if t.predicate == _TYPE and t.object in _ADDRESSED}
    told = sorted((t for t in facts if t.subject not in addresses), key=_reading_order)
    spaces = "\n".join(str(triple) for triple in told)
    prefixes = {prefix: space for prefix, space in sorted(names.PREFIXES.items()) if space in spaces}
    text = ox.serialize(told, format=ox.RdfFormat.TURTLE, prefixes=prefixes)
    assert text is not None
    return b"# Written by `terril build` from the documents and reference files; edit those, not this.\n" + text


def _reading_order(triple: ox.Triple) -> tuple[str, bool, str, str]:
    return str(triple.subject), triple.predicate != _TYPE, triple.predicate.value, str(triple.object)


def _manifest(project: Home, graph: bytes, index: bytes) -> bytes:
    manifest = {
        "graph": _sha256(graph),
        "index": _sha256(index),
        "inputs": _inputs(project),
        "terril": __version__,
    }
    return (json.dumps(manifest, indent=2, sort_keys=True) + "\n").encode()


def _inputs(project: Home) -> dict[str, str]:
    return {path.relative_to(project.path).as_posix(): _sha256(path.read_bytes()) for path in project.inputs}


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _replace(files: Mapping[Path, bytes]) -> None:
    """Write all files beside their places, then move them in: each is whole at any time, the old one or the new.

    The manifest comes last: a build that dies between two moves leaves a graph that counts as changed.
    """
    parts = {path: path.with_name(f".{path.name}.{os.getpid()}.part") for path in files}
    try:
        for path, content in files.items():
            with _named(path, "written", "The files built before are untouched."):
                _sweep(path)
                _write(parts[path], content)
        for path, part in parts.items():
            with _named(path, "replaced", "Clear the way, then run `terril build` again."):
                part.replace(path)
    finally:
        for part in parts.values():
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)


@contextlib.contextmanager
def _named(path: Path, done: str, then: str) -> Iterator[None]:
    """Name the file that a build was at when the system refused, rather than its part."""
    try:
        yield
    except OSError as error:
        raise NotWritten(f"{path} could not be {done}: {error.strerror or error}. {then}") from error


def _sweep(path: Path) -> None:
    """Make the folder, and clear away what a killed build left in it; younger parts may be another build at work."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{path.name}.*.part"):
        if left.stat().st_mtime < time.time() - _ABANDONED:
            left.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
