"""Triples as canonical lines: N-Triples without the full stop, as the parser's own serialiser writes them.

A line in plain form says what it says in one way only, whoever wrote it, and is taken as it stands; a parser reads all
others. Blank nodes are named by RDFC-1.0 (W3C Recommendation, 21 May 2024), so that a graph has the same lines wherever
it was read. Language tags are compared without regard to case (RDF 1.1 Concepts, section 3.3): the parser writes them
in lower case.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import IO, Final, TypeAlias, cast

import pyoxigraph as ox

from ..ntriples import IRI, LITERAL, Readable, whole_lines

Row: TypeAlias = tuple[bytes, bytes]
"""A triple as a canonical line, and the name of its graph in angle brackets, or nothing for the default graph."""
Part: TypeAlias = tuple[list[Row], Iterable[ox.Quad]]
"""Statements in plain form, and others as a parser gives them."""
Cut: TypeAlias = tuple[dict[bytes, bytes], Iterable[ox.Quad]]
"""The triples of each graph as lines of N-Triples, and others as a parser gives them."""

END: Final = b" .\n"
_ROUGH_IRI: Final = b"<[^>]*+>"
_ROUGH_LITERAL: Final = b'"[^"]*+"(?:@[a-z-]++|\\^\\^' + _ROUGH_IRI + b")?+"


def _triple(iri: bytes, literal: bytes) -> bytes:
    """A triple of named things, or with a literal."""
    return b"(?:" + iri + b" " + iri + b" (?:" + iri + b"|" + literal + b"))"


def _forms(iri: bytes, literal: bytes) -> dict[ox.RdfFormat, re.Pattern[bytes]]:
    """Lines with a triple and a graph each, whose name is plain."""
    triple = b"^(" + _triple(iri, literal) + b")"
    return {
        ox.RdfFormat.N_TRIPLES: re.compile(triple + rb"() \.\n", re.MULTILINE),
        ox.RdfFormat.N_QUADS: re.compile(triple + b"(?: (" + IRI + rb"))?+ \.\n", re.MULTILINE),
    }


_PLAIN: Final = _forms(IRI, LITERAL)
_ROUGH: Final = _forms(_ROUGH_IRI, _ROUGH_LITERAL)
_BLOCK: Final = 1 << 20
"""Bytes that are read at once."""


def statements(file: Readable, form: ox.RdfFormat, base: str) -> Iterator[Part]:
    """Read RDF part by part, without holding it.

    Raises `SyntaxError` or `ValueError` for what is no RDF; the lines that it names are those of a part.
    """
    plain = _PLAIN.get(form)
    if plain is None:
        yield [], ox.parse(cast("IO[bytes]", file), form, base_iri=base)
        return
    for text in whole_lines(file, _BLOCK):
        yield _parted(text, plain, form)


def by_graph(file: Readable, form: ox.RdfFormat, base: str) -> Iterator[Cut]:
    """Read RDF part by part, as `statements` does, the triples of each graph together.

    Lines are taken as they stand that need not be canonical, nor right in their terms, but whose graph is plain. (What
    is wrong in a term stays wrong, a line feed, say, so whoever reads the triples finds it.)
    """
    rough = _ROUGH.get(form)
    if rough is None:
        yield {}, ox.parse(cast("IO[bytes]", file), form, base_iri=base)
        return
    for text in whole_lines(file, _BLOCK):
        if found := _of_one_graph(text, rough):
            yield found, ()
            continue
        rows, others = _parted(text, rough, form)
        lines = defaultdict(list)
        for line, graph in rows:
            lines[graph].append(line)
        yield {graph: END.join([*some, b""]) for graph, some in lines.items()}, others


def _parted(text: bytes, plain: re.Pattern[bytes], form: ox.RdfFormat) -> Part:
    rows = plain.findall(text) if _is_utf8(text) else []
    is_all = len(rows) == text.count(b"\n") and text.endswith(b"\n")
    return rows, () if is_all else ox.parse(plain.sub(b"", text) if rows else text, form)


def _of_one_graph(text: bytes, rough: re.Pattern[bytes]) -> dict[bytes, bytes] | None:
    """The lines of a block all of which are in the graph of its last one: there is nothing to sort out then."""
    last = rough.fullmatch(text, text.rfind(b"\n", 0, -1) + 1)
    name = (last[2] or b"") if last else b""
    if last is None or not _is_utf8(text) or not _lines_of(name).fullmatch(text):
        return None
    return {name: text.replace(b" " + name + END, END) if name else text}


@lru_cache(maxsize=16)
def _lines_of(name: bytes) -> re.Pattern[bytes]:
    """Lines of a graph of this name."""
    of_graph = b" " + re.escape(name) if name else b""
    return re.compile(b"(?:" + _triple(_ROUGH_IRI, _ROUGH_LITERAL) + of_graph + rb" \.\n)++")


def _is_utf8(text: bytes) -> bool:
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False


def triples(parts: Iterable[Part]) -> Iterator[bytes]:
    """The triples of RDF, whatever their graphs, as canonical lines. Those with blank nodes come last, and only they
    are held."""
    unnamed = []
    for rows, others in parts:
        for line, _ in rows:
            yield line
        for quad in others:
            if has_blank_nodes(quad.triple):
                unnamed.append(quad.triple)
            else:
                yield canonical(quad.triple)
    yield from named(unnamed)


def canonical(triple: ox.Triple) -> bytes:
    """A triple as a line.

    >>> a = ox.NamedNode("https://example.org/a")
    >>> canonical(ox.Triple(a, a, ox.Literal("Liège", language="fr-BE")))
    b'<https://example.org/a> <https://example.org/a> "Li\\xc3\\xa8ge"@fr-be'
    """
    return str(triple).encode()


def has_blank_nodes(triple: ox.Triple) -> bool:
    """Whether a triple's subject or object has no name, or that of a triple in it."""
    if type(triple.object) is ox.Triple and has_blank_nodes(triple.object):
        return True
    return type(triple.object) is ox.BlankNode or type(triple.subject) is ox.BlankNode


def named(triples: Iterable[ox.Triple]) -> Iterator[bytes]:
    """Triples as lines in which blank nodes have their RDFC-1.0 names."""
    dataset = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    for quad in dataset:
        yield canonical(quad.triple)
