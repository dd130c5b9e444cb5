"""Who says what, for stores without named graphs: each fact as a named claim, in RDF 1.1 and in RDF 1.2.

A claim has the name that `terril explain --format turtle` gives the same triple, so that what both say of it meets. It
was quoted from a passage in the words of a person, and derived from whatever else says it (PROV-O).
"""

from itertools import chain, compress, repeat
from pathlib import Path
from typing import Final

from ..names import ONTOLOGY, PREFIXES
from .graph import Graph
from .parts import Stated
from .syntaxes import FACTS, Text, joined
from .triples import node

QUOTED: Final = node("prov:wasQuotedFrom")
DERIVED: Final = node("prov:wasDerivedFrom")
_ONTOLOGY: Final = node(ONTOLOGY)


def sources(graph: Graph, part: Stated) -> dict[tuple[bytes, ...], list[tuple[bytes, bytes]]]:
    """Who says a triple, besides the ontology, which is its own evidence: by the graphs that say it, each of them with
    the property that tells how, in Turtle.
    """
    words = {how: b"prov:" + how[:-1].rpartition(b"#")[2] for how in (QUOTED, DERIVED)}
    quotations = graph.kinds["quotation"]
    return {
        graphs: [
            (words[QUOTED if name in quotations else DERIVED], part.turtle[name])
            for name in graphs
            if name.startswith(b"<") and name != _ONTOLOGY
        ]
        for graphs in dict.fromkeys(part.graphs)
    }


class Claims(Text):
    """The facts, and a resource for each that something says, with its subject, predicate, object and sources.

    The resource is in no class: it is about a triple whether or not that triple holds. The facts come first, as another
    format has packed them already.
    """

    def __init__(self, graph: Graph, path: Path) -> None:
        super().__init__(graph, path.with_name(f"alone-{path.name}"))
        self.whole = path

    def stated(self, part: Stated) -> None:
        says = sources(self.graph, part)
        told = [bool(says[graphs]) for graphs in part.graphs]
        endings = {graphs: _ending(found) for graphs, found in says.items()}
        subjects, predicates, objects = (map(part.turtle.__getitem__, column) for column in part.triples.only(told))
        pieces = zip(
            compress(part.names, told),
            repeat(b" rdf:subject "),
            subjects,
            repeat(b" ;\n\trdf:predicate "),
            predicates,
            repeat(b" ;\n\trdf:object "),
            objects,
            map(endings.__getitem__, compress(part.graphs, told)),
        )
        self.file.write(b"".join(chain.from_iterable(pieces)))

    def finish(self) -> None:
        super().finish()
        joined(self.whole, self.whole.with_name(FACTS), self.path)
        self.path.unlink()


def _ending(says: list[tuple[bytes, bytes]]) -> bytes:
    """The sources of a claim, and its end."""
    before, text = b"", b""
    for how, source in says:
        text += b" , " + source if how == before else b" ;\n\t%b %b" % (how, source)
        before = how
    return text + b" .\n"


class Reified(Text):
    """The facts, a line for each, with their claims as reifiers (https://www.w3.org/TR/rdf12-turtle/).

    What is said and does not hold, if there is such a triple, is reified and not asserted.
    """

    head = b'VERSION "1.2"\n' + "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items()).encode()

    def stated(self, part: Stated) -> None:
        says = sources(self.graph, part)
        told = {graphs: b" ; ".join(map(b" ".join, found)) for graphs, found in says.items()}
        kinds = [2 * bool(told[graphs]) + holds for graphs, holds in zip(part.graphs, part.holds, strict=True)]
        starts, middles, middles_2, ends = (map(column.__getitem__, kinds) for column in _PARTS)
        named = (name if kind > 1 else b"" for name, kind in zip(part.names, kinds, strict=True))
        subjects, predicates, objects = (map(part.turtle.__getitem__, column) for column in part.triples)
        space = repeat(b" ")
        pieces = zip(
            starts, subjects, space, predicates, space, objects, middles, named, middles_2,
            map(told.__getitem__, part.graphs), ends, strict=False,
        )  # fmt: skip
        rows = pieces if all(kinds) else compress(pieces, kinds)
        self.file.write(b"".join(chain.from_iterable(rows)))


_PARTS: Final = (
    (b"", b"", b"<< ", b""),
    (b"", b"", b" ~ ", b" ~ "),
    (b"", b"", b" >> ", b" {| "),
    (b"", b" .\n", b" .\n", b" |} .\n"),
)
"""What stands before a triple, before the name of its claim, before its sources and at the end: for what nobody says
and does not hold, for what only holds, for what is only said, and for what is both.
"""
