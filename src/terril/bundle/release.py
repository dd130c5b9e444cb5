"""The verb `release`: a graph as a folder of files that any store takes."""

import logging
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from .. import dumps
from ..catalogue import questions
from ..changes.comparing import diff
from ..changes.writing import write
from ..crews import Crew
from ..errors import BadValue, NotWritten
from ..home import Home, find_home
from ..metadata import whole_folder
from ..names import BASE
from ..pipeline import ensure
from ..shelf import Shelf
from ..store import Embedded, Where, connect, graph_file, is_address
from . import about
from .about import Sized
from .formats import FORMATS, Format
from .graph import Graph, sorted_in
from .loading import LOADERS
from .writing import Written, written

_log = logging.getLogger("terril")


@dataclass(frozen=True)
class Release:
    """What was released: the folder, how many facts and named graphs, in how many formats, and what became of files."""

    folder: Path
    facts: int
    graphs: int
    formats: int
    written: int
    unchanged: int
    removed: int


def release(
    folder: str | Path,
    /,
    *,
    at: Where = None,
    base: str | None = None,
    since: Where = None,
    home: Home | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Release:
    """Write a graph into a folder in every format that stores and tools take, with descriptions and load scripts.

    `base` is where the folder will be on the web, for the descriptions. The release of a project brings its shapes and
    questions; with `since`, a former release or whatever else `diff` compares, also what changed. Only files that
    change are written, each whole or not at all; what a former run wrote and is no longer part is removed; nothing else
    is touched. The same graph gives the same bytes. `progress` is told how many parts are done, of how many.
    Raises `NotWritten` for a folder with other files in it or that cannot be written, `BadValue` for a base that is no
    address or a graph at an endpoint, `BadGraph` for triples about triples, and what `connect` and `diff` raise.
    """
    address = whole_folder(base or BASE)
    source = _source(at, home)
    project = find_home(home) if at is None else None
    shelf = Shelf(Path(folder), "release", ".terril-release")
    try:
        found, formats = _shelved(source, shelf, address, _Beside(project, since, home), progress)
    except OSError as error:
        reason = error.strerror or error
        raise NotWritten(f"The release could not be drafted: {reason}. Make room for temporary files.") from error
    shelf.finish()
    return Release(shelf.folder, found.facts, found.graphs, formats, shelf.written, shelf.unchanged, shelf.removed)


def _source(at: Where, home: Home | str | Path | None) -> Path | ox.Store:
    """The file or store to read the graph from: a file is read quad by quad, and not held."""
    if at is None:
        return ensure(home)
    if isinstance(at, str | Path) and not (isinstance(at, str) and is_address(at)):
        return graph_file(at)
    store = connect(at)
    if not isinstance(store, Embedded):
        raise BadValue("at: an endpoint does not give its graph as one. Name a graph file.")
    return store.path or store.graph


@dataclass(frozen=True)
class _Beside:
    """What a release tells beside its graph: the project that it is of, if any, and what it is compared with."""

    project: Home | None
    since: Where
    home: Home | str | Path | None

    def write(self, drafts: Path, name: str) -> list[str]:
        """Write the files beside the graph, which lies there already, and tell their names."""
        found: dict[str, bytes] = {}
        if self.project:
            found = dumps.texts(self.project, questions(home=self.project))
            del found["ontology.ttl"]  # which is a format of the graph
        _write(drafts, found)
        if self.since is not None:
            changed = diff(self.since, drafts, home=self.home)
            before = changed.before if is_address(changed.before) else Path(changed.before).resolve().name
            told = replace(changed, before=before, after=name)
            found |= {file: write(told, format, limit=_LISTED).encode() for file, format in _CHANGES.items()}
            _write(drafts, found)
        return list(found)


_CHANGES: Final = {
    "changes.md": "markdown",
    "changes.json": "json",
    "changes.ttl": "turtle",
    "changes.rdfp": "patch",
}
_LISTED: Final = 100
"""Changes of a section that are listed for people."""


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _shelved(
    source: Path | ox.Store, shelf: Shelf, base: str, beside: _Beside, progress: Callable[[int, int], None] | None
) -> tuple[Written, int]:
    """Draft all files and put them into their places; return what was written, and the number of formats."""
    with _temporary() as sorting, _temporary() as drafts:
        with Crew(_crew_for(source)) as crew:
            graph = sorted_in(source, Path(sorting), crew)
            found = written(graph, Path(drafts), crew, *([progress] if progress else []))
        for file, reason in found.left_out.items():
            _log.warning("%s is left out: %s", file, reason)
        formats = [each for each in FORMATS if each.file in found.files]
        others = beside.write(Path(drafts), shelf.folder.resolve().name)
        with Crew(_crew_for(source)) as crew:  # another one, which holds nothing yet
            files = _sized(Path(drafts), crew)
        told = _told(graph, formats, files, base, found, others)
        _shelve(Path(drafts), shelf, _summed(Path(drafts), files, told))
    return found, len(formats)


def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="terril-")


def _crew_for(source: Path | ox.Store) -> int:
    """How many processes a graph is worth: starting one takes as long as some megabytes."""
    size = source.stat().st_size if isinstance(source, Path) and source.exists() else 0
    packed = isinstance(source, Path) and source.suffix == ".gz"
    size = len(source) * _LINE if isinstance(source, ox.Store) else size * (_PACKED if packed else 1)
    return min(os.cpu_count() or 1, size // _SHARE, _MOST)


_SHARE: Final = 16 << 20
"""Bytes of a graph that one more process is started for."""
_MOST: Final = 8
"""Processes at most: each takes some 200 MB."""
_LINE, _PACKED = 150, 30
"""Bytes of a quad, and how much larger a packed file is unpacked, about."""


def _sized(drafts: Path, crew: Crew) -> dict[str, Sized]:
    """The files that lie there, with sizes and checksums."""
    names = sorted(os.listdir(drafts))  # noqa: PTH208
    return dict(zip(names, crew.each(partial(about.sized, drafts), names), strict=True))


def _told(
    graph: Graph,
    formats: Sequence[Format],
    files: Mapping[str, Sized],
    base: str,
    found: Written,
    others: Sequence[str],
) -> dict[str, bytes]:
    """What the bundle says of itself, and the load scripts, as files."""
    counts = {"facts": found.facts, "named": found.said, "graphs": found.graphs}
    sizes = {each.file: files[each.file].size for each in formats}
    told = about.descriptions(graph, base, about.dumps(formats, files), found.numbers)
    told["CITATION.cff"] = about.citation(graph.itself, base)
    told["README.md"] = about.readme(graph, formats, sizes, counts, others)
    return told | {f"load/{each.script}": each.content for each in LOADERS}


def _summed(drafts: Path, files: Mapping[str, Sized], told: Mapping[str, bytes]) -> list[str]:
    """Write what the bundle says of itself, and checksums of everything; tell the names of all files, these last."""
    (drafts / "load").mkdir()
    _write(drafts, told)
    both = {**files, **{name: Sized.of(content) for name, content in told.items()}}
    _write(drafts, {about.SUMS: about.sums(both)})
    return [*sorted(both), about.SUMS]


def _shelve(drafts: Path, shelf: Shelf, names: Sequence[str]) -> None:
    """Put the drafts into their places; the checksums last, so that a run cut short does not pass for whole."""
    shelf.begin((name, "") for name in names)
    for name in names:
        shelf.add(name, drafts / name)
