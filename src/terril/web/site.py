"""A site: all pages of a graph as files for any web host, with data beside each page, dumps and offline search."""

import gc
import importlib.util
import json
import logging
import multiprocessing
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from .. import contexts, dumps
from ..errors import BadValue
from ..holdings import consult
from ..home import Home
from ..names import BASE
from ..shelf import Shelf
from ..store import Embedded, Where
from . import hosts
from .addresses import CONTEXT, DATA, LANGUAGES, file_of, path_of
from .pages import Pages

_log = logging.getLogger("terril")
_STATIC: Final = Path(__file__).parent / "static"
_AT_ONCE: Final = 20
"""Pages that are announced and written together."""
_MANY: Final = 500
"""Pages from which on it pays to start further processes."""
_MOST_WORKERS: Final = 8
_ENTRY: Final = "pagefind-entry.json"
_UNSEARCHED: Final = ("passage", "graph", "address", "membership")
"""Kinds of thing that nobody looks for by name."""


@dataclass(frozen=True)
class Site:
    """What was published: the folder, how many things have pages there, and what became of the files."""

    folder: Path
    things: int
    pages: int
    written: int
    unchanged: int
    removed: int


def publish(
    folder: str | Path,
    /,
    *,
    at: Where = None,
    base: str | None = None,
    lang: Sequence[str] = LANGUAGES,
    home: Home | str | Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Site:
    """Write all pages of a graph into a folder, for any web host: in English and French, with data, dumps and search.

    Links are relative, so the folder may lie anywhere; `base`, its address, gives canonical addresses and a sitemap.
    Only what has changed is written, each file whole or not at all; what a former run wrote and is no longer part is
    removed; nothing else is touched. The same graph gives the same bytes. `progress` is told how many pages are done,
    and of how many. Raises `NotWritten` for a folder with other files in it or that cannot be written, `BadValue` for a
    base that is no address or a language that pages are not written in, `NotInstalled`, and what the store raises.
    """
    languages = _checked(lang)
    pages = Pages(_in_memory(at, home), home, base=address_of(base) or BASE)
    shelf = Shelf(Path(folder))
    count = sum(1 for _ in pages.paths())
    pages.prepare(languages)
    for done in _write(pages, count, languages, shelf):
        if progress:
            progress(done, count)
    _add_files(pages, languages, shelf, address_of(base))
    _add_search(shelf, pages, languages)
    shelf.finish()
    things = sum(map(len, pages.graph.things.values()))
    return Site(shelf.folder, things, count, shelf.written, shelf.unchanged, shelf.removed)


def _checked(lang: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(tag for tag in LANGUAGES if tag in lang)
    for tag in lang:
        if tag not in LANGUAGES:
            raise BadValue(f"lang: there are no pages in {tag[:20]!r}. Choose of {', '.join(LANGUAGES)}.")
    return wanted or LANGUAGES


def address_of(base: str | None) -> str | None:
    """The address of a folder on the web, with its slash. Raises `BadValue` for what is none."""
    if base is not None and not re.fullmatch(r"https?://[^\s<>\"'?#]+", base):
        raise BadValue(f"base: {base[:60]!r} is no address. Give one such as https://example.org/terril/.")
    return base and (base if base.endswith("/") else f"{base}/")


def _in_memory(at: Where, home: Home | str | Path | None) -> Embedded:
    """The graph to publish in memory, where looking up is ten times as fast as in a copy on disk."""
    from .graph import Graph

    store = consult(at, home=home)
    if isinstance(store, Embedded) and store.path is not None:
        copy = ox.Store()
        copy.bulk_extend(store.graph)
        return Embedded(copy, store.path)
    return Embedded(Graph.of(store).store)


# Pages


class _Made(NamedTuple):
    """What became of some pages: how many there are, the files written and unchanged, the further pages met."""

    pages: int
    written: int
    unchanged: int
    further: list[str]


def _write(pages: Pages, count: int, languages: Sequence[str], shelf: Shelf) -> Iterator[int]:
    """Write pages and the data beside them; yield how many are done. Very many are made by several processes."""
    announced = (_announced(batch, languages, shelf) for batch in _batches(pages.paths()))
    write = partial(_write_some, pages, languages, shelf)
    done = 0
    with _workers(write, count) as made:
        for some in made(announced):
            done += some.pages
            shelf.begin((path, _endings(path, languages)) for path in some.further)
            shelf.written, shelf.unchanged = shelf.written + some.written, shelf.unchanged + some.unchanged
            yield done


def _batches(paths: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(paths)
    while batch := list(islice(rest, _AT_ONCE)):
        yield batch


def _announced(batch: Sequence[str], languages: Sequence[str], shelf: Shelf) -> Sequence[str]:
    shelf.begin((path, _endings(path, languages)) for path in batch)
    return batch


def _write_some(pages: Pages, languages: Sequence[str], shelf: Shelf, paths: Sequence[str]) -> _Made:
    """Write some pages, and those that tell all facts of things with very many."""
    results, further = [], []
    pages.ask(paths)
    for path in paths:
        for lang in languages:
            results.append(shelf.put(file_of(path, lang), (pages.render(path, lang) or "").encode(), path))
        for ending in DATA if _is_thing(path) else ():
            results.append(shelf.put(f"{path}.{ending}", (pages.data(path, ending) or "").encode(), path))
        for more in pages.further(path) if _is_thing(path) else ():
            further.append(more)
            for lang in languages:
                results.append(shelf.put(file_of(more, lang), (pages.render(more, lang) or "").encode(), more))
    return _Made(len(paths), sum(results), len(results) - sum(results), further)


_Write: TypeAlias = Callable[[Sequence[str]], _Made]
_forked: _Write | None = None
"""What a worker does: a process that is forked finds it, with the graph, where it was."""


@contextmanager
def _workers(write: _Write, pages: int) -> Iterator[Callable[[Iterable[Sequence[str]]], Iterator[_Made]]]:
    """What does a piece of work for every batch: this process, or several if there is much to do and they can share the
    graph in memory.
    """
    global _forked
    count = min(os.cpu_count() or 1, _MOST_WORKERS)
    if pages < _MANY or count < 2 or sys.platform != "linux":
        yield partial(map, write)
        return
    _forked = write
    gc.freeze()  # the collector would touch all that is shared, and so have every process copy it
    try:
        with multiprocessing.get_context("fork").Pool(count) as pool:
            yield partial(pool.imap_unordered, _in_worker)
    finally:
        _forked = None
        gc.unfreeze()


def _in_worker(paths: Sequence[str]) -> _Made:
    assert _forked is not None  # a worker is forked after it is set
    return _forked(paths)


def _endings(path: str, languages: Sequence[str]) -> str:
    found = [file_of("", lang)[1:] for lang in languages]
    return " ".join([*found, *DATA] if _is_thing(path) else found)


def _is_thing(path: str) -> bool:
    return path.startswith("doc/") and not re.search(r"/(index(-\d+)?|~facts-\d+)$", path)


# What else belongs to a site


def _add_files(pages: Pages, languages: Sequence[str], shelf: Shelf, base: str | None) -> None:
    shelf.add("_headers", hosts.headers().encode())
    shelf.add(".htaccess", hosts.htaccess().encode())
    shelf.add("robots.txt", hosts.robots(base).encode())
    if base:
        shelf.add("w3id/.htaccess", hosts.w3id(base).encode())
    for name, text in hosts.sitemaps(pages.paths(), base, languages) if base else ():
        shelf.add(name, text.encode())
    for path in sorted(_STATIC.rglob("*")):
        if path.is_file():
            shelf.add(f"static/{path.relative_to(_STATIC).as_posix()}", path.read_bytes())
    shelf.add(CONTEXT, contexts.as_json(Embedded(pages.graph.store)))
    for name, content in dumps.texts(pages.project, pages.questions).items():
        shelf.add(f"downloads/{name}", content)
    with tempfile.TemporaryDirectory() as drafts:
        for name, draft in dumps.graph(pages.graph.store, Path(drafts)).items():
            shelf.add(f"downloads/{name}", draft.read_bytes())


def _add_search(shelf: Shelf, pages: Pages, languages: Sequence[str]) -> None:
    """The plain index of names, and that of all words if its program is there."""
    for lang in languages:
        name = "search.json" if lang == LANGUAGES[0] else f"search.{lang}.json"
        with tempfile.TemporaryDirectory() as drafts:
            draft = Path(drafts) / name
            with draft.open("wb") as file:
                file.writelines(_names_index(pages, lang))
            shelf.add(name, draft)
    if not _has_word_index():
        _log.warning("Search finds names only: pip install 'terril[site]' lets it find every word.")
    elif shelf.written or not shelf.keep("pagefind"):
        _index_words(shelf)


def _has_word_index() -> bool:
    return all(importlib.util.find_spec(name) for name in ("pagefind", "pagefind_bin"))


def names_index(pages: Pages, lang: str) -> bytes:
    """The names of things, each with its kind, its page and its other names, as JSON: a line for each thing."""
    return b"".join(_names_index(pages, lang))


def _names_index(pages: Pages, lang: str) -> Iterator[bytes]:
    narrator = pages.narrator("index", lang)
    before = "[\n"
    for kind, things in pages.graph.things.items():
        for thing in things if kind not in _UNSEARCHED else ():
            label = pages.graph.label(thing, lang)
            others = {text for text, _ in pages.graph.names(thing)} - {label}
            line = [label, narrator.kind(thing), file_of(path_of(thing.value) or "", lang), sorted(others)]
            yield f"{before}{json.dumps(line, ensure_ascii=False, separators=(',', ':'))}".encode()
            before = ",\n"
    yield b"[\n\n]\n" if before == "[\n" else b"\n]\n"


def _index_words(shelf: Shelf) -> None:
    """Let Pagefind read the pages and write its index, which a browser searches part by part."""
    with tempfile.TemporaryDirectory() as drafts:
        command = [sys.executable, "-m", "pagefind", "--site", str(shelf.folder), "--output-path", drafts, "--silent"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            _log.warning("Search finds names only: Pagefind failed: %s", " ".join(done.stderr.split())[-200:])
            return
        for path in sorted(Path(drafts).rglob("*")):
            if path.is_file():
                content = _in_order(path.read_bytes()) if path.name == _ENTRY else path.read_bytes()
                shelf.add(f"pagefind/{path.relative_to(drafts).as_posix()}", content)


def _in_order(content: bytes) -> bytes:
    """Where the index begins: Pagefind lists its languages in another order in each run."""
    return json.dumps(json.loads(content), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
