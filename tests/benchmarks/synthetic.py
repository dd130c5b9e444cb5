"""Graphs of any size over Terril's ontology: regions of one country after another, each with its places and clusters.

    python tests/benchmarks/synthetic.py 1000000 graph.nt

The same number of triples is always the same bytes. A region holds about 1,000 triples: places nested four deep,
clusters with strands that address topics, organisations with memberships and posts, a strategy, events, figures and
passages. The first region of every country has what few regions have, too: ecosystems, goals, offers, ranks, news,
quotations, readings. Only the last thing may lack something that the shapes ask for.
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
    "locn:": "http://www.w3.org/ns/locn#",
    "org:": "http://www.w3.org/ns/org#",
    "dcterms:": "http://purl.org/dc/terms/",
    "schema:": "https://schema.org/",
    "skos:": "http://www.w3.org/2004/02/skos/core#",
    "xsd:": "http://www.w3.org/2001/XMLSchema#",
}
TOPICS = 400
ROOTS = 57
"""Topics without a broader one: subjects have no common root, so not everything is about the same."""
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
    plain, rich = region(), region() + rarities()
    number = 0
    while True:
        country = number // REGIONS_IN_A_COUNTRY
        template = plain
        if number % REGIONS_IN_A_COUNTRY == 0:
            template = rich
            name = f"id:territory/country-{country}"
            yield _lines(f"{name} a t:Country", f'{name} skos:prefLabel "country {country}"@en').encode()
        # A region's topics are scattered over the scheme by steps that have no factor in common with its size.
        topics = {f"topic{n}": (number * 7919 + n * 617) % TOPICS for n in range(96)}
        filled = template.replace("%C", str(country)).replace("%R", str(number)).replace("%Y", str(2025 - number % 36))
        yield filled.format(**topics).encode()
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
        if n >= ROOTS:
            yield f"auth:topic/{n} skos:broader auth:topic/{(n - 1) // BRANCHES}"


def region() -> str:
    """The lines of one region, with %R for its number, %C for its country's, %Y for a year, and {topicN} for topics."""
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
            yield f'{strand} skos:prefLabel "strand %R {n} {m}"@en'
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
        yield f'id:event/event-%R-{n} t:on "%Y-0{n + 1}-12"^^xsd:date'


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
        yield f'{passage} t:gist "La société %R {n} emploierait beaucoup de monde."@fr'


def rarities() -> str:
    """What the first region of a country has besides, in the form of `region`."""
    parts = (_ecosystems(), _priorities(), _instruments(), _relations(), _ranks(), _news(), _documents())
    return "".join(_lines(*part) for part in parts)


def _ecosystems() -> Iterator[str]:
    for n in range(3):
        ecosystem = f"id:ecosystem/ecosystem-%R-{n}"
        yield f"{ecosystem} a t:InnovationEcosystem"
        yield f'{ecosystem} skos:prefLabel "ecosystem %R {n}"@en'
        yield f"id:territory/region-%R t:hasPriorityEcosystem {ecosystem}"
        yield f"{ecosystem} t:hasField id:field/field-%R-{n}"
        yield f'id:field/field-%R-{n} skos:prefLabel "field %R {n}"@en'
        yield f"id:field/field-%R-{n} t:addresses auth:topic/{{topic{48 + n}}}"
        yield f"{ecosystem} t:hasSmartField id:field/smart-%R-{n}"
        yield f'id:field/smart-%R-{n} skos:prefLabel "smart field %R {n}"@en'
        yield f"id:field/smart-%R-{n} t:addresses auth:topic/{{topic{54 + n}}}"
        yield f"{ecosystem} t:usesLever auth:lever/training"
        yield f"{ecosystem} t:embodiedBy id:organisation/company-%R-{n}"
        yield f"{ecosystem} t:gathers auth:stakeholder/company"
        yield f"{ecosystem} t:hasGoal id:goal/growth-%R-{n}"
        yield f'id:goal/growth-%R-{n} skos:prefLabel "growth %R {n}"@en'
        yield f"id:goal/growth-%R-{n} t:addresses auth:topic/{{topic{48 + n}}}"
        yield f"id:goal/growth-%R-{n} t:pursuedIn id:territory/region-%R"
        yield f"id:goal/growth-%R-{n} t:engagesWith auth:stakeholder/investor"
        yield f"id:organisation/cluster-%R-{n} t:contributesTo id:goal/growth-%R-{n}"


def _priorities() -> Iterator[str]:
    for kind, owner in {"specialisation": "specialisesIn", "sector": "hasKeySector", "axis": "hasAxis"}.items():
        yield f"id:territory/region-%R t:{owner} id:{kind}/{kind}-%R"
        yield f'id:{kind}/{kind}-%R skos:prefLabel "{kind} %R"@en'
        yield f"id:{kind}/{kind}-%R t:addresses auth:topic/{{topic63}}"
    yield "id:specialisation/specialisation-%R a t:IndustrialSpecialisation"
    yield "id:axis/axis-%R t:hasGoal id:goal/growth-%R-0"
    yield "id:territory/region-%R t:hasPolicyAxis id:axis/policy-%R"
    yield "id:axis/policy-%R a t:PolicyAxis"
    yield 'id:axis/policy-%R skos:prefLabel "policy axis %R"@en'
    yield "id:axis/policy-%R t:addresses auth:topic/{topic61}"
    yield "id:axis/policy-%R t:realisedThrough id:initiative/plan-%R"


def _instruments() -> Iterator[str]:
    yield "id:initiative/plan-%R a t:Plan"
    yield 'id:initiative/plan-%R skos:prefLabel "plan %R"@en'
    yield 'id:initiative/plan-%R skos:altLabel "strategy %R"@en'
    yield "id:initiative/plan-%R t:appliesTo id:territory/town-%R-1"
    yield "id:initiative/plan-%R t:partOf id:strategy/strategy-%R"
    yield "id:initiative/plan-%R t:encouragedBy id:strategy/strategy-%R"
    yield 'id:strategy/strategy-%R t:periodStart "2021"^^xsd:gYear'
    yield 'id:strategy/strategy-%R t:periodEnd "2027"^^xsd:gYear'
    yield "id:strategy/strategy-%R t:hasGoal id:goal/energy-%R"
    yield 'id:goal/energy-%R skos:prefLabel "less energy %R"@en'
    yield 'id:goal/energy-%R t:targetYear "2030"^^xsd:gYear'
    yield "id:goal/energy-%R t:hasTarget id:figure/target-%R"
    yield "id:event/adoption-%R a t:AdoptionEvent"
    yield 'id:event/adoption-%R skos:prefLabel "adoption %R"@en'
    yield "id:event/adoption-%R t:adopts id:strategy/strategy-%R"
    yield 'id:event/adoption-%R t:on "2021-03-19"^^xsd:date'


def _relations() -> Iterator[str]:
    region, university = "id:territory/region-%R", "id:organisation/university-%R"
    yield "id:organisation/cluster-%R-0 t:createdBy id:organisation/government-%R"
    yield "id:organisation/company-%R-0 t:foundedBy id:person/person-%R-0"
    yield f"id:organisation/company-%R-1 t:basedAt {university}"
    yield f"id:organisation/company-%R-1 t:supportedBy {university}"
    yield "id:organisation/company-%R-2 t:usesTechnology auth:topic/{topic62}"
    yield f"{university} t:focusesOn auth:topic/{{topic62}}"
    yield f"{region} t:hasAttracted id:organisation/company-%R-3"
    yield f"{region} t:provides id:offering/offer-%R"
    yield 'id:offering/offer-%R skos:prefLabel "offer %R"@en'
    yield "id:offering/offer-%R t:intendedFor auth:stakeholder/investor"
    yield f"{region} t:hasCharacteristic id:characteristic/open-%R"
    yield 'id:characteristic/open-%R skos:prefLabel "open %R"@en'
    yield f'{region} t:refnisCode "03000"'
    yield f"{region} schema:sameAs <https://example.org/region-%R>"
    yield f"id:person/person-%R-1 t:contactPersonFor {region}"
    yield "id:organisation/government-%R t:hasAddress id:address/address-%R"
    for part, text in {"thoroughfare": "Street", "locatorDesignator": "1", "postCode": "5000", "postName": "T"}.items():
        yield f'id:address/address-%R locn:{part} "{text}"'


def _ranks() -> Iterator[str]:
    yield 'id:index/index-%R skos:prefLabel "index %R"@en'
    yield "id:index/index-%R t:publishedBy id:organisation/university-%R"
    yield 'id:index/index-%R t:editionYear "2020"^^xsd:gYear'
    for name, kind in {"rank": "RankFigure", "target": "TargetFigure"}.items():
        figure = f"id:figure/{name}-%R"
        yield f"{figure} a t:{kind}"
        yield f'{figure} skos:prefLabel "{name} %R"@en'
        yield f"{figure} t:figureAbout id:territory/region-%R"
        yield f"{figure} t:indicator auth:indicator/urbanisation"
        yield f"{figure} t:qualifier auth:qualifier/top-n"
        yield f'{figure} t:value "20"^^xsd:integer'
        yield f'{figure} t:upperBound "20"^^xsd:integer'
        yield f'{figure} t:wording "in the top 20"@en'
    yield "id:figure/rank-%R t:publishedIn id:index/index-%R"
    yield "id:figure/figure-%R-1 t:partOfFigure id:figure/figure-%R-0"


def _news() -> Iterator[str]:
    yield "id:event/days-%R a t:Meeting"
    yield 'id:event/days-%R skos:prefLabel "days %R"@en'
    yield 'id:event/days-%R skos:hiddenLabel "dayz %R"@en'
    yield 'id:event/days-%R t:startsOn "--11-16"^^xsd:gMonthDay'
    yield 'id:event/days-%R t:endsOn "--11-18"^^xsd:gMonthDay'
    yield "id:event/days-%R t:involves id:initiative/plan-%R"
    yield "id:news/news-%R a t:NewsItem"
    yield 'id:news/news-%R skos:prefLabel "news %R"@en'
    yield "id:news/news-%R t:reportsOn id:event/days-%R"
    yield 'id:news/news-%R t:truncated "true"^^xsd:boolean'


def _documents() -> Iterator[str]:
    """The report once more, told by somebody, with a quotation and a reading."""
    document, quotation = "id:document/report-%R", "id:passage/report-%R/9000-9090"
    yield f"{document} a t:Document"
    yield f'{document} skos:prefLabel "report %R"@en'
    yield f'{document} dcterms:title "report %R"@en'
    yield f"{document} dcterms:source <https://example.org/report-%R>"
    yield f'{document} dcterms:language "en"'
    yield f'{document} dcterms:identifier "report-%R.txt"'
    yield f'{document} t:characters "10000"^^xsd:integer'
    yield f'{document} t:sha256 "{0:064x}"'
    yield f"{document} t:about id:territory/region-%R"
    yield f"{document} t:writtenBy id:organisation/company-%R-9"
    yield f"{quotation} a t:Quotation"
    yield f"{quotation} t:inDocument {document}"
    yield f'{quotation} t:start "9000"^^xsd:integer'
    yield f'{quotation} t:end "9090"^^xsd:integer'
    yield f'{quotation} t:sha256 "{1:064x}"'
    yield f'{quotation} t:gist "Person %R 0 praises the region."@en'
    yield f'{quotation} t:gist "La personne %R 0 vante la région."@fr'
    yield f"{quotation} t:spokenBy id:person/person-%R-0"
    silence = "id:passage/report-%R/9090-9100"
    yield f"{silence} a t:NoClaim"
    yield f"{silence} t:inDocument {document}"
    yield f'{silence} t:start "9090"^^xsd:integer'
    yield f'{silence} t:end "9100"^^xsd:integer'
    yield f'{silence} t:sha256 "{2:064x}"'
    yield f'{silence} t:reason "page number"@en'
    yield f'{silence} t:reason "numéro de page"@fr'
    yield f"{quotation}-reading a t:Reading"
    yield f"{quotation}-reading t:ofPassage {quotation}"
    yield f'{quotation}-reading t:interpretationNote "Praise of the region is praise of its towns."@en'
    yield f'{quotation}-reading t:interpretationNote "Vanter la région, c’est vanter ses villes."@fr'


def _lines(*statements: str) -> str:
    """Statements with short names as N-Triples; braces and percent signs pass through."""
    return "".join(f"{' '.join(map(_term, statement.split(' ', 2)))} .\n" for statement in statements)


def _term(term: str) -> str:
    if term.startswith('"'):
        text, sign, datatype = term.partition("^^")
        return text + sign + (_term(datatype) if datatype else "")
    if term == "a":
        return f"<{PREFIXES[term]}>"
    if term.startswith("<"):
        return term
    prefix, _, local = term.partition(":")
    return f"<{PREFIXES[prefix + ':']}{local}>"


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
