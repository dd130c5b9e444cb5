"""Graphs of any size over Terril's ontology: regions of one country after another, each with its places and clusters.

    python tests/benchmarks/synthetic.py 1000000 graph.nt

The same number of triples is always the same bytes. A region holds about 1,000 triples: places nested four deep,
clusters with strands that address topics, organisations with memberships and posts, a strategy, events, figures and
passages. Only the last thing may lack something that the shapes ask for.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

BASE = "https://w3id.org/terril/"
PREFIXES = {
    "a": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
    "t:": BASE + "ns#",
    "id:": BASE + "id/",
    "auth:": BASE + "auth/",
    "foaf:": "http://xmlns.com/foaf/0.1/",
    "org:": "http://www.w3.org/ns/org#",
    "dcterms:": "http://purl.org/dc/terms/",
    "skos:": "http://www.w3.org/2004/02/skos/core#",
    "xsd:": "http://www.w3.org/2001/XMLSchema#",
}
TOPICS = 400
BRANCHES = 7
"""Narrower topics of a topic."""

REGIONS_IN_A_COUNTRY = 12


def write(path: Path, triples: int) -> None:
    """Write a graph of exactly so many triples as N-Triples."""
    with path.open("wb") as file:
        left = triples
        for block in blocks():
            lines = block.count(b"\n")
            if lines >= left:
                file.writelines(islice(block.splitlines(keepends=True), left))
                return
            file.write(block)
            left -= lines


def blocks() -> Iterator[bytes]:
    """Topics and countries first, then a block for each region, for ever."""
    yield _lines(*_topics()).encode()
    template = region()
    number = 0
    while True:
        country = number // REGIONS_IN_A_COUNTRY
        if number % REGIONS_IN_A_COUNTRY == 0:
            name = f"id:territory/country-{country}"
            yield _lines(f"{name} a t:Country", f'{name} skos:prefLabel "country {country}"@en').encode()
        # A region's topics are scattered over the scheme by steps that have no factor in common with its size.
        topics = {f"topic{n}": (number * 7919 + n * 617) % TOPICS for n in range(96)}
        yield template.replace("%C", str(country)).replace("%R", str(number)).format(**topics).encode()
        number += 1


def _topics() -> Iterator[str]:
    yield "auth:topic a skos:ConceptScheme"
    yield 'auth:topic dcterms:title "topics"@en'
    yield 'auth:topic dcterms:title "sujets"@fr'
    yield "auth:topic dcterms:creator id:organisation/university-0"
    yield "auth:topic dcterms:license id:document/licence"
    for n in range(TOPICS):
        yield f"auth:topic/{n} a t:Topic"
        yield f'auth:topic/{n} skos:prefLabel "topic {n}"@en'
        yield f'auth:topic/{n} skos:prefLabel "sujet {n}"@fr'
        yield f"auth:topic/{n} skos:inScheme auth:topic"
        if n:
            yield f"auth:topic/{n} skos:broader auth:topic/{(n - 1) // BRANCHES}"


def region() -> str:
    """The lines of one region, with %R for its number, %C for its country's, and {topicN} for topics."""
    parts = (_places(), _clusters(), _companies(), _people(), _policy(), _figures(), _passages())
    return "".join(_lines(*part) for part in parts)


def _places() -> Iterator[str]:
    yield "id:territory/region-%R a t:Region"
    yield "id:territory/region-%R t:within id:territory/country-%C"
    yield 'id:territory/region-%R skos:prefLabel "region %R"@en'
    for n in range(3):
        yield f"id:territory/province-%R-{n} a t:Province"
        yield f'id:territory/province-%R-{n} skos:prefLabel "province %R {n}"@en'
        yield f"id:territory/province-%R-{n} t:within id:territory/region-%R"
    for n in range(15):
        yield f"id:territory/town-%R-{n} a t:Municipality"
        yield f"id:territory/town-%R-{n} t:within id:territory/province-%R-{n % 3}"
        yield f'id:territory/town-%R-{n} skos:prefLabel "town %R {n}"@en'


def _clusters() -> Iterator[str]:
    for n in range(6):
        cluster = f"id:organisation/cluster-%R-{n}"
        yield f"{cluster} a t:{'CompetitivenessCluster' if n % 2 else 'BusinessCluster'}"
        yield f'{cluster} skos:prefLabel "cluster %R {n}"@en'
        yield f"{cluster} t:operatesIn id:territory/region-%R"
        yield f"{cluster} t:locatedIn id:territory/town-%R-{n}"
        for m in range(4):
            strand = f"id:strand/strand-%R-{n}-{m}"
            yield f"{cluster} t:hasStrand {strand}"
            yield f'{strand} skos:prefLabel "strand {n} {m}"@en'
            yield f"{strand} t:addresses auth:topic/{{topic{n * 8 + m * 2}}}"
            yield f"{strand} t:addresses auth:topic/{{topic{n * 8 + m * 2 + 1}}}"


def _companies() -> Iterator[str]:
    yield "id:organisation/university-%R a t:University"
    yield 'id:organisation/university-%R skos:prefLabel "university %R"@en'
    yield "id:organisation/university-%R t:locatedIn id:territory/town-%R-0"
    for n in range(50):
        company, membership = f"id:organisation/company-%R-{n}", f"id:membership/membership-%R-{n}"
        yield f"{company} a t:Company"
        yield f'{company} skos:prefLabel "company %R {n}"@en'
        yield f"{company} t:locatedIn id:territory/town-%R-{n % 15}"
        yield f"{membership} org:member {company}"
        yield f"{membership} org:organization id:organisation/cluster-%R-{n % 6}"
        yield f"{membership} org:role auth:role/member-{n % 4}"
    for n in range(5):
        yield f"id:organisation/company-%R-{n} t:spinOffOf id:organisation/university-%R"


def _people() -> Iterator[str]:
    for n in range(20):
        person, post = f"id:person/person-%R-{n}", f"id:post/post-%R-{n}"
        yield f'{person} skos:prefLabel "person %R {n}"@en'
        yield f"{person} org:holds {post}"
        yield f"{post} org:postIn id:organisation/company-%R-{n * 2}"


def _policy() -> Iterator[str]:
    yield "id:organisation/government-%R a t:RegionalAuthority"
    yield 'id:organisation/government-%R skos:prefLabel "government %R"@en'
    yield "id:organisation/government-%R t:governs id:territory/region-%R"
    yield "id:strategy/strategy-%R a t:SmartSpecialisationStrategy"
    yield 'id:strategy/strategy-%R skos:prefLabel "strategy %R"@en'
    yield "id:strategy/strategy-%R t:adoptedBy id:organisation/government-%R"
    for n in range(6):
        area = f"id:area/area-%R-{n}"
        yield f"id:strategy/strategy-%R t:hasPriority {area}"
        yield f"{area} a t:InnovationArea"
        yield f'{area} skos:prefLabel "area %R {n}"@en'
        yield f"{area} t:addresses auth:topic/{{topic{48 + n}}}"
    for n in range(8):
        yield f'id:event/event-%R-{n} skos:prefLabel "event %R {n}"@en'
        yield f"id:event/event-%R-{n} t:heldIn id:territory/town-%R-{n}"
        yield f'id:event/event-%R-{n} t:on "2024-0{n + 1}-12"^^xsd:date'


def _figures() -> Iterator[str]:
    for n in range(30):
        figure = f"id:figure/figure-%R-{n}"
        yield f"{figure} a t:CountFigure"
        yield f'{figure} skos:prefLabel "figure %R {n}"@en'
        yield f"{figure} t:figureAbout id:organisation/company-%R-{n}"
        yield f'{figure} t:value "{n * 10}.5"^^xsd:decimal'
        yield f"{figure} t:qualifier auth:qualifier/about-{n % 5}"
        yield f'{figure} t:counts "people"@en'
        yield f'{figure} t:wording "about {n * 10}.5 people"@en'


def _passages() -> Iterator[str]:
    for n in range(30):
        passage = f"id:passage/report-%R/{n * 100}-{n * 100 + 90}"
        yield f"{passage} a t:Passage"
        yield f"{passage} t:inDocument id:document/report-%R"
        yield f'{passage} t:start "{n * 100}"^^xsd:integer'
        yield f'{passage} t:end "{n * 100 + 90}"^^xsd:integer'
        yield f'{passage} t:sha256 "{n:064x}"'
        yield f'{passage} t:gist "Company %R {n} is said to employ many."@en'


def _lines(*statements: str) -> str:
    """Statements with short names as N-Triples; braces and percent signs pass through."""
    return "".join(f"{' '.join(map(_term, statement.split(' ', 2)))} .\n" for statement in statements)


def _term(term: str) -> str:
    if term.startswith('"'):
        text, sign, datatype = term.partition("^^")
        return text + sign + (_term(datatype) if datatype else "")
    if term == "a":
        return f"<{PREFIXES[term]}>"
    prefix, _, local = term.partition(":")
    return f"<{PREFIXES[prefix + ':']}{local}>"


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
