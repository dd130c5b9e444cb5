"""What follows from a graph: the new triples, decoded only when asked for, and the contradictions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
import pyoxigraph as ox

from .clauses import Clash, Different, Outside, Pattern, Rulebook, Slot, Term, Variable
from .closure import Array, Codes, Facts, Key, Relation, Rows, close, key, pack, solve
from .datatypes import STRING, contains, value
from .errors import Contradiction
from .expressions import TYPE, show

BLOCK: Final = 1 << 16
"""Triples decoded at a time."""

Conflict = tuple[Clash, tuple[ox.Triple, ...]]
"""A clash and the triples that it matches."""


@dataclass(frozen=True)
class Inference:
    """Triples that are new, in the order of N-Triples, and what contradicts the ontology, by clash and triples."""

    terms: Sequence[bytes]
    fresh: Mapping[Key, Array]
    clashes: tuple[Conflict, ...]

    @classmethod
    def of(cls, triples: Iterable[ox.Triple], clashes: Iterable[Clash]) -> "Inference":
        """An inference that was made elsewhere."""
        lines = {(str(t.subject).encode(), t.predicate.value, str(t.object).encode()) for t in triples}
        terms = sorted({term for subject, _, object in lines for term in (subject, object)})
        codes = {term: np.uint32(code) for code, term in enumerate(terms)}
        fresh: dict[Key, list[tuple[np.uint32, np.uint32]]] = defaultdict(list)
        for subject, predicate, object in lines:
            fresh["property", predicate].append((codes[subject], codes[object]))
        arrays = {predicate: np.array(pairs, np.uint32).T for predicate, pairs in fresh.items()}
        return cls(terms, {name: pack(*columns) for name, columns in arrays.items()}, tuple((c, ()) for c in clashes))

    def __len__(self) -> int:
        return sum(map(len, self.fresh.values()))

    def __iter__(self) -> Iterator[ox.Triple]:
        for block in self.blocks():
            for quad in ox.parse(block, format=ox.RdfFormat.N_TRIPLES):
                yield quad.triple

    def blocks(self) -> Iterator[bytes]:
        """The new triples as sorted, canonical N-Triples, a block of lines at a time."""
        terms, subjects, predicates, objects = self._sorted
        for start in range(0, len(subjects), BLOCK):
            rows = (column[start : start + BLOCK].tolist() for column in (subjects, predicates, objects))
            yield b"".join([b"%b %b %b .\n" % (terms[s], terms[p], terms[o]) for s, p, o in zip(*rows, strict=True)])

    def write(self, path: Path) -> None:
        """Write the new triples to a file as sorted, canonical N-Triples."""
        with path.open("wb") as file:
            file.writelines(self.blocks())

    def raise_for_clashes(self) -> None:
        """Raise `Contradiction` if the graph contradicts the ontology, naming each contradiction, at most ten."""
        if self.clashes:
            said = [f"{clash.sentence['en']} But: {'; '.join(map(_words, found))}." for clash, found in self.clashes]
            more = f"\nAnd {len(said) - 10} more." if len(said) > 10 else ""
            raise Contradiction("The graph contradicts the ontology. Correct the data:\n" + "\n".join(said[:10]) + more)

    @cached_property
    def _sorted(self) -> tuple[list[bytes], Codes, Codes, Codes]:
        """The terms in order, and three columns of places among them."""
        terms = [*self.terms, *(b"<%b>" % iri.encode() for _, iri in self.fresh), str(TYPE).encode()]
        columns: list[tuple[Codes, Codes, Codes]] = []
        for at, ((kind, _), facts) in enumerate(self.fresh.items(), len(self.terms)):
            relation = Relation(facts, 0)
            own = np.full(len(facts), at, np.uint32)
            if kind == "class":
                columns.append((relation.subjects, np.full(len(facts), len(terms) - 1, np.uint32), own))
            else:
                columns.append((relation.subjects, own, relation.objects))
        empty = np.zeros(0, np.uint32)
        codes = [np.concatenate(parts) for parts in zip((empty, empty, empty), *columns, strict=True)]
        used, places = np.unique(np.concatenate(codes), return_inverse=True)
        return _ranked([terms[code] for code in used.tolist()], np.split(places.astype(np.uint32), 3))


def _ranked(terms: list[bytes], columns: Sequence[Array]) -> tuple[list[bytes], Codes, Codes, Codes]:
    order = sorted(range(len(terms)), key=terms.__getitem__)
    ranks = np.empty(len(terms), np.uint32)
    ranks[order] = np.arange(len(terms), dtype=np.uint32)
    subjects, predicates, objects = (ranks[column] for column in columns)
    rows = np.lexsort((objects, pack(subjects, predicates)))
    return [terms[at] for at in order], subjects[rows], predicates[rows], objects[rows]


def _words(triple: ox.Triple) -> str:
    return " ".join(show(term) for term in triple if not isinstance(term, ox.Triple))


def derive(facts: Facts, rulebook: Rulebook) -> Inference:
    """Close coded facts under a rulebook."""
    closed, fresh = close(facts, rulebook.rules)
    found = (pair for clash in rulebook.clashes for pair in _conflicts(clash, closed))
    return Inference(facts.terms, fresh, tuple(found))


def _conflicts(clash: Clash, facts: Facts) -> list[Conflict]:
    variables = [slot for pattern in clash.body for slot in pattern if isinstance(slot, Variable)]
    relations = [facts.relation(key(pattern)) for pattern in clash.body]
    rows = solve(clash.body, relations, variables, facts)
    if clash.condition and rows.count:
        rows = _meeting(clash.condition, rows, facts)
    found = {
        tuple(sorted({_triple(pattern, rows, row, facts) for pattern in clash.body}, key=str))
        for row in range(rows.count)
    }
    return [(clash, triples) for triples in sorted(found, key=str)]


def _meeting(condition: Different | Outside, rows: Rows, facts: Facts) -> Rows:
    """The solutions of a body that meet a clash's condition."""
    if isinstance(condition, Outside):
        column = rows.columns[condition.variable]
        codes, places = np.unique(column, return_inverse=True)
        bad = [not _is_value(facts.terms[code], condition.datatype.value) for code in codes.tolist()]
        kept = np.array(bad, np.bool_)[places]
    else:
        left, right = rows.columns[condition.left], rows.columns[condition.right]
        kept = left < right
        differ = [
            _value(facts.terms[a]) != _value(facts.terms[b]) for a, b in zip(left[kept], right[kept], strict=True)
        ]
        kept[kept] = differ
    return rows.pick(kept, int(np.count_nonzero(kept)))


def _is_value(term: bytes, datatype: str) -> bool:
    if datatype == STRING and term.endswith(b'"'):
        return True
    found = decode(term)
    return isinstance(found, ox.Literal) and contains(datatype, found)


def _value(term: bytes) -> object:
    found = decode(term)
    return value(found) if isinstance(found, ox.Literal) else found


def _triple(pattern: Pattern, rows: Rows, row: int, facts: Facts) -> ox.Triple:
    def fill(slot: Slot) -> bytes:
        return facts.terms[rows.columns[slot][row]] if isinstance(slot, Variable) else str(slot).encode()

    return _parse(b"%b %b %b ." % tuple(map(fill, pattern)))


def decode(term: bytes) -> Term:
    """A term from its N-Triples form.

    >>> decode(b'"clair"@fr')
    <Literal value=clair language=fr>
    """
    found = _parse(b"<urn:s> <urn:p> %b ." % term).object
    assert not isinstance(found, ox.Triple)
    return found


def _parse(line: bytes) -> ox.Triple:
    triple: ox.Triple = next(iter(ox.parse(line, format=ox.RdfFormat.N_TRIPLES))).triple
    return triple
