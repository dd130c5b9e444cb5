"""Triples as columns of terms in N-Triples, and how Turtle writes them.

Terms are told apart by their texts, so that each is written anew once, however often it stands there.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, compress, repeat
from operator import and_, eq, ne
from typing import Final, NamedTuple

import pyoxigraph as ox

from ..names import PREFIXES, expand

TYPE: Final = f"<{expand('rdf:type')}>".encode()


def node(iri: str) -> bytes:
    """An IRI, in full or by its short name, as N-Triples have it."""
    return f"<{expand(iri)}>".encode()


class Triples(NamedTuple):
    """Triples in order, as columns of terms."""

    subjects: list[bytes]
    predicates: list[bytes]
    objects: list[bytes]

    def only(self, which: list[bool]) -> "Triples":
        """Some of them."""
        return self if all(which) else Triples(*(list(compress(column, which)) for column in self))

    def cut(self, start: int, end: int) -> "Triples":
        """Those from one place to another."""
        return Triples(*(column[start:end] for column in self))

    def runs(self) -> Iterator[tuple[int, int]]:
        """From where to where the same subject stands."""
        yield from runs(self.subjects)


def runs(column: list[bytes]) -> Iterator[tuple[int, int]]:
    """From where to where the same value stands in a column."""
    starts = list(compress(range(len(column)), map(ne, column, chain((None,), column))))
    return zip(starts, (*starts[1:], len(column)), strict=False)


# Turtle


class Turtle(dict[bytes, bytes]):
    """Terms as Turtle has them, by what they are in N-Triples: in the serialiser's way, with some prefixes."""

    def __init__(self, prefixes: Mapping[str, str] = PREFIXES) -> None:
        super().__init__()
        self._prefixes = dict(prefixes)

    def learn(self, terms: Iterable[bytes]) -> None:
        """Get to know terms, all at once: a call takes its time, and a term hardly any."""
        new = [term for term in dict.fromkeys(terms) if term not in self]
        lines = b"".join(chain.from_iterable(zip(_leads(), new, repeat(b" .\n"))))
        quads = ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)
        text = ox.serialize(quads, format=ox.RdfFormat.TURTLE, prefixes=self._prefixes) or b""
        told = text.split(b"\n")[-len(new) - 1 : -1]
        self.update(zip(new, (line[_LEAD:-2] for line in told), strict=True))


def prefixed(prefixes: Mapping[str, str]) -> bytes:
    """The head of a file in Turtle or TriG."""
    one = ox.Triple(*[ox.NamedNode("a:")] * 3)
    text = ox.serialize([one], format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
    return text[: text.rindex(b"\n", 0, -1) + 1]


def _leads() -> Iterator[bytes]:
    """Subjects and predicates, so that no two neighbours are alike and each triple gets a line of its own."""
    while True:
        yield b"<a:> <a:> "
        yield b"<b:> <a:> "


_LEAD: Final = len("<a:> <a:> ")


def turtle(triples: Triples, words: Mapping[bytes, bytes], indent: bytes = b"") -> Iterator[bytes]:
    """Triples as Turtle, in pieces: what is alike in neighbours is said once."""
    subjects, predicates, objects = triples
    if not subjects:
        return iter(())
    alike = list(map(eq, subjects, (b"", *subjects)))
    gaps = (b" .\n" + indent, b" ;\n\t" + indent, b" , ")
    same = list(map(and_, alike, map(eq, predicates, (b"", *predicates))))
    separators = list(map(gaps.__getitem__, map(int.__add__, alike, same)))
    separators[:1] = [indent]
    heads = [b"" if like else words[subject] + b" " for like, subject in zip(alike, subjects, strict=True)]
    verbs = {name: b"a " if name == TYPE else words[name] + b" " for name in dict.fromkeys(predicates)}
    names = [b"" if like else verbs[name] for like, name in zip(same, predicates, strict=True)]
    pieces = zip(separators, heads, names, map(words.__getitem__, objects), strict=True)
    return chain(chain.from_iterable(pieces), (b" .\n",))
