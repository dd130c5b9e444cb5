"""Who says what, for stores without named graphs: each fact as a named claim, in RDF 1.1 and in RDF 1.2.

A claim has the name that `terril explain --format turtle` gives the same triple, so that what both say of it meets. It
was quoted from a passage in the words of a person, and derived from whatever else says it (PROV-O).
"""

from itertools import chain, compress, repeat
from pathlib import Path
from typing import Final

from ..names import ONTOLOGY, PREFIXES
from .graph import Graph
from .packing import Archive
from .parts import Stated
from .syntaxes import FACTS, Writer
from .triples import node

QUOTED: Final = node("prov:wasQuotedFrom")
DERIVED: Final = node("prov:wasDerivedFrom")
_ONTOLOGY: Final = node(ONTOLOGY)


def sources(graph: Graph, part: Stated) -> list[list[tuple[bytes, bytes]]]:
    """Who says a triple, besides the ontology, which is its own evidence: for each set of graphs that say one, each of
    them with the property that tells how, in Turtle.
    """
    words = {how: b"prov:" + how[:-1].rpartition(b"#")[2] for how in (QUOTED, DERIVED)}
    quotations = graph.kinds["quotation"]
    return [
        [
            (words[QUOTED if name in quotations else DERIVED], part.turtle[name])
            for name in graphs
            if name.startswith(b"<") and name != _ONTOLOGY
        ]
        for graphs in part.voices[0]
    ]


class Claims(Writer):
    """The facts, and a resource for each that something says, with its subject, predicate, object and sources.

    The resource is in no class: it is about a triple whether or not that triple holds. The facts come first, as another
    format has packed them already.
    """

    @property
    def place(self) -> Path:
        return self.path.with_name(f"alone-{self.path.name}")

    def stated(self, part: Stated) -> bytes:
        says, voices = sources(self.graph, part), part.voices[1]
        told = list(map(list(map(bool, says)).__getitem__, voices))
        verbs = {
            name: b" ;\n\trdf:predicate %b ;\n\trdf:object " % part.turtle[name]
            for name in dict.fromkeys(part.triples.predicates)
        }
        subjects, objects = part.words
        pieces = zip(
            part.names,
            repeat(b" rdf:subject "),
            subjects,
            map(verbs.__getitem__, part.triples.predicates),
            objects,
            map(list(map(_ending, says)).__getitem__, voices),
        )
        return b"".join(chain.from_iterable(pieces if all(told) else compress(pieces, told)))

    def finish(self) -> None:
        with Archive(self.path) as whole:
            whole.extend(self.path.with_name(FACTS))
            whole.extend(self.place)
        self.place.unlink()


def _ending(says: list[tuple[bytes, bytes]]) -> bytes:
    """The sources of a claim, and its end."""
    before, text = b"", b""
    for how, source in says:
        text += b" , " + source if how == before else b" ;\n\t%b %b" % (how, source)
        before = how
    return text + b" .\n"


class Reified(Writer):
    """The facts, a line for each, with their claims as reifiers (https://www.w3.org/TR/rdf12-turtle/).

    What is said and does not hold, if there is such a triple, is reified and not asserted.
    """

    head = b'VERSION "1.2"\n' + "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()).encode()

    def stated(self, part: Stated) -> bytes:
        says, voices = sources(self.graph, part), part.voices[1]
        told = [b" {| %b |} .\n" % b" ; ".join(map(b" ".join, found)) for found in says]
        verbs = {name: b" %b " % part.turtle[name] for name in dict.fromkeys(part.triples.predicates)}
        subjects, objects = part.words
        rows = zip(
            subjects,
            map(verbs.__getitem__, part.triples.predicates),
            objects,
            repeat(b" ~ "),
            part.names,
            map(told.__getitem__, voices),
        )
        if all(part.holds) and all(says):
            return b"".join(chain.from_iterable(rows))
        kinds = zip(rows, part.holds, (bool(says[voice]) for voice in voices), strict=True)
        return b"".join(_line(row, holds, is_said) for row, holds, is_said in kinds)


def _line(row: tuple[bytes, ...], holds: bool, is_said: bool) -> bytes:
    if holds and is_said:
        return b"".join(row)
    if holds:
        return b"".join(row[:3]) + b" .\n"
    told = row[-1].removeprefix(b" {| ").removesuffix(b" |} .\n")
    return b"<< %b >> %b .\n" % (b"".join(row[:-1]), told) if is_said else b""
