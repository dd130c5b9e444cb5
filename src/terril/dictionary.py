"""Facts in numbers: triples from a file or from memory, coded for the rules that will run over them.

Only what rules speak of is coded; every line of a file is checked all the same. N-Triples and N-Quads are read by the
block: lines in plain form by one regular expression, all others by the parser that also reads the other formats.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, compress, islice
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from .clauses import Clash, Pattern, Rule, Rulebook, Variable
from .closure import Codes, Facts, Key, Relation, key, pack
from .errors import BadSource, NotFound
from .expressions import TYPE

Line = tuple[bytes, bytes, bytes]
"""Subject, predicate and object as N-Triples writes them."""

BLOCK: Final = 1 << 22
"""Bytes read at a time."""

_PATH: Final = rb"[A-Za-z0-9._~:@!$&'()*+,;=/?-]*+"
_IRI: Final = rb"<[a-z]++:(?://[A-Za-z0-9.-]++(?=[/?#>])|(?!/))" + _PATH + rb"(?:#" + _PATH + rb")?+>"
_BLANK: Final = rb"_:[A-Za-z0-9]++"
_IMPLICIT: Final = rb"<http://www\.w3\.org/(?:2001/XMLSchema#string|1999/02/22-rdf-syntax-ns#(?:l|dirL)angString)>"
_LITERAL: Final = rb'"[^"\\\x00-\x1f\x7f]*+"(?:@[a-z]{2,3}|\^\^(?!' + _IMPLICIT + rb")" + _IRI + rb")?+"
_NODE: Final = _IRI + rb"|" + _BLANK
_PLAIN: Final = re.compile(
    rb"^(%b) (%b) (%b|%b)(?: (?:%b))? \.\r?\n" % (_NODE, _IRI, _NODE, _LITERAL, _NODE), re.MULTILINE
)
"""A line that says what it says in one way only: no escapes, no odd spaces, no IRI whose syntax needs a closer look."""


def code(source: Path | Iterable[ox.Triple | ox.Quad], rulebook: Rulebook) -> Facts:
    """Number the terms of a file or of triples, and arrange what the rulebook speaks of by predicate.

    Raises `NotFound` if the file is missing, `BadSource` with line and column if it is damaged.
    """
    clauses: tuple[Rule | Clash, ...] = (*rulebook.rules, *rulebook.clashes)
    patterns = [pattern for clause in clauses for pattern in clause.body] + [rule.head for rule in rulebook.rules]
    coder = _Coder(patterns)
    for block in blocks(source) if isinstance(source, Path) else _spelled(source):
        coder.add(block)
    return coder.facts()


def triples(path: Path) -> Iterator[ox.Quad]:
    """The statements of a file in any RDF format. Raises as `code` does."""
    if not path.is_file():
        raise NotFound(f"{path} is missing. Name an RDF file.")
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None:
        raise BadSource(f"{path} has no ending of an RDF format. Rename it to .ttl, .trig, .nt, .nq, .rdf or .jsonld.")
    try:
        yield from ox.parse(path=path, format=form)
    except SyntaxError as fault:
        raise BadSource(f"{path}, line {fault.lineno}, column {fault.offset}: {_said(fault)} Correct it.") from None


def _said(fault: SyntaxError) -> str:
    """The parser's words without the place, which is said apart."""
    return re.sub(r"^Parser error at .*?: ", "", fault.msg).rstrip(".") + "."


def blocks(path: Path) -> Iterator[Sequence[Line]]:
    """The statements of a file as text, block by block; graph names are left out."""
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if path.is_file() and form in (ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS):
        return _lines(path, form)
    return _spelled(triples(path))


def _spelled(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[list[Line]]:
    rest = iter(triples)
    while block := [_spell(triple) for triple in islice(rest, 65536)]:
        yield block


def _spell(triple: ox.Triple | ox.Quad) -> Line:
    return str(triple.subject).encode(), str(triple.predicate).encode(), str(triple.object).encode()


def _lines(path: Path, form: ox.RdfFormat) -> Iterator[Sequence[Line]]:
    before = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            block += file.readline()
            if not block.endswith(b"\n"):
                block += b"\n"
            lines = block.count(b"\n")
            found = _PLAIN.findall(block)
            if not block.isascii():
                _check_text(block, path, before)
            yield found
            if len(found) != lines:
                yield from _odd(block, path, form, before)
            before += lines


def _check_text(block: bytes, path: Path, before: int) -> None:
    try:
        block.decode()
    except UnicodeDecodeError as fault:
        line = before + block.count(b"\n", 0, fault.start) + 1
        column = fault.start - block.rfind(b"\n", 0, fault.start)
        raise BadSource(f"{path}, line {line}, column {column}: the bytes are no UTF-8. Save it as UTF-8.") from None


def _odd(block: bytes, path: Path, form: ox.RdfFormat, before: int) -> Iterator[Sequence[Line]]:
    """The statements of the lines that are not in plain form."""
    try:
        yield [_spell(quad) for quad in ox.parse(_PLAIN.sub(b"", block), format=form)]
    except SyntaxError:
        raise _fault(block, path, form, before) from None


def _fault(block: bytes, path: Path, form: ox.RdfFormat, before: int) -> BadSource:
    """Which line of a block it is that cannot be read."""
    for number, line in enumerate(block.split(b"\n"), before + 1):
        try:
            list(ox.parse(line, format=form))
        except SyntaxError as fault:
            return BadSource(f"{path}, line {number}, column {fault.offset}: {_said(fault)} Correct it.")
    return BadSource(f"{path} has a statement after line {before} that runs over a line's end. Write one to a line.")


class _Coder:
    """Numbers given out so far. Invariant: equal terms have equal numbers; `codes` lists terms in order of number."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.codes: defaultdict[bytes, int] = defaultdict()
        self.codes.default_factory = self.codes.__len__
        self.keys: set[Key] = {key(pattern) for pattern in patterns}
        self.predicates = {
            b"<%b>" % iri.encode(): at for at, (kind, iri) in enumerate(sorted(self.keys)) if kind == "property"
        }
        self.type = len(self.keys)
        self.predicates[str(TYPE).encode()] = self.type
        self.columns: list[tuple[Codes, Codes, Codes]] = []
        for slot in chain.from_iterable(patterns):
            if not isinstance(slot, Variable):
                self.codes[str(slot).encode()]

    def add(self, lines: Sequence[Line]) -> None:
        if not lines:
            return
        subjects, predicates, objects = zip(*lines, strict=True)
        if not self.predicates.keys() >= set(predicates):
            spoken = [predicate in self.predicates for predicate in predicates]
            subjects, predicates, objects = (
                tuple(compress(column, spoken)) for column in (subjects, predicates, objects)
            )
        of, size = self.codes.__getitem__, len(subjects)
        self.columns.append(
            (
                np.fromiter(map(of, subjects), np.uint32, size),
                np.fromiter(map(self.predicates.__getitem__, predicates), np.uint32, size),
                np.fromiter(map(of, objects), np.uint32, size),
            )
        )

    def facts(self) -> Facts:
        terms = list(self.codes)
        size = len(terms)
        empty = np.zeros(0, np.uint32)
        subjects, predicates, objects = (
            np.concatenate(parts) for parts in zip((empty, empty, empty), *self.columns, strict=True)
        )
        found: dict[Key, Relation] = {}
        names = sorted(self.keys)
        for at, rows in _groups(predicates):
            if at == self.type:
                for to, members in _groups(objects[rows]):
                    predicate = ("class", terms[to][1:-1].decode())
                    if predicate in self.keys:
                        found[predicate] = Relation(np.unique(subjects[rows][members]), size)
            else:
                found[names[at]] = Relation(np.unique(pack(subjects[rows], objects[rows])), size)
        return Facts(terms, found)


def _groups(column: Codes) -> Iterator[tuple[int, Codes]]:
    """Every value of a column with the rows in which it stands."""
    if not len(column):
        return
    order = np.argsort(column, kind="stable").astype(np.uint32)
    values, starts = np.unique(column[order], return_index=True)
    yield from zip(values.tolist(), np.split(order, starts[1:]), strict=True)
