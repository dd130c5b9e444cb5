"""Finding things by name: exactly, inflected, abbreviated, in part, or misspelt, among any number of names.

The built graph has its index beside it, which is read where it lies; for any other store one is made in memory of the
names that the store gives.
"""

import contextlib
import hashlib
import json
import logging
import math
import sqlite3
from array import array
from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, Final, Literal

import pyoxigraph as ox

from . import naming, spelling
from .errors import BadGraph, BadValue
from .home import index_of
from .names import AUTH, ID, expand
from .naming import ABBREVIATED, FOLDED, GLUED, PROPERTIES, STEMMED
from .results import Solutions, Store
from .store import Embedded

_log = logging.getLogger("terril")


@dataclass(frozen=True)
class Match:
    """A thing, the name of it that matched with its language and property, and how well it did, from 0 to 100.

    100 is the very name but for case, accents and typography; 90 to 99 is another inflection, order or spacing of it,
    or other words by which the thing is known; 85 to 89 an abbreviation; 75 to 84 a misspelling, or words cut short; 50
    to 74 a part of the name, in such a form or not; below 50 the name lacks some of the words. The property is empty if
    the end of the thing's IRI matched.
    """

    thing: ox.NamedNode
    name: str
    language: str | None
    property: str
    score: int


VERY: Final = 100
FORM: Final = 90
ABBREVIATION: Final = 85
MISSPELT: Final = 75
IN_PART: Final = 50


def degree(match: Match) -> int:
    """The lowest score of what a match is: the very name, another form of it, an abbreviation, ..."""
    return next(lowest for lowest in (VERY, FORM, ABBREVIATION, MISSPELT, IN_PART, 0) if lowest <= match.score)


@dataclass(frozen=True)
class _List:
    """A list of names in the file, and how many: those that hold a word, or those of things of some classes."""

    table: Literal["stem", "kinds"]
    number: int
    count: int


@dataclass(frozen=True)
class _Spelling:
    """A word of names that a word asked for may stand for: its stem, the names that hold it, how many slips away."""

    names: _List
    stem: str
    slips: int


@dataclass(frozen=True)
class _Part:
    """A word asked for, and what it may stand for."""

    word: str
    spellings: tuple[_Spelling, ...]


_Row = tuple[str, str, str, str | None, int]
"""The IRI of a thing, a name of it, the same folded, its language, and the rank of its property."""

_COLUMNS: Final = "thing.iri, name.text, name.folded, name.language, name.property"

LONGEST: Final = 1000
"""How many characters a text may have to be looked up as a name."""

_NAMESAKES: Final = 100
_CORRECTIONS: Final = 8
_PARTS: Final = 16
_CANDIDATES: Final = 10_000
_WEIGHED: Final = 2_000
_MUCH_LONGER: Final = 16
_SCORED: Final = 50
_AT_ONCE: Final = 100
_LISTED: Final = 100_000
_FEWEST_LETTERS: Final = 3
_LAST: Final = "\U0010ffff"


class Index:
    """The names of a store's things, to be asked for by text. `where` says in an error what is asked."""

    def __init__(self, connection: sqlite3.Connection, where: str) -> None:
        self._connection, self._where = connection, where
        with self._reading():
            rows = self._rows("SELECT id, classes, count FROM kinds")
            self._kinds = {number: (frozenset(classes.split()), count) for number, classes, count in rows}
            ((self._size,),) = self._rows("SELECT ifnull(max(id), 0) FROM name")

    def exact(self, names: Iterable[str], *, kinds: frozenset[str] = frozenset()) -> dict[str, list[Match]]:
        """For each text that is a whole name of something: the things so called, best first, of at most 100 names.

        Case, accents, typography, inflection, order, spacing and small words may differ; misspellings are not
        forgiven. A single word in capitals or with a digit ("NIC", "S3") may be an abbreviation. `kinds` are IRIs of
        classes of which a thing must have one, if there are any. One query answers for any number of texts.
        """
        asked = {text: _keys(text) for text in dict.fromkeys(names) if _is_short(text)}
        with self._reading():
            rows = self._named({key for keys in asked.values() for key in keys}, kinds)
            found = {
                text: [_match(row, _rated(key, text, row)) for key in keys for row in rows.get(key, ())]
                for text, keys in asked.items()
            }
        return {text: _best(text, matches) for text, matches in found.items() if matches}

    def near(self, word: str) -> list[str]:
        """The words of names, folded, that a word may be a misspelling of, nearest first; it alone if it is one.

        In a word of four to seven letters one slip is forgiven (a letter left out, put in, changed, or two
        transposed), in a longer one two; in a shorter one and one with digits none.
        """
        folded = spelling.fold(word) if _is_short(word) else ""
        with self._reading():
            return [folded] if self._known([folded]) else [near for near, _ in self._corrections(folded)]

    def search(self, text: str, *, kinds: frozenset[str] = frozenset(), limit: int = 10) -> list[Match]:
        """The things that a text may name, best first, each with its best name; `kinds` as for `exact`.

        Raises `BadValue` for a text that is empty, is no UTF-8 or has more than 1,000 characters.
        """
        _check(text)
        matches = self.exact([text], kinds=kinds).get(text, [])
        if len(matches) < limit:
            with self._reading():
                parts = self._parts(text)
                matches += self._abbreviated(text, parts, kinds) + self._in_part(text, parts, kinds)
        return _best(text, matches)[:limit]

    def _abbreviated(self, text: str, parts: Sequence[_Part], kinds: frozenset[str]) -> list[Match]:
        """Things with the initials that a text may be though it is not written like one: not if names hold the word."""
        letters = "".join(spelling.words(text))
        if len(letters) < _FEWEST_LETTERS or any(known.slips == 0 for part in parts for known in part.spellings):
            return []
        return [
            _match(row, ABBREVIATION) for rows in self._named({ABBREVIATED + letters}, kinds).values() for row in rows
        ]

    # Names by their words

    def _in_part(self, text: str, parts: Sequence[_Part], kinds: frozenset[str]) -> list[Match]:
        """Things with names that hold all words of a text, else all in some spelling, else some of them."""
        found = self._of(self._holders_of_all(parts, kinds), kinds)
        if not found:
            parts = [self._widened(part) for part in parts]
            found = self._of(self._holders_of_all(parts, kinds), kinds)
        if not found:
            found = self._of(self._holders_of_some(parts, kinds), kinds)
        return [_scored(text, parts, row) for row in found]

    def _parts(self, text: str) -> list[_Part]:
        """The words of a text that a name must hold, those that no name holds with what they may be misspelt for."""
        asked = list(dict.fromkeys(spelling.content(spelling.words(text))))[:_PARTS]
        known = self._known(asked)
        parts = [
            _Part(word, (_Spelling(*known[word], 0),)) if word in known else self._widened(_Part(word, ()))
            for word in asked
        ]
        return [part for part in parts if part.spellings or not spelling.is_small_misspelt(part.word)]

    def _widened(self, part: _Part) -> _Part:
        """A part with the words that it may be misspelt for; if there are none, those that it may be cut short from."""
        slips = dict(self._corrections(part.word, 1 if part.spellings else 2))  # a known word is rarely misspelt twice
        slips = slips or ({} if part.spellings else dict.fromkeys(self._begun(part.word), 1))
        stems = self._known(list(slips))
        found = {stem[1]: _Spelling(*stem, slips[word]) for word, stem in reversed(stems.items())}
        return _Part(part.word, (*part.spellings, *found.values()))

    def _known(self, words: Sequence[str]) -> dict[str, tuple[_List, str]]:
        """The names that hold the stem of each word, and that stem, of words that some name holds, in their order."""
        stems = {word: spelling.stem(word) for word in words}
        rows = self._rows(
            "SELECT text, id, count FROM stem WHERE text IN (SELECT value FROM json_each(?))",
            json.dumps(list(stems.values())),
        )
        known = {stem: (_List("stem", number, count), stem) for stem, number, count in rows}
        return {word: known[stem] for word, stem in stems.items() if stem in known}

    def _corrections(self, word: str, most: int = 2) -> list[tuple[str, int]]:
        """Words of names that a word may be misspelt for, and how many slips away: those that are nearest only."""
        for slips in range(1, min(most, spelling.slips(len(word))) + 1):
            if near := self._within(word, slips):
                return [(known, slips) for known in near[:_CORRECTIONS]]
        return []

    def _begun(self, word: str) -> list[str]:
        """Some words of names that begin with a text of three letters or more, shortest first."""
        if len(word) < _FEWEST_LETTERS or not word.isalpha():
            return []
        rows = self._rows(
            "SELECT text FROM word WHERE text > ? AND text < ? ORDER BY length(text), text LIMIT ?",
            word,
            word + _LAST,
            _CORRECTIONS,
        )
        return [known for (known,) in rows]

    def _within(self, word: str, slips: int) -> list[str]:
        """The words of names that are so many slips from a word, the most like it first."""
        from rapidfuzz.distance import OSA, JaroWinkler
        from rapidfuzz.process import extract

        rows = self._rows(
            "SELECT DISTINCT word FROM piece WHERE text IN (SELECT value FROM json_each(?))",
            json.dumps(list(spelling.pieces(word, slips))),
        )
        near = extract(word, [known for (known,) in rows], scorer=OSA.distance, score_cutoff=slips, limit=None)
        found = [known for known, _, _ in near if known != word and slips <= spelling.slips(len(known))]
        return sorted(found, key=lambda known: (-JaroWinkler.similarity(word, known), known))

    def _holders_of_all(self, parts: Sequence[_Part], kinds: frozenset[str]) -> Sequence[int]:
        """The numbers of names that hold each word in one of its spellings, shortest first, of rare kinds those alone.

        The shortest list gives the candidates, so many of the shortest names if it is long too; the others sift them.
        """
        lists = [[known.names for known in part.spellings] for part in parts]
        found: set[int] | None = None if parts else set()
        for alternatives in sorted([*lists, *self._of_kinds(kinds)], key=lambda some: sum(each.count for each in some)):
            holders = [self._names(each) for each in alternatives]
            if found is None:
                found = {name for names in holders for name in names[:_CANDIDATES]}
            else:
                found = {name for names in holders for name in _common(found, names)}
            if not found:
                break
        return sorted(found or ())[:_CANDIDATES]

    def _holders_of_some(self, parts: Sequence[_Part], kinds: frozenset[str]) -> Sequence[int]:
        """The numbers of names that hold some of the words, rare ones counting more; the best first."""
        weights: dict[int, float] = {}
        left = _WEIGHED
        spelt = {known for part in parts for known in part.spellings}
        for known in sorted(spelt, key=lambda known: (known.names.count, known.names.number)):
            weight = math.log(1 + self._size / known.names.count) / (1 + known.slips)
            part = _Part("", (known,))
            for name in (self._holders_of_all([part], kinds) if kinds else self._names(known.names))[:left]:
                weights[name] = weights.get(name, 0) + weight
            if (left := left - known.names.count) <= 0:
                break
        return sorted(weights, key=lambda name: (-weights[name], name))

    def _of_kinds(self, kinds: frozenset[str]) -> list[list[_List]]:
        """The lists of names of the kinds asked for, in one of which a name must be; none if these are most names."""
        found = [_List("kinds", n, count) for n, (classes, count) in self._kinds.items() if classes & kinds]
        return [found] if kinds and sum(each.count for each in found) <= _LISTED else []

    def _names(self, known: _List) -> "array[int]":
        """The numbers of the names in a list, shortest first."""
        ((content,),) = self._rows(f"SELECT names FROM {known.table} WHERE id = ?", known.number)
        return naming.unpacked(content)

    # Rows

    def _named(self, keys: Iterable[str], kinds: frozenset[str]) -> dict[str, list[_Row]]:
        """For each key the names that have it, shortest first, at most 100."""
        numbers, only = self._sift(kinds)
        rows = self._rows(
            f"SELECT asked.value, {_COLUMNS} FROM json_each(?) AS asked "
            "JOIN name JOIN thing ON thing.id = name.thing WHERE name.id IN (SELECT key.name FROM key "
            "JOIN name ON name.id = key.name JOIN thing ON thing.id = name.thing "
            f"WHERE key.text = asked.value {only} ORDER BY key.name LIMIT {_NAMESAKES})",
            json.dumps(sorted(keys)),
            *numbers,
        )
        found: dict[str, list[_Row]] = {}
        for key, *row in rows:
            found.setdefault(key, []).append(tuple(row))
        return found

    def _of(self, names: Sequence[int], kinds: frozenset[str]) -> list[_Row]:
        """The first names of a list that are of these kinds, at most 50."""
        numbers, only = self._sift(kinds)
        asked = names if kinds else names[:_SCORED]
        found: list[_Row] = []
        for start in range(0, len(asked), _AT_ONCE):
            rows = self._rows(
                f"SELECT {_COLUMNS} FROM json_each(?) AS asked JOIN name ON name.id = asked.value "
                f"JOIN thing ON thing.id = name.thing WHERE true {only} ORDER BY asked.id",
                json.dumps(list(asked[start : start + _AT_ONCE])),
                *numbers,
            )
            found += map(tuple, rows)
            if len(found) >= _SCORED:
                break
        return found[:_SCORED]

    def _sift(self, kinds: frozenset[str]) -> tuple[list[str], str]:
        """What a query says so that only things of these classes are found."""
        if not kinds:
            return [], ""
        numbers = [number for number, (classes, _) in self._kinds.items() if classes & kinds]
        return [json.dumps(numbers)], "AND thing.kinds IN (SELECT value FROM json_each(?))"

    def _rows(self, sql: str, *values: object) -> list[Any]:
        return self._connection.execute(sql, values).fetchall()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        """Say of a file that it is damaged, if SQLite finds it so, or values where others should be."""
        try:
            yield
        except (sqlite3.DatabaseError, ValueError, TypeError, AttributeError) as error:
            raise BadGraph(f"{self._where} is damaged ({error}). Run `terril build`.") from error


# Texts and names


def _is_short(text: str) -> bool:
    """Whether a text can be a name: neither longer than any nor with lone surrogates, which are no characters."""
    return len(text) <= LONGEST and not any("\ud800" <= char <= "\udfff" for char in text)


def _check(text: str) -> None:
    if not text.strip():
        raise BadValue("The name to look for is empty. Type a name, or a part of one.")
    if len(text) > LONGEST:
        raise BadValue(f"A name of {len(text):,} characters is too long. Type one of at most {LONGEST:,}.")
    if not _is_short(text):
        raise BadValue(f"{text[:60]!r} is no UTF-8 text. Type the name anew.")


def _keys(text: str) -> list[str]:
    """What a text is as a key of whole names, the nearest spelling first."""
    folded = spelling.words(text)
    if not folded:
        return []
    glued = "".join(folded)
    keys = [FOLDED + " ".join(folded), STEMMED + spelling.stems(folded), GLUED + glued]
    return [*keys, ABBREVIATED + glued] if _is_like_abbreviation(text.strip()) else keys


def _is_like_abbreviation(text: str) -> bool:
    return 2 <= len(text) <= 2 * _FEWEST_LETTERS and text.isalnum() and (text.isupper() or not text.isalpha())


def _rated(key: str, text: str, row: _Row) -> int:
    """The score of a whole name that was found by a key."""
    _, _, folded, _, rank = row
    match key[0]:
        case naming.FOLDED:
            return VERY if rank != naming.OTHER_WORDS else FORM + 8
        case naming.STEMMED:
            return FORM + (7 if _in_order(spelling.words(text)) == _in_order(folded.split()) else 5)
        case naming.GLUED:
            return FORM + 3
    return ABBREVIATION + 2


def _in_order(folded: Sequence[str]) -> list[str]:
    return [spelling.stem(word) for word in spelling.content(folded)]


def _common(some: set[int], names: "array[int]") -> Iterable[int]:
    """The numbers that are in both, the second of which is sorted and may be much the longer one."""
    if len(some) * _MUCH_LONGER > len(names):
        return some.intersection(names)
    places = ((name, bisect_left(names, name)) for name in some)
    return (name for name, place in places if place < len(names) and names[place] == name)


def _scored(text: str, parts: Sequence[_Part], row: _Row) -> Match:
    from rapidfuzz.fuzz import token_sort_ratio

    share, whole = _shares(parts, spelling.content(row[2].split()))
    return _match(row, _degree(share, whole, token_sort_ratio(spelling.fold(text), row[2]) / 100))


def _shares(parts: Sequence[_Part], name: Sequence[str]) -> tuple[float, float]:
    """The share of what is asked for that a name holds, and the share of the name that is asked for, in letters."""
    lengths = {spelling.stem(word): len(word) for word in name}
    asked = held = 0
    hit: set[str] = set()
    for part in parts:
        found = [known.stem for known in part.spellings if known.stem in lengths]
        asked, held = asked + len(part.word), held + len(part.word) * bool(found)
        hit.update(found)
    return held / max(1, asked), sum(lengths[stem] for stem in hit) / max(1, sum(lengths.values()))


def _degree(share: float, whole: float, likeness: float) -> int:
    """The score of a name that was found by its words."""
    if share < 1:
        return round((IN_PART - 1) * share * (1 + likeness) / 2)
    if whole < 1:
        return IN_PART + round(12 * (whole + likeness))
    return MISSPELT + round(9 * likeness)


def _match(row: _Row, score: int) -> Match:
    iri, name, _, language, rank = row
    return Match(ox.NamedNode(iri), name, language, PROPERTIES[rank] if rank < len(PROPERTIES) else "", score)


def _best(text: str, matches: Iterable[Match]) -> list[Match]:
    """The best match of each thing, best first: the very name, then preferred before alternative before hidden."""

    def place(match: Match) -> tuple[int, bool, int, str, str, str]:
        rank = naming.rank(match.property)
        return -match.score, match.name != text, rank, match.thing.value, match.language or "", match.name

    best: dict[ox.NamedNode, Match] = {}
    for match in sorted(matches, key=place):
        best.setdefault(match.thing, match)
    return list(best.values())


# Opening

_opened: deque[tuple[Store, int, Index]] = deque(maxlen=4)


def open(store: Store) -> Index:
    """The index of a store's names: the file beside a built graph, else one made in memory of what the store gives.

    An endpoint is asked for at most 100,000 names, in pages; if it holds more, a warning says so.
    """
    size = len(store.graph) if isinstance(store, Embedded) else 0
    for known, known_size, index in _opened:
        if known == store and known_size == size:
            return index
    index = _beside(store) or _in_memory(store, size)
    _opened.append((store, size, index))
    return index


def _beside(store: Store) -> Index | None:
    """The index that was built with a store's graph, if there is one of this version and of this very graph."""
    if not isinstance(store, Embedded) or store.path is None:
        return None
    path = index_of(store.path)
    if not path.is_file():
        return None
    try:
        address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True, check_same_thread=False)
        about = dict(connection.execute("SELECT key, value FROM about"))
        if about == {"graph": _sha256(store.path), "version": naming.VERSION}:
            return Index(connection, str(path))
        connection.close()
    except (sqlite3.Error, BadGraph, OSError, ValueError) as error:
        _log.info("%s cannot be read as an index: %s", path, error)
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _in_memory(store: Store, size: int) -> Index:
    if size > _LARGE:
        _log.warning(
            "The names of %s triples are being sorted, which takes a while; a built graph has them so.", f"{size:,}"
        )
    return Index(naming.database(_named(store)), "the index of names in memory")


def _named(store: Store) -> list[naming.Named]:
    """The things of a store with their names and classes."""
    if not isinstance(store, Embedded):
        from .endpoint import Endpoint

        # An endpoint's own limit of rows is for answers.
        store = replace(store, max_rows=_PAGE) if isinstance(store, Endpoint) else store
    names, classes = _triples(store, PROPERTIES, _PAGES), _triples(store, (_TYPE,), _PAGES_OF_CLASSES)
    return naming.gather(chain(names, classes))


_LARGE: Final = 200_000
_TYPE: Final = expand("rdf:type")
_PAGE: Final = 10_000
_PAGES: Final = 10
_PAGES_OF_CLASSES: Final = 50


def _triples(store: Store, properties: Sequence[str], pages: int) -> Iterator[ox.Triple]:
    """What a store says of things with some properties; of an endpoint no more than so many pages."""
    if isinstance(store, Embedded):
        yield from _page(store, properties, "", "")
        return
    start = ""
    for _ in range(pages):
        page = _page(store, properties, f"FILTER(STR(?thing) >= {ox.Literal(start)})", f"ORDER BY ?thing LIMIT {_PAGE}")
        yield from page
        if not page or page[-1].subject == ox.NamedNode(start or "x:"):
            return
        # The last thing of a page may go on in the next one, which therefore begins with it.
        start = str(page[-1].subject).strip("<>")
    _log.warning("The endpoint has more names than are read of it: no thing after %s is found by name.", start)


def _page(store: Store, properties: Sequence[str], filter: str, order: str) -> list[ox.Triple]:
    answer = store.query(
        f"SELECT DISTINCT ?thing ?property ?value WHERE {{ VALUES ?property {{ <{'> <'.join(properties)}> }} "
        f"?thing ?property ?value FILTER(STRSTARTS(STR(?thing), {ox.Literal(ID)}) || "
        f"STRSTARTS(STR(?thing), {ox.Literal(AUTH)})) "
        f"FILTER(!STRSTARTS(STR(?thing), {ox.Literal(ID + 'passage/')})) {filter} }} {order}"
    )
    rows = answer.rows if isinstance(answer, Solutions) else ()
    return [
        ox.Triple(thing, property, value)
        for thing, property, value in rows
        if isinstance(thing, ox.NamedNode) and isinstance(property, ox.NamedNode) and value is not None
    ]
