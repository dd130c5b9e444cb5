"""Look-ups: queries that are one triple pattern, answered from the store's indexes without the engine's planner.

The answer is, byte for byte, what the engine gives; where that cannot be promised, there is none.
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from json.encoder import encode_basestring
from typing import Final, TypeAlias

import pyoxigraph as ox

_IRI: Final = r"<[^<>\"{}|^`\\\x00-\x20]*>"
_NAME: Final = rf"(?:{_IRI}|[A-Za-z][\w-]*:\w[\w-]*)"
_LABEL: Final = r"(?:[A-Za-z][\w-]*)?:"
_S: Final = r"[ \t\r\n]"
_VARIABLE: Final = r"\?\w+"
_PATTERN: Final = re.compile(
    rf"(?P<prefixes>(?:{_S}*PREFIX{_S}+{_LABEL}{_S}*{_IRI})*)"
    rf"{_S}*(?:SELECT(?P<columns>{_S}*\*|(?:{_S}+{_VARIABLE})+)(?:{_S}+WHERE)?|ASK(?:{_S}+WHERE)?)"
    rf"{_S}*\{{{_S}*(?P<s>{_NAME}|{_VARIABLE}){_S}+(?P<p>a|{_NAME}|{_VARIABLE}){_S}+(?P<o>{_NAME}|{_VARIABLE})"
    rf"{_S}*\.?{_S}*\}}{_S}*(?:LIMIT{_S}+(?P<limit>\d{{1,9}}){_S}*)?",
    re.IGNORECASE | re.ASCII,
)
_PREFIX: Final = re.compile(rf"({_LABEL}){_S}*({_IRI})", re.ASCII)
_RDF_TYPE: Final = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_XSD_STRING: Final = "http://www.w3.org/2001/XMLSchema#string"
_LONGEST: Final = 8192

_Slot: TypeAlias = ox.NamedNode | str
"""A name, or a variable."""
_Node: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_LOOKS: Final = 64
"""Rows between two looks at the clock and at what has come together."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """A SELECT of some variables, or an ASK (None), for one pattern, and how many rows at most."""

    subject: _Slot
    predicate: _Slot
    object: _Slot
    columns: tuple[str, ...] | None
    limit: int | None

    @property
    def is_bounded(self) -> bool:
        """Whether it names its subject or its object, so that there are not very many rows."""
        return isinstance(self.subject, ox.NamedNode) or isinstance(self.object, ox.NamedNode)


def lookup(text: str) -> Lookup | None:
    """The look-up that a query is; None if it is another kind of query, or one that is left to the engine.

    >>> lookup("SELECT ?p ?o WHERE { <http://example.org/a> ?p ?o }").columns
    ('p', 'o')
    >>> lookup("SELECT ?s { ?s ?p ?o FILTER(?o > 1) }")
    """
    found = _PATTERN.fullmatch(text) if len(text) < _LONGEST else None
    if found is None:
        return None
    prefixes = dict(_PREFIX.findall(found["prefixes"])) if found["prefixes"] else {}
    try:
        for iri in prefixes.values():  # also of a prefix that is not used
            ox.NamedNode(iri[1:-1])
        subject, predicate, object = (_slot(found[each], prefixes) for each in "spo")
    except (KeyError, ValueError):  # an undeclared prefix, or no IRI: the engine says so
        return None
    variables = [slot for slot in (subject, predicate, object) if isinstance(slot, str)]
    columns = _columns(found["columns"], variables)
    if len(set(variables)) < len(variables) or (columns is not None and not set(columns) <= set(variables)):
        return None
    one = Lookup(subject, predicate, object, columns, int(found["limit"]) if found["limit"] else None)
    return one if one.is_bounded and len(set(columns or ())) == len(columns or ()) else None


def _slot(text: str, prefixes: dict[str, str]) -> _Slot:
    if text[0] == "?":
        return text[1:]
    if text[0] == "<":
        if "/." in text:  # the engine may take the dots away, which say where from
            raise ValueError(text)
        return ox.NamedNode(text[1:-1])
    if text == "a":
        return _RDF_TYPE
    prefix, colon, local = text.partition(":")
    return ox.NamedNode(prefixes[prefix + colon][1:-1] + local)


def _columns(text: str | None, variables: list[str]) -> tuple[str, ...] | None:
    if text is None:
        return None
    return tuple(sorted(variables)) if text.strip() == "*" else tuple(name[1:] for name in text.split())


class _Unusual(Exception):
    """A term that JSON results have a special form for."""


def as_json(one: Lookup, store: ox.Store, deadline: float, most: int) -> bytes | None:
    """The answer in the default graph of a store, as SPARQL 1.1 Query Results JSON.

    None if it is not there by `deadline` (of `time.monotonic`), has more than `most` bytes or so, or holds a term of
    RDF 1.2.
    """
    slots = (one.subject, one.predicate, one.object)
    subject, predicate, object = (None if isinstance(slot, str) else slot for slot in slots)
    quads = store.quads_for_pattern(subject, predicate, object, ox.DefaultGraph())
    left = quads if one.limit is None else islice(quads, one.limit)
    if one.columns is None:
        found = b"false" if next(left, None) is None else b"true"
        return b'{"head":{},"boolean":%b}' % found
    row = _row([(f'"{name}":', _PLACES[slots.index(name)]) for name in one.columns])
    try:
        rows = list(map(row, islice(left, _LOOKS)))
        while len(rows) % _LOOKS == 0 and (further := list(map(row, islice(left, _LOOKS)))):
            rows += further
            if time.monotonic() > deadline or sum(map(len, rows)) > most:
                return None
    except _Unusual:
        return None
    names = ",".join(f'"{name}"' for name in one.columns)
    return f'{{"head":{{"vars":[{names}]}},"results":{{"bindings":[{",".join(rows)}]}}}}'.encode()


_PLACES: Final = ("subject", "predicate", "object")


def _row(columns: list[tuple[str, str]]) -> Callable[[ox.Quad], str]:
    """What writes a row. Of three places at most two are variables, and no loop over them would be as quick."""
    match columns:
        case []:
            return lambda quad: "{}"
        case [(name, place)]:
            return lambda quad: f"{{{name}{_term(getattr(quad, place))}}}"
        case [(first, one), (second, other)]:
            return lambda quad: f"{{{first}{_term(getattr(quad, one))},{second}{_term(getattr(quad, other))}}}"
    raise AssertionError(columns)


def _term(term: _Node) -> str:
    if isinstance(term, ox.NamedNode):  # in an IRI nothing stands that JSON would want otherwise
        return f'{{"type":"uri","value":"{term.value}"}}'
    if isinstance(term, ox.BlankNode):
        return f'{{"type":"bnode","value":"{term.value}"}}'
    if isinstance(term, ox.Triple):
        raise _Unusual
    value = encode_basestring(term.value)
    if term.language is not None:
        if term.direction is not None:
            raise _Unusual
        return f'{{"type":"literal","value":{value},"xml:lang":{encode_basestring(term.language)}}}'
    if term.datatype.value == _XSD_STRING:
        return f'{{"type":"literal","value":{value}}}'
    return f'{{"type":"literal","value":{value},"datatype":{encode_basestring(term.datatype.value)}}}'
