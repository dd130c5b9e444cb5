"""Descriptions of the graph: what they tell is true, what a catalogue demands is there, and any RDF tool reads them."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph
from rdflib.compare import isomorphic

import terril
from conftest import oxigraph_server
from terril import datasets, names, results
from terril.datasets import service_description, void
from terril.errors import BadValue
from terril.metadata import Dump, part
from terril.names import expand
from terril.pipeline import ensure
from terril.portals import dcat

BASE = "https://data.example.org/terril/"
ENDPOINT = BASE + "sparql"
DUMPS = (
    Dump("dumps/graph.nq.gz", "application/n-quads", 123_456, "AB" * 32),
    Dump("https://elsewhere.example.org/graph.ttl", "text/turtle; charset=utf-8"),
    Dump("nodes.csv", "text/csv", 0),
)
VOID, CATALOG = BASE + names.VOID, BASE + names.CATALOG
TYPE = expand("rdf:type")

OTHERS = """
<http://a.example/x> <http://xmlns.com/foaf/0.1/name> "X" <http://a.example/g%201> .
<http://a.example/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://xmlns.com/foaf/0.1/Person> .
<http://a.example/x> <http://www.w3.org/2002/07/owl#sameAs> <http://b.example/y> .
<http://a.example/x> <http://www.w3.org/2002/07/owl#sameAs> <http://a.example/z> .
<http://a.example/x> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <urn:isbn:0> .
<http://a.example/x> <foaf:name> "a prefix that was not written out" .
_:b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://é.example/C#c> <http://a.example/g%201> .
_:b <http://a.example/p?q=1&r=(2)> _:c <http://a.example/g> .
"""
"""A file of other people's data, of which nothing says what it is."""


@pytest.fixture(scope="module")
def graph(home) -> Path:
    return ensure(home)


@pytest.fixture(scope="module")
def walloon(graph):
    return terril.connect(graph)


@pytest.fixture(scope="module")
def named_only(walloon):
    held = ox.Store()
    held.bulk_extend(quad for quad in walloon.graph if quad.graph_name != ox.DefaultGraph())
    return terril.connect(held)


def held(nquads: str):
    store = ox.Store()
    store.load(nquads.encode(), format=ox.RdfFormat.N_QUADS)
    return terril.connect(store)


@pytest.fixture(scope="module")
def others():
    return held(OTHERS)


STORES = ("walloon", "named_only", "others", "empty")
DESCRIPTIONS = {
    "service": lambda store: service_description(store, ENDPOINT),
    "writable": lambda store: service_description(store, ENDPOINT, writable=True),
    "void": lambda store: void(store, BASE, ENDPOINT, DUMPS, modified=date(2026, 11, 28)),
    "void, alone": lambda store: void(store, BASE),
    "dcat": lambda store: dcat(store, BASE, ENDPOINT, DUMPS, modified=date(2026, 11, 28)),
    "dcat, alone": lambda store: dcat(store, BASE),
}


@pytest.fixture(params=STORES)
def store(request):
    return held("") if request.param == "empty" else request.getfixturevalue(request.param)


@pytest.fixture(params=DESCRIPTIONS)
def describe(request):
    return DESCRIPTIONS[request.param]


def values(found: terril.Triples, subject: str, name: str) -> list[str]:
    wanted = subject, expand(name)
    return [t.object.value for t in found if (t.subject.value, t.predicate.value) == wanted]


def number(found: terril.Triples, subject: str, name: str) -> int:
    (value,) = values(found, subject, name)
    return int(value)


def typed(found: terril.Triples, kind: str) -> list[str]:
    return [t.subject.value for t in found if t.predicate.value == TYPE and t.object.value == expand(kind)]


# Any description


def test_every_node_has_an_iri_and_the_same_store_gives_the_same_triples(store, describe):
    found = describe(store)
    nodes = {node for triple in found for node in (triple.subject, triple.object)}
    assert not any(isinstance(node, ox.BlankNode) for node in nodes)
    assert describe(store) == found
    assert sorted(set(found), key=str) == list(found)


def test_what_a_description_makes_up_is_named_behind_the_hash_of_a_document(store, describe):
    here = {t.subject.value for t in describe(store) if t.subject.value.startswith(BASE)}
    assert here
    assert {iri.partition("#")[0] for iri in here} <= {ENDPOINT, VOID, CATALOG}
    assert {iri for iri in here if "#" not in iri} <= {VOID}


@pytest.mark.parametrize("format", ["turtle", "jsonld", "nt", "rdfxml"])
def test_a_description_is_read_back_equal_by_another_parser(format, store, describe):
    found = describe(store)
    if format == "rdfxml":
        text = ox.serialize(found, format=ox.RdfFormat.RDF_XML).decode()
    else:
        text = results.write(found, format)
    back = Graph().parse(data=text, format={"jsonld": "json-ld", "rdfxml": "xml"}.get(format, format))
    assert isomorphic(back, Graph().parse(data=results.write(found, "nt"), format="nt"))
    assert len(back) == len(found)


TERMS = {
    "sd": "Service Dataset Graph NamedGraph endpoint supportedLanguage SPARQL11Query SPARQL11Update resultFormat "
    "inputFormat feature UnionDefaultGraph EmptyGraphs defaultEntailmentRegime defaultDataset availableGraphs "
    "defaultGraph namedGraph name graph",
    "void": "Dataset DatasetDescription Linkset triples entities classes properties distinctSubjects distinctObjects "
    "classPartition class propertyPartition property vocabulary uriSpace exampleResource feature dataDump "
    "sparqlEndpoint subset linkPredicate subjectsTarget objectsTarget",
    "dcat": "Catalog Dataset Distribution DataService dataset service distribution accessURL downloadURL accessService "
    "mediaType compressFormat byteSize endpointURL endpointDescription servesDataset theme themeTaxonomy keyword "
    "landingPage version",
    "dcterms": "title description publisher creator license language spatial modified subject identifier accessRights "
    "conformsTo format LicenseDocument LinguisticSystem Location RightsStatement Standard MediaType "
    "MediaTypeOrExtent",
    "spdx": "Checksum ChecksumAlgorithm checksum algorithm checksumValue checksumAlgorithm_sha256",
    "foaf": "Agent name homepage primaryTopic",
    "skos": "Concept ConceptScheme prefLabel inScheme",
    "rdfs": "seeAlso",
    "rdf": "type",
}
"""What the vocabularies define, of that which is used here."""
KNOWN = {names.PREFIXES[prefix] + name for prefix, listed in TERMS.items() for name in listed.split()}


def test_every_property_and_class_is_one_that_its_vocabulary_defines(store, describe):
    found = describe(store)
    used = {t.predicate.value for t in found} | {t.object.value for t in found if t.predicate.value == TYPE}
    used |= {t.object.value for t in found if t.object.value.startswith(names.PREFIXES["sd"])}
    assert used <= KNOWN


def test_no_date_is_told_that_was_not_handed_in(walloon):
    modified = expand("dcterms:modified")
    for describe in (void, dcat):
        assert not [t for t in describe(walloon, BASE, ENDPOINT, DUMPS) if t.predicate.value == modified]
        for day, kind in ((date(2026, 11, 28), "date"), (datetime(2026, 11, 28, 12, tzinfo=UTC), "dateTime")):
            told = {t.object for t in describe(walloon, BASE, modified=day) if t.predicate.value == modified}
            assert told == {ox.Literal(day.isoformat(), datatype=ox.NamedNode(expand(f"xsd:{kind}")))}


@pytest.mark.parametrize(
    "address",
    ["", "data.example.org", "//data.example.org/", "ftp://data.example.org/", "javascript:alert(1)", "https:///x",
     "https://data.example.org/#me", "https://data example.org/", 'https://data.example.org/">', "mailto:a@b.org"],
)  # fmt: skip
def test_what_is_no_http_address_is_refused_by_name(address, others):
    for what, call in {
        "endpoint": lambda: service_description(others, address),
        "base": lambda: void(others, address),
    }.items():
        with pytest.raises(BadValue, match=f"^{what}: .* Name one, such as"):
            call()
    with pytest.raises(BadValue, match=r"^base: "):
        dcat(others, address)


@pytest.mark.parametrize("address", ["javascript:alert(1)", "a b.nq", "x.nq#1"])
def test_an_address_of_a_dump_that_cannot_be_made_whole_is_refused(address, others):
    for describe in (void, dcat):
        with pytest.raises(BadValue, match=r"^dump: "):
            describe(others, BASE, dumps=[Dump(address, "application/n-quads")])


def test_a_base_is_a_folder_with_or_without_the_last_slash(walloon):
    for describe in (void, dcat):
        assert describe(walloon, BASE.rstrip("/"), "sparql", DUMPS) == describe(walloon, BASE, ENDPOINT, DUMPS)


@pytest.mark.parametrize("iri", ["http://a.example/#x", "http://a.example/%23x", "http://a.example/é", "urn:a#b%c"])
def test_names_within_names_stay_apart_and_fit_a_fragment(iri):
    node = part(VOID, "class", iri)
    assert ox.NamedNode(node).value == node
    assert node.isascii()
    assert node.count("#") == 1
    assert node != part(VOID, "class", iri.replace("#", "%23").replace("é", "%C3%A9")) or iri.isascii()
    assert part(VOID, "class", "http://a.example/#x") != part(VOID, "class", "http://a.example/%23x")


class Counting:
    """A store that counts how often it is asked."""

    def __init__(self, store) -> None:
        self.store, self.asked = store, 0

    def query(self, sparql: str) -> results.Result:
        self.asked += 1
        return self.store.query(sparql)


@pytest.mark.parametrize("describe", DESCRIPTIONS.values(), ids=list(DESCRIPTIONS))
def test_a_description_asks_few_questions_however_large_the_graph_is(describe, walloon, others):
    asked = []
    for store in (walloon, others):
        counting = Counting(store)
        describe(counting)
        asked.append(counting.asked)
    assert max(asked) <= 10


# The service


def test_a_service_tells_its_languages_formats_and_address(walloon):
    found = service_description(walloon, ENDPOINT)
    (service,) = typed(found, "sd:Service")
    assert service == f"{ENDPOINT}#service"
    assert values(found, service, "sd:endpoint") == [ENDPOINT]
    assert values(found, service, "sd:supportedLanguage") == [expand("sd:SPARQL11Query")]
    assert {iri.rpartition("/")[2] for iri in values(found, service, "sd:resultFormat")} == {
        "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
        "Turtle", "N-Triples", "N-Quads", "TriG", "JSON-LD", "RDF_XML",
    }  # fmt: skip


def test_a_writable_service_takes_updates_and_has_a_graph_store(walloon):
    found = service_description(walloon, ENDPOINT, writable=True)
    (service,), (graph_store,) = typed(found, "sd:Service"), typed(found, "dcat:DataService")
    assert set(values(found, service, "sd:supportedLanguage")) == set(
        map(expand, ("sd:SPARQL11Query", "sd:SPARQL11Update"))
    )
    assert len(values(found, service, "sd:inputFormat")) == 6
    assert values(found, service, "rdfs:seeAlso") == [graph_store]
    assert values(found, graph_store, "dcat:endpointURL") == [BASE + "data"]
    elsewhere = service_description(walloon, ENDPOINT, writable=True, graph_store="https://w.example.org/graphs")
    assert values(elsewhere, graph_store, "dcat:endpointURL") == ["https://w.example.org/graphs"]


def test_the_default_graph_is_called_a_union_where_it_is_asked_as_one(walloon, named_only, others):
    union = expand("sd:UnionDefaultGraph")
    told = [union in values(service_description(one, ENDPOINT), f"{ENDPOINT}#service", "sd:feature")
            for one in (walloon, named_only, others)]  # fmt: skip
    asked = [len(one.query("SELECT ?s { ?s ?p ?o } LIMIT 1")) == 1
             and next(one.graph.quads_for_pattern(None, None, None, ox.DefaultGraph()), None) is None
             for one in (walloon, named_only, others)]  # fmt: skip
    assert told == asked == [False, True, False]


def test_the_engine_keeps_empty_graphs_as_the_description_says(others):
    assert expand("sd:EmptyGraphs") in values(
        service_description(others, ENDPOINT), f"{ENDPOINT}#service", "sd:feature"
    )
    emptied = ox.Store()
    emptied.update("INSERT DATA { GRAPH <http://a.example/g> { <http://a.example/s> a <http://a.example/C> } }")
    emptied.update("DELETE WHERE { GRAPH <http://a.example/g> { ?s ?p ?o } }")
    assert emptied.query("ASK { GRAPH <http://a.example/g> {} }")


def test_of_another_store_no_features_are_claimed(walloon):
    found = service_description(Counting(walloon), ENDPOINT)
    assert values(found, f"{ENDPOINT}#service", "sd:feature") == []


@pytest.mark.parametrize("name", ["walloon", "named_only", "others"])
def test_every_graph_is_listed_by_its_name_with_the_number_of_its_triples(name, request):
    store = request.getfixturevalue(name)
    found = service_description(store, ENDPOINT)
    (dataset,) = typed(found, "sd:Dataset")
    told = {}
    for node in values(found, dataset, "sd:namedGraph"):
        (graph,), (content,) = values(found, node, "sd:name"), values(found, node, "sd:graph")
        told[graph] = number(found, content, "void:triples")
    quads = list(store.graph)
    assert told == Counter(quad.graph_name.value for quad in quads if quad.graph_name != ox.DefaultGraph())
    (default,) = values(found, dataset, "sd:defaultGraph")
    in_default = {q.triple for q in quads if q.graph_name == ox.DefaultGraph()} or {q.triple for q in quads}
    assert number(found, default, "void:triples") == len(in_default)


# The dataset in numbers


@pytest.fixture(scope="module")
def triples(graph) -> Graph:
    """The default graph of the built graph, read and counted by rdflib."""
    lines = (line for line in graph.read_text("utf-8").splitlines() if not _names_a_graph(line))
    return Graph().parse(data="\n".join(lines), format="nt")


def _names_a_graph(line: str) -> bool:
    (quad,) = ox.parse(line, format=ox.RdfFormat.N_QUADS)
    return quad.graph_name != ox.DefaultGraph()


@pytest.fixture(scope="module", params=["walloon", "named_only"])
def numbers(request) -> terril.Triples:
    return void(request.getfixturevalue(request.param), BASE)


def test_the_whole_is_counted_as_rdflib_counts_it(numbers, triples):
    dataset, own = f"{VOID}#dataset", names.BASE
    told = {name: number(numbers, dataset, f"void:{name}") for name in
            ("triples", "distinctSubjects", "distinctObjects", "properties", "classes", "entities")}  # fmt: skip
    assert told == {
        "triples": len(triples),
        "distinctSubjects": len(set(triples.subjects())),
        "distinctObjects": len(set(triples.objects())),
        "properties": len(set(triples.predicates())),
        "classes": len({kind for _, name, kind in triples if str(name) == TYPE}),
        "entities": len({s for s in triples.subjects() if str(s).startswith(own)}),
    }
    assert values(numbers, dataset, "void:uriSpace") == [own]


def test_classes_and_properties_are_counted_as_rdflib_counts_them(numbers, triples):
    classes, used = defaultdict(set), defaultdict(list)
    for s, p, o in triples:
        used[str(p)].append((s, o))
        if str(p) == TYPE:
            classes[str(o)].add(s)
    parts = values(numbers, f"{VOID}#dataset", "void:classPartition")
    told = {values(numbers, part, "void:class")[0]: number(numbers, part, "void:entities") for part in parts}
    assert told == {kind: len(things) for kind, things in classes.items()}
    parts = values(numbers, f"{VOID}#dataset", "void:propertyPartition")
    kinds = ("void:triples", "void:distinctSubjects", "void:distinctObjects")
    told = {
        values(numbers, part, "void:property")[0]: [number(numbers, part, kind) for kind in kinds] for part in parts
    }
    assert told == {
        name: [len(pairs), len({s for s, _ in pairs}), len({o for _, o in pairs})] for name, pairs in used.items()
    }


def test_the_parts_are_the_kinds_of_named_graph(numbers, walloon):
    said: dict[str, set[ox.Triple]] = defaultdict(set)
    kinds = {t.subject: t.object.value for t in (q.triple for q in walloon.graph) if t.predicate.value == TYPE
             and t.object.value.startswith(names.NS)}  # fmt: skip
    of_kind = {"Passage": "passages", "Quotation": "passages", "Reading": "readings", "ReferenceFile": "reference"}
    alone = {names.INFERRED: "inferred", names.ONTOLOGY: "ontology"}
    for quad in walloon.graph:
        if quad.graph_name != ox.DefaultGraph():
            kind = kinds.get(quad.graph_name, "").removeprefix(names.NS)
            said[alone.get(quad.graph_name.value) or of_kind.get(kind, "headers")].add(quad.triple)
    subsets = values(numbers, f"{VOID}#dataset", "void:subset")
    parts = {iri.partition("#")[2]: iri for iri in subsets if "=" not in iri}
    assert {part: number(numbers, iri, "void:triples") for part, iri in parts.items()} == {
        part: len(found) for part, found in said.items()
    }
    for iri in parts.values():
        assert len(values(numbers, iri, "dcterms:title")) == 2


def test_there_is_a_linkset_for_every_vocabulary_elsewhere_and_property(numbers, triples):
    spaces = {
        "eurovoc": "http://eurovoc.europa.eu/", "euroscivoc": "http://data.europa.eu/8mn/euroscivoc/",
        "nuts": "http://data.europa.eu/nuts/code/", "wikidata": "http://www.wikidata.org/entity/",
        "geonames": "https://sws.geonames.org/", "ror": "https://ror.org/",
        "refnis": "http://vocab.belgif.be/auth/refnis2025/",
        "countries": "http://publications.europa.eu/resource/authority/country/",
        "bodies": "http://publications.europa.eu/resource/authority/corporate-body/",
    }  # fmt: skip
    linking = {expand(name) for name in datasets.LINKING}
    expected: Counter[tuple[str, str, bool]] = Counter()
    for s, p, o in triples:
        for space in spaces.values() if str(p) in linking else ():
            expected[str(p), space, True] += str(o).startswith(space) and str(s).startswith(names.BASE)
            expected[str(p), space, False] += str(s).startswith(space) and str(o).startswith(names.BASE)
    told = {}
    for linkset in typed(numbers, "void:Linkset"):
        (p,) = values(numbers, linkset, "void:linkPredicate")
        (start,), (end,) = (values(numbers, linkset, f"void:{end}Target") for end in ("subjects", "objects"))
        outwards = start == f"{VOID}#dataset"
        other = end if outwards else start
        (space,) = values(numbers, other, "void:uriSpace")
        assert space not in values(numbers, other, "dcterms:title")
        told[p, space, outwards] = number(numbers, linkset, "void:triples")
        assert linkset in values(numbers, f"{VOID}#dataset", "void:subset")
    assert told == +expected
    assert {space for _, space, _ in told} == set(spaces.values())


@pytest.mark.parametrize("options", [(), ("--union-default-graph",)], ids=["plain", "union"])
def test_an_endpoint_is_described_like_the_file_that_it_serves(options, graph, walloon):
    with oxigraph_server(graph, *options) as address:
        there = terril.connect(address)
        assert void(there, BASE, ENDPOINT, DUMPS) == void(walloon, BASE, ENDPOINT, DUMPS)
        assert dcat(there, BASE, ENDPOINT, DUMPS) == dcat(walloon, BASE, ENDPOINT, DUMPS)


def test_void_tells_where_to_get_the_dataset(walloon):
    found = void(walloon, BASE, "sparql", DUMPS)
    dataset = f"{VOID}#dataset"
    assert values(found, VOID, "foaf:primaryTopic") == [dataset]
    assert values(found, dataset, "void:sparqlEndpoint") == [ENDPOINT]
    assert values(found, dataset, "void:dataDump") == [
        BASE + "dumps/graph.nq.gz", BASE + "nodes.csv", "https://elsewhere.example.org/graph.ttl",
    ]  # fmt: skip
    assert values(found, dataset, "dcterms:license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert expand("terril:").startswith(tuple(values(found, dataset, "void:uriSpace")))
    assert {names.NS, names.PREFIXES["skos"], names.PREFIXES["org"]} <= set(values(found, dataset, "void:vocabulary"))
    examples = values(found, dataset, "void:exampleResource")
    assert examples
    for example in examples:
        assert walloon.query(f"ASK {{ <{example}> a ?kind }}").value
    features = {iri.rpartition("/")[2] for iri in values(void(walloon, BASE, None, DUMPS), dataset, "void:feature")}
    assert features == {"N-Quads", "Turtle"}


# The entry in a catalogue, as DCAT-AP 3.0 wants it: section 7 of the specification, main entities

IRI, LITERAL = ox.NamedNode, ox.Literal
MANDATORY = {
    "dcat:Catalog": {"dcterms:title": LITERAL, "dcterms:description": LITERAL, "dcterms:publisher": "foaf:Agent"},
    "dcat:Dataset": {"dcterms:title": LITERAL, "dcterms:description": LITERAL},
    "dcat:Distribution": {"dcat:accessURL": IRI},
    "dcat:DataService": {"dcterms:title": LITERAL, "dcat:endpointURL": IRI},
    "foaf:Agent": {"foaf:name": LITERAL},
    "skos:Concept": {"skos:prefLabel": LITERAL},
    "skos:ConceptScheme": {"dcterms:title": LITERAL},
    "spdx:Checksum": {"spdx:algorithm": "spdx:ChecksumAlgorithm", "spdx:checksumValue": LITERAL},
}
RECOMMENDED = {
    "dcat:Catalog": {
        "dcat:dataset": "dcat:Dataset", "dcat:service": "dcat:DataService", "dcat:themeTaxonomy": "skos:ConceptScheme",
        "dcterms:license": "dcterms:LicenseDocument", "dcterms:language": "dcterms:LinguisticSystem",
        "dcterms:spatial": "dcterms:Location", "dcterms:modified": LITERAL, "foaf:homepage": IRI,
    },
    "dcat:Dataset": {
        "dcat:distribution": "dcat:Distribution", "dcat:keyword": LITERAL, "dcat:theme": "skos:Concept",
        "dcterms:publisher": "foaf:Agent", "dcterms:spatial": "dcterms:Location",
    },
    "dcat:Distribution": {"dcterms:description": LITERAL, "dcterms:license": "dcterms:LicenseDocument"},
    "dcat:DataService": {
        "dcat:endpointDescription": IRI, "dcat:servesDataset": "dcat:Dataset", "dcat:keyword": LITERAL,
        "dcat:theme": "skos:Concept", "dcterms:publisher": "foaf:Agent", "dcterms:conformsTo": "dcterms:Standard",
        "dcterms:accessRights": "dcterms:RightsStatement", "dcterms:license": "dcterms:LicenseDocument",
    },
}  # fmt: skip
"""By class: the properties, each with what its values must be. Contact points, temporal coverage
and how long a file stays are not known."""
SINGLE = {
    "dcterms:publisher", "dcterms:license", "foaf:homepage", "dcterms:modified", "dcterms:accessRights",
    "dcat:mediaType", "dcterms:format", "dcat:compressFormat", "dcat:byteSize", "spdx:checksum", "spdx:checksumValue",
    "dcat:version", "dcat:accessURL",
}  # fmt: skip
"""Properties that have at most one value."""


def lacking(found: terril.Triples, demands: dict[str, dict[str, object]]) -> list[tuple[str, str]]:
    """The things of some classes with the properties that they lack, or whose values are not what they must be."""
    return [
        (thing, name)
        for kind, properties in demands.items()
        for thing in typed(found, kind)
        for name, what in properties.items()
        if not (terms := objects(found, thing, name)) or not all(suits(found, term, what) for term in terms)
    ]


def objects(found: terril.Triples, subject: str, name: str) -> list[results.Term]:
    return [t.object for t in found if (t.subject.value, t.predicate.value) == (subject, expand(name))]


def suits(found: terril.Triples, term: results.Term, what: object) -> bool:
    if isinstance(what, str):
        return isinstance(term, ox.NamedNode) and term.value in typed(found, what)
    return isinstance(term, what) and bool(term.value.strip())


def test_what_dcat_ap_demands_is_there_for_any_store(store):
    for found in (DESCRIPTIONS["dcat"](store), DESCRIPTIONS["dcat, alone"](store)):
        assert lacking(found, MANDATORY) == []
        assert len(typed(found, "dcat:Catalog")) == len(typed(found, "dcat:Dataset")) == 1


def test_what_dcat_ap_recommends_is_there_where_the_graph_knows_it(walloon):
    assert lacking(DESCRIPTIONS["dcat"](walloon), RECOMMENDED) == []


def test_no_property_has_more_values_than_it_may(store):
    found = DESCRIPTIONS["dcat"](store)
    times = Counter((t.subject.value, t.predicate.value) for t in found)
    assert [pair for pair, n in times.items() if n > 1 and pair[1] in set(map(expand, SINGLE))] == []


def test_titles_and_descriptions_come_in_english_and_french(walloon):
    for found in (DESCRIPTIONS["dcat"](walloon), DESCRIPTIONS["void"](walloon)):
        for name in ("dcterms:title", "dcterms:description"):
            for subject in {t.subject.value for t in found if t.predicate.value == expand(name)}:
                languages = {term.language for term in objects(found, subject, name)}
                assert languages in ({"en", "fr"}, {None}), (subject, name)


def test_the_controlled_lists_of_the_european_union_are_used(walloon):
    found, lists = DESCRIPTIONS["dcat"](walloon), "http://publications.europa.eu/resource/authority/"
    dataset = f"{VOID}#dataset"
    expected = {
        "dcat:theme": "data-theme/", "dcterms:language": "language/", "dcterms:accessRights": "access-right/",
    }  # fmt: skip
    for name, each in expected.items():
        assert values(found, dataset, name)
        assert all(iri.startswith(lists + each) for iri in values(found, dataset, name))
    assert f"{lists}country/BEL" in values(found, dataset, "dcterms:spatial")


def test_the_dataset_is_the_same_thing_in_both_descriptions_and_is_served_by_the_service(walloon):
    entry = DESCRIPTIONS["dcat"](walloon)
    assert typed(entry, "dcat:Dataset") == [f"{VOID}#dataset"]
    assert f"{VOID}#dataset" in typed(DESCRIPTIONS["void"](walloon), "void:Dataset")
    (service,) = typed(entry, "dcat:DataService")
    assert values(entry, service, "dcat:endpointURL") == [ENDPOINT]
    assert values(entry, service, "dcat:servesDataset") == [f"{VOID}#dataset"]
    assert values(entry, f"{VOID}#dataset", "dcterms:identifier") == [names.ID + "dataset/walloon-innovation"]


def test_a_distribution_tells_what_is_known_of_its_file(walloon):
    found = DESCRIPTIONS["dcat"](walloon)
    packed, csv = (f"{CATALOG}#distribution={name}" for name in ("dumps/graph.nq.gz", "nodes.csv"))
    media, types = (
        "https://www.iana.org/assignments/media-types/",
        "http://publications.europa.eu/resource/authority/file-type/",
    )
    for name in ("dcat:accessURL", "dcat:downloadURL"):
        assert values(found, packed, name) == [BASE + "dumps/graph.nq.gz"]
    assert values(found, packed, "dcat:mediaType") == [media + "application/n-quads"]
    assert values(found, packed, "dcterms:format") == [types + "RDF_N_QUADS"]
    assert values(found, packed, "dcat:compressFormat") == [media + "application/gzip"]
    assert objects(found, packed, "dcat:byteSize") == [
        ox.Literal("123456", datatype=ox.NamedNode(expand("xsd:nonNegativeInteger")))
    ]
    (checksum,) = values(found, packed, "spdx:checksum")
    assert values(found, checksum, "spdx:checksumValue") == ["ab" * 32]
    assert values(found, csv, "dcat:byteSize") == ["0"]
    assert values(found, csv, "dcat:compressFormat") == values(found, csv, "spdx:checksum") == []
    (turtle,) = (one for one in typed(found, "dcat:Distribution") if one.endswith("graph.ttl"))
    assert values(found, turtle, "dcat:mediaType") == [media + "text/turtle"]


def test_a_file_in_a_format_without_other_names_is_described_all_the_same(walloon):
    found = dcat(walloon, BASE, dumps=[Dump("graph.graphml", "application/graphml+xml")])
    assert lacking(found, MANDATORY) == []
    (node,) = typed(found, "dcat:Distribution")
    assert values(found, node, "dcterms:format") == []


# What the graph says of itself


def test_titles_and_the_like_are_those_of_the_graph(home, walloon):
    (path,) = (path for path in home.reference if path.stem == "dataset")
    said = {t for t in (quad.triple for quad in ox.parse(path=path))
            if t.subject.value == names.ID + "dataset/walloon-innovation"}  # fmt: skip
    found = DESCRIPTIONS["dcat"](walloon)
    for name in ("title", "description", "publisher", "creator", "license", "language", "spatial", "accessRights"):
        iri = expand(f"dcterms:{name}")
        assert {t.object for t in said if t.predicate.value == iri} == set(
            objects(found, f"{VOID}#dataset", f"dcterms:{name}")
        )
    assert values(found, names.BASE, "foaf:name")


SELF = '<http://a.example/me> a <http://rdfs.org/ns/void#Dataset> ; <http://purl.org/dc/terms/title> "Mine"@nl .'


def described_by(turtle: str):
    store = ox.Store()
    store.load(turtle.encode(), format=ox.RdfFormat.TURTLE)
    return terril.connect(store)


def test_other_people_s_one_dataset_is_what_their_graph_says_it_is():
    found = dcat(described_by(SELF), BASE)
    assert values(found, f"{VOID}#dataset", "dcterms:title") == ["Mine"]
    assert values(found, f"{CATALOG}#catalog", "dcterms:title") == ["Catalogue of “Mine”"]
    assert values(found, f"{VOID}#dataset", "dcterms:identifier") == ["http://a.example/me"]
    assert lacking(found, MANDATORY) == []


def test_a_graph_of_several_datasets_is_none_of_them():
    found = dcat(described_by(SELF + SELF.replace("me>", "you>")), BASE)
    assert values(found, f"{VOID}#dataset", "dcterms:title") == [f"Graph at {BASE}", f"Graphe à l’adresse {BASE}"]
    assert values(found, f"{VOID}#dataset", "dcterms:identifier") == []


def test_a_graph_that_says_nothing_of_itself_is_described_by_what_it_holds(others):
    found, dataset = void(others, BASE), f"{VOID}#dataset"
    assert number(found, dataset, "void:triples") == 5
    assert values(found, dataset, "void:exampleResource") == ["http://a.example/x"]
    assert values(found, dataset, "void:uriSpace") == values(found, dataset, "dcterms:license") == []
    assert number(found, dataset, "void:entities") == 1
    assert values(found, dataset, "dcterms:publisher") == [f"{VOID}#publisher"]
    (linkset,) = typed(found, "void:Linkset")
    (target,) = values(found, linkset, "void:objectsTarget")
    assert values(found, target, "void:uriSpace") == ["http://b.example/"]
    assert number(found, linkset, "void:triples") == 1


def test_values_that_no_catalogue_could_use_are_left_out():
    """A licence in words, a publisher without a name of its own."""
    terms = names.PREFIXES["dcterms"]
    more = (
        f'<http://a.example/me> <{terms}license> "do as you like" ; <{terms}publisher> [] ; <{terms}spatial> "here" .'
    )
    found = dcat(described_by(SELF + more), BASE)
    assert values(found, f"{VOID}#dataset", "dcterms:license") == []
    assert values(found, f"{VOID}#dataset", "dcterms:spatial") == []
    assert values(found, f"{VOID}#dataset", "dcterms:publisher") == [f"{CATALOG}#publisher"]
    assert lacking(found, MANDATORY) == []
