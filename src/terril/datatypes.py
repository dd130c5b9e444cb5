"""Which literals are values of which datatype, and when two literals have the same value.

Datatypes are those of the OWL 2 datatype map; lexical forms are those of *XML Schema Definition Language 1.1 Part 2*.
"""

import re
from collections.abc import Hashable
from datetime import datetime
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from .names import PREFIXES

XSD: Final = PREFIXES["xsd"]
RDF: Final = PREFIXES["rdf"]
STRING: Final = XSD + "string"
LITERAL: Final = PREFIXES["rdfs"] + "Literal"
LANG_STRING: Final = RDF + "langString"

INTEGERS: Final[dict[str, tuple[int | None, int | None]]] = {
    XSD + name: bounds
    for name, bounds in {
        "integer": (None, None),
        "nonNegativeInteger": (0, None),
        "positiveInteger": (1, None),
        "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1),
        "long": (-(2**63), 2**63 - 1),
        "int": (-(2**31), 2**31 - 1),
        "short": (-(2**15), 2**15 - 1),
        "byte": (-(2**7), 2**7 - 1),
        "unsignedLong": (0, 2**64 - 1),
        "unsignedInt": (0, 2**32 - 1),
        "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 2**8 - 1),
    }.items()
}
"""The integer datatypes, each with its least and greatest value."""

_DECIMAL: Final = XSD + "decimal"
_NUMBERS: Final = frozenset({*INTEGERS, _DECIMAL})

_NAME: Final = r"[\w:][\w:.\-·]*"
_STRINGS: Final = {
    XSD + name: re.compile(pattern, re.DOTALL)
    for name, pattern in {
        "string": r".*",
        "normalizedString": r"[^\t\n\r]*",
        "token": r"(?:[^\s]+(?: [^\s]+)*)?",
        "language": r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
        "Name": r"(?![\d.\-·])" + _NAME,
        "NCName": r"(?![\d.\-·])(?!.*:)" + _NAME,
        "NMTOKEN": r"[\w:.\-·]+",
    }.items()
}
_ZONE: Final = r"(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)"
_INSTANT: Final = (
    r"-?(?:[1-9]\d{3,}|0\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
)
_FLOAT: Final = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?|[+-]?INF|NaN"
_LEXICAL: Final = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        **dict.fromkeys(INTEGERS, r"[+-]?\d+"),
        _DECIMAL: r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        XSD + "double": _FLOAT,
        XSD + "float": _FLOAT,
        XSD + "boolean": r"true|false|0|1",
        XSD + "dateTime": _INSTANT + _ZONE + "?",
        XSD + "dateTimeStamp": _INSTANT + _ZONE,
        XSD + "hexBinary": r"(?:[0-9A-Fa-f]{2})*",
        XSD + "base64Binary": r"(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){2}[A-Za-z0-9+/=] ?=)?",
        XSD + "anyURI": r"[^\s<>\"{}|\\^`]*",
    }.items()
} | _STRINGS

KNOWN: Final = frozenset({*_LEXICAL, LITERAL, LANG_STRING, RDF + "PlainLiteral"})
"""Every datatype whose values can be told from others."""


def contains(datatype: str, literal: ox.Literal) -> bool:
    """Whether a literal's value is in the value space of a known datatype. An ill-typed literal has no value at all.

    >>> contains(XSD + "integer", ox.Literal("5.0", datatype=ox.NamedNode(XSD + "decimal")))
    True
    >>> contains(XSD + "byte", ox.Literal("200", datatype=ox.NamedNode(XSD + "integer")))
    False
    """
    own = literal.datatype.value
    if own in _LEXICAL and not _LEXICAL[own].fullmatch(literal.value):
        return False
    if datatype in (LITERAL, own):
        return own not in INTEGERS or _between(Decimal(literal.value), own)
    if datatype == RDF + "PlainLiteral":
        return own in _STRINGS or own == LANG_STRING
    if own in _NUMBERS:
        return datatype == _DECIMAL or (datatype in INTEGERS and _between(Decimal(literal.value), datatype))
    if own in _STRINGS:
        return datatype in _STRINGS and _STRINGS[datatype].fullmatch(literal.value) is not None
    instants = (XSD + "dateTime", XSD + "dateTimeStamp")
    return own in instants and datatype in instants and _LEXICAL[datatype].fullmatch(literal.value) is not None


def value(literal: ox.Literal) -> Hashable:
    """A key that two literals share exactly if they have the same value, as far as their datatype is known.

    >>> value(ox.Literal("01", datatype=ox.NamedNode(XSD + "integer"))) == value(ox.Literal(1))
    True
    """
    own, text = literal.datatype.value, literal.value
    if own not in _LEXICAL or not _LEXICAL[own].fullmatch(text):
        return own, text, literal.language
    if own in _NUMBERS:
        return _DECIMAL, Decimal(text)
    if own in _STRINGS:
        return STRING, text
    if own == XSD + "boolean":
        return own, text in ("true", "1")
    if own in (XSD + "double", XSD + "float"):
        return own, text if text == "NaN" else float(text)
    if own in (XSD + "dateTime", XSD + "dateTimeStamp"):
        return XSD + "dateTime", _instant(text)
    return own, text


def _between(number: Decimal, datatype: str) -> bool:
    least, most = INTEGERS[datatype]
    if number != number.to_integral_value():
        return False
    return (least is None or number >= least) and (most is None or number <= most)


def _instant(text: str) -> Hashable:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        # Years beyond 9999 and 24:00 are legal in XML Schema and unknown to Python.
        return text
    return moment.timestamp() if moment.tzinfo else moment
