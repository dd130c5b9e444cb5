"""Terms as Turtle writes them, short where a short name is surely one; and texts as XML may hold them."""

import re
from typing import Final

import pyoxigraph as ox

from ..names import compact
from ..results import Term

_LOCAL: Final = re.compile(r"[a-z]+:[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
"""Local names that Turtle, SPARQL and OWL's functional syntax all take as they are."""


def short(term: Term) -> str:
    """A term, an IRI by its short name if it has one.

    >>> short(ox.NamedNode("https://w3id.org/terril/ns#hasStrand"))
    'terril:hasStrand'
    >>> short(ox.NamedNode("https://w3id.org/terril/id/passage/namur-clusters/573-669"))
    '<https://w3id.org/terril/id/passage/namur-clusters/573-669>'
    """
    if isinstance(term, ox.NamedNode):
        name = compact(term.value)
        return name if name != term.value and _LOCAL.fullmatch(name) else str(term)
    return str(term)


def legible(text: str) -> str:
    """Text without the characters that XML 1.0 cannot hold, not even as references.

    >>> legible("form\\x0cfeed")
    'form�feed'
    """
    return _ILLEGIBLE.sub("\N{REPLACEMENT CHARACTER}", text)


_ILLEGIBLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
