"""What things are called, and the file in which their names lie sorted for `terril.index` to search.

The file is an SQLite database. `key` leads from a whole name, in each of the spellings that count as that name, to the
names so spelt; `stem` leads from a word to all names that hold it, `kinds` from classes to all names of the things that
have them; `piece` leads from a misspelt word to those that it may stand for. Names are numbered shortest first, so that
the head of a list holds those that a single word says best.
"""

import sqlite3
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from . import spelling
from .names import AUTH, ID, expand


@dataclass(frozen=True)
class Name:
    """A name, its language if it has one, and the property that gives it: none for the end of the thing's IRI."""

    text: str
    language: str | None
    property: str


@dataclass(frozen=True)
class Named:
    """A thing by its IRI, the IRIs of its classes, and its names."""

    iri: str
    classes: tuple[str, ...]
    names: tuple[Name, ...]


PROPERTIES: Final = tuple(
    expand(name)
    for name in (
        "skos:prefLabel", "rdfs:label", "dcterms:title", "foaf:name",
        "skos:notation", "terril:nutsCode", "terril:refnisCode", "terril:isoCode",
        "skos:altLabel",
        "skos:hiddenLabel",
        "terril:inWords",
    )
)  # fmt: skip
"""The properties that name a thing, preferred names first."""

OTHER_WORDS: Final = len(PROPERTIES) - 1
"""The rank of the property that gives other words for a thing, which are none of its names."""

_TYPE: Final = expand("rdf:type")
_PERSON: Final = expand("foaf:Person")
_LEFT_OUT: Final = (f"{ID}dataset/", f"{ID}graph/", f"{ID}passage/")


def is_named(iri: str) -> bool:
    """Whether an IRI is that of a thing that people call by name: no term of an ontology, no dataset, graph or
    passage.
    """
    return iri.startswith((ID, AUTH)) and not iri.startswith(_LEFT_OUT)


def gather(triples: Iterable[ox.Triple]) -> list[Named]:
    """The things that triples speak of, with their classes and names, sorted by IRI; the end of its IRI names each."""
    classes: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[Name]] = defaultdict(set)
    for triple in triples:
        subject, property, object = triple.subject, triple.predicate.value, triple.object
        if not (isinstance(subject, ox.NamedNode) and is_named(subject.value)):
            continue
        if property == _TYPE and isinstance(object, ox.NamedNode):
            classes[subject.value].add(object.value)
        elif property in PROPERTIES and isinstance(object, ox.Literal):
            names[subject.value].add(Name(object.value, object.language, property))
    for iri in sorted(classes):
        if _PERSON in classes[iri]:
            names[iri] |= {Name(text, None, PROPERTIES[OTHER_WORDS]) for text in _surnames(names[iri])}
    return [
        Named(iri, tuple(sorted(classes[iri])), tuple(sorted(names[iri], key=_preference)) + _end(iri, names[iri]))
        for iri in sorted({*classes, *names})
    ]


def _surnames(names: Iterable[Name]) -> set[str]:
    """What people are called among those who know of them: the end of a preferred name, with its particles."""
    parts = [name.text.split()[1:] for name in names if name.property == PROPERTIES[0]]
    return {" ".join(part[_particle(part) :]) for part in parts if part}


def _particle(part: Sequence[str]) -> int:
    """Where the particles before the last word begin, or that word if it has none."""
    return next((place for place, word in enumerate(part) if word[0].islower()), len(part) - 1)


def _preference(name: Name) -> tuple[int, str, str]:
    return rank(name.property), name.language or "", name.text


def rank(property: str) -> int:
    """How far a name is from a thing's preferred one: by its property, the end of an IRI last."""
    return PROPERTIES.index(property) if property in PROPERTIES else len(PROPERTIES)


def _end(iri: str, names: Iterable[Name]) -> tuple[Name, ...]:
    """The end of an IRI as a name, unless it says no more than another."""
    end = iri.rpartition("/")[2]
    known = {spelling.stems(spelling.words(name.text)) for name in names}
    return () if spelling.stems(spelling.words(end)) in known else (Name(end, None, ""),)


# The file

FOLDED: Final = "="
STEMMED: Final = "~"
GLUED: Final = "_"
ABBREVIATED: Final = "."
"""What a key begins with: a name may be folded, stemmed, without spaces, or abbreviated."""

VERSION: Final = "4"
"""Of the layout and of the rules of spelling: an index of another version is not used."""

_LAYOUT: Final = """
CREATE TABLE about (key TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE kinds (id INTEGER PRIMARY KEY, classes TEXT, count INTEGER DEFAULT 0, names BLOB DEFAULT x'');
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT, kinds INTEGER);
CREATE TABLE name (id INTEGER PRIMARY KEY, thing INTEGER, text TEXT, folded TEXT, language TEXT, property INTEGER);
CREATE TABLE key (text TEXT, name INTEGER, PRIMARY KEY (text, name)) WITHOUT ROWID;
CREATE TABLE stem (id INTEGER PRIMARY KEY, text TEXT UNIQUE, count INTEGER, names BLOB);
CREATE TABLE word (text TEXT PRIMARY KEY, stem INTEGER) WITHOUT ROWID;
CREATE TABLE piece (text TEXT, word TEXT, PRIMARY KEY (text, word)) WITHOUT ROWID;
"""


def database(things: Iterable[Named], graph: str = "") -> sqlite3.Connection:
    """An index in memory, as in the file; `graph` is the SHA-256 of the graph that the names are from."""
    connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
    connection.execute("PRAGMA temp_store = MEMORY")  # a full disk is not for SQLite to meet
    connection.executescript(_LAYOUT)
    connection.execute("BEGIN")
    connection.executemany("INSERT INTO about VALUES (?, ?)", [("graph", graph), ("version", VERSION)])
    names = sorted(_put_things(connection, things))
    rows = (
        (i, thing, n.text, " ".join(words), n.language, rank(n.property))
        for i, (_, _, words, *_, thing, n) in enumerate(names, 1)
    )
    connection.executemany("INSERT INTO name VALUES (?, ?, ?, ?, ?, ?)", rows)
    _put_names_of_kinds(connection)
    folded = [words for _, _, words, *_ in names]
    _put_pairs(connection, "key", ((key, number) for number, words in enumerate(folded, 1) for key in _keys(words)))
    _put_words(connection, folded)
    connection.execute("COMMIT")
    return connection


def write(things: Iterable[Named], graph: str) -> bytes:
    """The index as a file. The same things and the same SQLite give the same bytes."""
    connection = database(things, graph)
    try:
        return connection.serialize()
    finally:
        connection.close()


_Sorted = tuple[int, int, list[str], str, str, int, Name]


def _put_things(connection: sqlite3.Connection, things: Iterable[Named]) -> Iterator[_Sorted]:
    """Put things in; give their names as they are to be numbered: shortest first, then the preferred ones."""
    kinds: dict[tuple[str, ...], int] = {}
    for number, thing in enumerate(things, 1):
        kind = kinds.setdefault(thing.classes, len(kinds) + 1)
        connection.execute("INSERT INTO thing VALUES (?, ?, ?)", (number, thing.iri, kind))
        for name in thing.names:
            if words := spelling.words(name.text):
                yield len(words), rank(name.property), words, name.text, name.language or "", number, name
    rows = [(number, " ".join(classes)) for classes, number in kinds.items()]
    connection.executemany("INSERT INTO kinds (id, classes) VALUES (?, ?)", rows)


def _put_names_of_kinds(connection: sqlite3.Connection) -> None:
    found: defaultdict[int, array[int]] = defaultdict(lambda: array("I"))
    rows = "SELECT kinds, name.id FROM name JOIN thing ON thing.id = name.thing ORDER BY name.id"
    for kind, number in connection.execute(rows):
        found[kind].append(number)
    lists = [(len(numbers), packed(numbers), kind) for kind, numbers in found.items()]
    connection.executemany("UPDATE kinds SET count = ?, names = ? WHERE id = ?", lists)


def _keys(words: list[str]) -> Iterator[str]:
    yield FOLDED + " ".join(words)
    yield STEMMED + spelling.stems(words)
    yield GLUED + "".join(words)
    yield from (ABBREVIATED + letters for letters in spelling.abbreviations(words))


def _put_words(connection: sqlite3.Connection, folded: list[list[str]]) -> None:
    holders: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    vocabulary: set[str] = set()
    for number, words in enumerate(folded, 1):
        bearing = spelling.content(words)
        vocabulary.update(bearing)
        for stem in set(map(spelling.stem, bearing)):
            holders[stem].append(number)
    stems = {stem: number for number, stem in enumerate(sorted(holders), 1)}
    rows = ((number, stem, len(holders[stem]), packed(holders[stem])) for stem, number in stems.items())
    connection.executemany("INSERT INTO stem VALUES (?, ?, ?, ?)", rows)
    connection.executemany("INSERT INTO word VALUES (?, ?)", ((w, stems[spelling.stem(w)]) for w in sorted(vocabulary)))
    _put_pairs(connection, "piece", ((piece, word) for word in vocabulary for piece in spelling.pieces(word)))


def _put_pairs(connection: sqlite3.Connection, table: str, pairs: Iterable[tuple[str, object]]) -> None:
    """Fill a table in the order of its key; SQLite sorts, for Python's own tuples would take many times the room."""
    connection.execute("CREATE TEMP TABLE pair (text TEXT, other)")
    connection.executemany("INSERT INTO pair VALUES (?, ?)", pairs)
    connection.execute(f"INSERT INTO {table} SELECT DISTINCT text, other FROM pair ORDER BY text, other")
    connection.execute("DROP TABLE pair")


def packed(numbers: "array[int]") -> bytes:
    """Numbers as they stand in the file: 32 bits each, the lowest byte first on any machine."""
    return _little(numbers).tobytes()


def unpacked(content: bytes) -> "array[int]":
    """The numbers that `packed` packed."""
    numbers = array("I")
    numbers.frombytes(content)
    return _little(numbers)


def _little(numbers: "array[int]") -> "array[int]":
    if sys.byteorder == "little":
        return numbers
    swapped = numbers[:]
    swapped.byteswap()
    return swapped
