"""Facts in numbers: triples from a file or from memory, coded for the rules that will run over them.

Only what rules speak of is coded; every line of a file is checked all the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count, islice
from operator import itemgetter
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from .clauses import Clash, Pattern, Rule, Rulebook, Variable
from .closure import Array, Codes, Facts, Key, Pairs, Relation, key, pack, unique
from .errors import BadSource, NotFound
from .expressions import TYPE
from .ntriples import PREDICATE, QUAD_END, SUBJECT, TRIPLE_END, Block, Mask, Spans, blocks

_ENDS: Final = {ox.RdfFormat.N_TRIPLES: TRIPLE_END, ox.RdfFormat.N_QUADS: QUAD_END}
"""The formats that are read by the block."""

_BATCH: Final = 1 << 16
"""Triples taken from memory at a time."""


def code(source: Path | Iterable[ox.Triple | ox.Quad], rulebook: Rulebook) -> Facts:
    """Number the terms of a file or of triples, and arrange what the rulebook speaks of by predicate.

    What the rulebook's ontology says about individuals is among the facts. Raises `NotFound` if the file is missing,
    `BadSource` with line and column if it is damaged.
    """
    clauses: tuple[Rule | Clash, ...] = (*rulebook.rules, *rulebook.clashes)
    coder = _Coder([pattern for clause in clauses for pattern in clause.body] + [rule.head for rule in rulebook.rules])
    coder.add(rulebook.ontology)
    if not isinstance(source, Path):
        coder.add(source)
    elif source.is_file() and (form := _format(source)) in _ENDS:
        for block in blocks(source):
            others = coder.add_block(block, _ENDS[form])
            coder.add(_parsed(others, block, source, form))
    else:
        coder.add(triples(source))
    return coder.facts()


def triples(path: Path) -> Iterator[ox.Quad]:
    """The statements of a file in any RDF format. Raises as `code` does."""
    if not path.is_file():
        raise NotFound(f"{path} is missing. Name an RDF file.")
    try:
        yield from ox.parse(path=path, format=_format(path))
    except SyntaxError as fault:
        raise _fault(path, fault.lineno or 1, fault) from None


def _format(path: Path) -> ox.RdfFormat:
    form = ox.RdfFormat.from_extension(path.suffix.removeprefix("."))
    if form is None:
        raise BadSource(f"{path} has no ending of an RDF format. Rename it to .ttl, .trig, .nt, .nq, .rdf or .jsonld.")
    return form


def _parsed(lines: bytes, block: Block, path: Path, form: ox.RdfFormat) -> Iterator[ox.Quad]:
    """The statements of some lines of a block."""
    try:
        yield from ox.parse(lines, format=form)
    except SyntaxError as fault:
        raise _located(fault, block, path, form) from None


def _located(fault: SyntaxError, block: Block, path: Path, form: ox.RdfFormat) -> BadSource:
    """The fault of the first faulty line, with its place in the file."""
    for number, line in enumerate(block.text.split(b"\n"), block.first):
        try:
            list(ox.parse(line, format=form))
        except SyntaxError as own:
            return _fault(path, number, own)
    return _fault(path, block.first, fault)


def _fault(path: Path, line: int, fault: SyntaxError) -> BadSource:
    said = re.sub(r"^Parser error at .*?: ", "", fault.msg).rstrip(".")
    return BadSource(f"{path}, line {line}, column {fault.offset}: {said}. Correct it.")


class _Coder:
    """Numbers given out so far. Invariant: equal terms have equal numbers; `codes` lists terms in order of number."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self.codes: defaultdict[bytes, int] = defaultdict(count().__next__)
        self.keys = sorted({key(pattern) for pattern in patterns})
        self.type = len(self.keys)
        self.predicates = {b"<%b>" % iri.encode(): at for at, (kind, iri) in enumerate(self.keys) if kind == "property"}
        self.predicates[str(TYPE).encode()] = self.type
        self.unspoken = self.type + 1
        self.pairs: defaultdict[int, list[Pairs]] = defaultdict(list)
        for slot in chain.from_iterable(patterns):
            if not isinstance(slot, Variable):
                self.codes[str(slot).encode()]

    def add(self, statements: Iterable[ox.Triple | ox.Quad]) -> None:
        """Code statements one by one; a statement about a triple says nothing that rules speak of."""
        rest = iter(statements)
        while batch := list(islice(rest, _BATCH)):
            rows = [
                (self.codes[str(s.subject).encode()], self.predicates[predicate], self.codes[str(s.object).encode()])
                for s in batch
                if (predicate := str(s.predicate).encode()) in self.predicates and not isinstance(s.object, ox.Triple)
            ]
            subjects, predicates, objects = np.array(rows, np.uint32).reshape(-1, 3).T
            self._keep(subjects, predicates, objects)

    def add_block(self, block: Block, end: re.Pattern[bytes]) -> bytes:
        """Code the lines in plain form, all at once, and return the others; `end` says what may follow a predicate."""
        rows, subjects, predicates, rests = block.parts
        names, places = block.distinct(predicates)
        known = np.array([self.predicates.get(name, self.unspoken) for name in names], np.uint32)[places]
        good = np.array([PREDICATE.fullmatch(name) is not None for name in names], np.bool_)[places]
        spoken = known != self.unspoken
        silent = rests.pick(~spoken).cut(block.text)
        good[~spoken] &= np.array([match is not None for match in map(end.fullmatch, silent)], np.bool_)
        froms, good_froms = self._numbers(block, subjects, SUBJECT)
        tos, good_tos = self._numbers(block, rests.pick(spoken), end)
        good &= good_froms
        good[spoken] &= good_tos
        kept = good[spoken]
        self._keep(froms[spoken][kept], known[spoken][kept], tos[kept])
        others = np.ones(len(block.lines), np.bool_)
        others[rows[good]] = False
        return b"".join(line + b"\n" for line in block.lines.pick(others).cut(block.text))

    def _numbers(self, block: Block, spans: Spans, form: re.Pattern[bytes]) -> tuple[Codes, Mask]:
        """The numbers of the terms in plain form at the start of pieces, and which pieces have one."""
        pieces, places = block.distinct(spans)
        # One match at a time: many at once would make the garbage collector walk through all numbers, again and again.
        terms = [match[form.groups] if (match := form.fullmatch(piece)) else b"" for piece in pieces]
        good = np.fromiter(map(bool, terms), np.bool_, len(terms))
        numbers = np.zeros(len(terms), np.uint32)
        numbers[good] = np.fromiter(map(self.codes.__getitem__, filter(None, terms)), np.uint32)
        return numbers[places], good[places]

    def _keep(self, subjects: Codes, predicates: Codes, objects: Codes) -> None:
        """Put triples with those of the same predicate, as pairs; of a type the class comes first."""
        typing = predicates == self.type
        pairs = pack(np.where(typing, objects, subjects), np.where(typing, subjects, objects))
        # NumPy sorts small numbers without comparing them, many times faster.
        narrow = predicates.astype(np.min_scalar_type(self.unspoken))
        order = np.argsort(narrow, kind="stable")
        for at, group in _groups(narrow[order], pairs[order]):
            self.pairs[at].append(group)

    def facts(self) -> Facts:
        """What has been coded, by predicate."""
        terms = list(self.codes)
        found: dict[Key, Relation] = {}
        for at, parts in self.pairs.items():
            pairs = Relation(unique(np.concatenate(parts)), len(terms))
            if at != self.type:
                found[self.keys[at]] = pairs
                continue
            for to, members in _groups(pairs.subjects, pairs.objects):
                predicate = ("class", terms[to][1:-1].decode())
                if predicate in self.keys:
                    found[predicate] = Relation(members, len(terms))
        return Facts(terms, found, np.fromiter(map(itemgetter(0), terms), np.uint8, len(terms)) == ord('"'))


def _groups(column: Array, values: Array) -> Iterator[tuple[int, Array]]:
    """Every number of a sorted column with its values."""
    if len(column):
        starts = np.flatnonzero(np.append(True, column[1:] != column[:-1]))
        yield from zip(column[starts].tolist(), np.split(values, starts[1:]), strict=True)
