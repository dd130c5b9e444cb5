"""The current version of a served graph, opened when it is first asked for and again when it has changed."""

import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import pyoxigraph as ox

from ..errors import BadGraph
from .versions import Versions, open_version

_MOST: Final = 2_000_000
"""Statements of a graph that is held in memory, at some 250 bytes each."""


@dataclass(frozen=True)
class Dataset:
    """One version of a graph as a server asks it.

    It knows the graphs it holds, whether its default graph is their union, and the IRI that relative ones in queries
    are relative to, which is the server's to say (RFC 3986, section 5.1.4).
    """

    store: ox.Store
    version: str
    graphs: frozenset[str]
    union: bool
    base: str | None = None


def dataset(store: ox.Store, version: str = "", base: str | None = None) -> Dataset:
    """A store as a server asks it.

    Its default graph is the union of the named ones if it holds nothing itself, so that a plain query finds something.
    """
    graphs = frozenset(graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
    default = store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    return Dataset(store, version, graphs, union=next(default, None) is None, base=base)


@dataclass
class Current:
    """Gives the dataset that holds right now; whoever has it keeps that one state, whatever is written meanwhile.

    A version is asked on disk at first, and with `in_memory` as soon as may be in memory, where look-ups are twice as
    fast. `changed` is called when there is another version, `held` when one has been taken into memory.
    """

    versions: Versions
    changed: Callable[[], None] = lambda: None
    held: Callable[[], None] = lambda: None
    in_memory: bool = False
    base: str | None = None
    _state: object = field(default=None, init=False)
    _opened: Dataset | None = field(default=None, init=False)

    def dataset(self) -> Dataset:
        """The dataset of the current version. Raises `BadGraph` if there is none."""
        state = self.versions.state()
        if self._opened is None or state != self._state:
            folder = self.versions.current()
            if folder is None:
                raise BadGraph(f"There is no graph in {self.versions.folder}.")
            self._opened, self._state = dataset(open_version(folder), folder.name, self.base), state
            self.changed()
            if self.in_memory:
                threading.Thread(target=self._take, args=(self._opened,), daemon=True).start()
        return self._opened

    def _take(self, opened: Dataset) -> None:
        """Take a version into memory, beside whatever is being asked meanwhile."""
        if len(opened.store) > _MOST:
            return
        copy = ox.Store()
        try:
            with tempfile.NamedTemporaryFile(suffix=".nq") as file:
                opened.store.dump(file.name, format=ox.RdfFormat.N_QUADS)
                copy.bulk_load(path=file.name, format=ox.RdfFormat.N_QUADS)
        except OSError:  # there is no room for the detour; on disk it can be asked all the same
            return
        if self._opened is opened:
            self._opened = replace(opened, store=copy)
            self.held()
