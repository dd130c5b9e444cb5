"""The evidence behind answers, from the question to the words of a source."""

import hashlib

import pyoxigraph as ox
import pytest

import terril
from conftest import oxigraph_server
from terril import names, rules
from terril.catalogue import ask, questions
from terril.documents import read
from terril.errors import BadQuery, BadValue, NotFound, UnknownParameter, UnknownQuestion
from terril.evidence import Evidence, explain, trace
from terril.results import Solutions, Truth
from terril.store import connect

PREFIXES = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in names.PREFIXES.items())
TEXT = "MecaTech is a pole of Namur.\nIt has a strand: robots.\n"
SAID = f"""
graph:note {{
    document:note a terril:Document ; dcterms:title "A note"@en ; skos:prefLabel "Note"@en ;
        terril:sha256 "{hashlib.sha256(TEXT.encode()).hexdigest()}" .
    passage:note\\/0-28 a terril:Passage ; terril:inDocument document:note ; terril:start 0 ; terril:end 28 ;
        terril:gist "A pole in Namur."@en .
    passage:note\\/29-53 a terril:Passage ; terril:inDocument document:note ; terril:start 29 ; terril:end 53 ;
        terril:gist "Robots are its strand."@en ; terril:spokenBy person:anna .
    passage:note\\/29-53-reading a terril:Reading ; terril:ofPassage passage:note\\/29-53 ;
        terril:interpretationNote "Robots are machines."@en .
}}
passage:note\\/0-28 {{
    organisation:mecatech a terril:Pole ; skos:prefLabel "MecaTech"@en ; terril:locatedIn territory:namur .
    territory:namur skos:prefLabel "Namur"@en .
}}
passage:note\\/29-53 {{
    organisation:mecatech terril:hasStrand strand:robots .
    strand:robots skos:prefLabel "robots"@en .
}}
passage:note\\/29-53-reading {{ strand:robots terril:addresses topic:machines . }}
graph:places {{
    graph:places a terril:ReferenceFile ; dcterms:title "Places"@en .
    territory:namur terril:within territory:wallonia . territory:wallonia terril:within territory:belgium .
}}
"""
ONTOLOGY = """
terril:Pole a owl:Class ; rdfs:subClassOf terril:Cluster ; rdfs:label "pole"@en .
terril:Cluster a owl:Class ; rdfs:label "cluster"@en .
terril:within a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:label "within"@en .
terril:locatedIn a owl:ObjectProperty ; owl:propertyChainAxiom ( terril:locatedIn terril:within ) ;
    rdfs:label "located in"@en .
terril:hasStrand a owl:ObjectProperty ; rdfs:subPropertyOf terril:focusesOn ; rdfs:label "has strand"@en .
terril:focusesOn a owl:ObjectProperty ; owl:propertyChainAxiom ( terril:focusesOn terril:addresses ) .
terril:addresses a owl:ObjectProperty .
"""


def iri(name):
    return ox.NamedNode(names.expand(name))


def triple(*terms):
    return ox.Triple(*map(iri, terms))


def built(quads, ontology):
    """A graph as `terril build` lays it out: everything in the default graph, and again under who says it."""
    stated = [*quads, *(ox.Quad(*fact, ox.NamedNode(names.ONTOLOGY)) for fact in ontology)]
    inferred = rules.infer({quad.triple for quad in stated}, rules.compile(ontology))
    everything = [*stated, *(ox.Quad(*fact, ox.NamedNode(names.INFERRED)) for fact in inferred)]
    return [*everything, *(ox.Quad(*quad.triple) for quad in everything)]


QUADS = built(
    list(ox.parse(PREFIXES + SAID, ox.RdfFormat.TRIG)),
    [quad.triple for quad in ox.parse(PREFIXES + ONTOLOGY, ox.RdfFormat.TURTLE)],
)


@pytest.fixture(scope="module")
def store():
    held = ox.Store()
    held.extend(QUADS)
    return connect(held)


@pytest.fixture
def texts(tmp_path):
    (tmp_path / "note.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def leaves(evidence: Evidence):
    """The stated triples at the end of a proof; the triple itself if it is stated."""
    return [evidence] if evidence.sources else [leaf for premise in evidence.premises for leaf in leaves(premise)]


def test_a_stated_triple_leads_to_its_passage_and_the_very_words(store, texts):
    query = PREFIXES + "SELECT ?s { organisation:mecatech terril:hasStrand ?s }"
    (explanation,) = explain(query, at=store, documents=texts)
    (evidence,) = explanation.evidence
    (source,) = evidence.sources
    assert evidence.triple == triple("organisation:mecatech", "terril:hasStrand", "strand:robots")
    assert (source.title, source.start, source.end, source.gist) == ("A note", 29, 53, "Robots are its strand.")
    assert source.words == "It has a strand: robots."
    assert source.speakers == (iri("person:anna"),)
    assert explanation.row.s == iri("strand:robots")
    assert explanation.labels[iri("terril:hasStrand")] == "has strand"


def test_an_inferred_triple_leads_over_rules_to_what_is_stated(store):
    query = PREFIXES + "SELECT ?o { ?o terril:locatedIn territory:belgium ; a terril:Cluster }"
    (explanation,) = explain(query, at=store)
    located, kind = explanation.evidence
    assert located.rule.sentence["en"]
    assert located.sources == kind.sources == ()
    assert [leaf.triple for leaf in leaves(kind)] == [triple("organisation:mecatech", "rdf:type", "terril:Pole")]
    assert {leaf.triple for leaf in leaves(located)} == {
        triple("organisation:mecatech", "terril:locatedIn", "territory:namur"),
        triple("territory:namur", "terril:within", "territory:wallonia"),
        triple("territory:wallonia", "terril:within", "territory:belgium"),
    }
    assert {source.kind for leaf in leaves(located) for source in leaf.sources} == {"passage", "reference"}


def test_a_triple_that_rests_on_a_reading_says_so(store):
    query = PREFIXES + "SELECT ?o { ?o terril:focusesOn topic:machines }"
    (explanation,) = explain(query, at=store)
    notes = {source.note for leaf in leaves(explanation.evidence[0]) for source in leaf.sources}
    assert notes == {"", "Robots are machines."}


def test_a_graph_that_the_query_names_is_the_source(store):
    query = PREFIXES + "SELECT ?g { GRAPH ?g { ?o skos:prefLabel 'Namur'@en } }"
    (explanation,) = explain(query, at=store)
    (evidence,) = explanation.evidence
    assert evidence.graph == explanation.row.g == iri("passage:note/0-28")
    assert [source.kind for source in evidence.sources] == ["passage"]


def test_an_answer_is_explained_where_it_was_asked(store, home):
    answer = ask("strands-of-cluster", cluster="mecatech", at=store, home=home)
    (explanation,) = explain(answer, row=1)
    assert explanation.notes == ()
    assert triple("organisation:mecatech", "terril:hasStrand", "strand:robots") in {
        each.triple for each in explanation.evidence
    }


def test_only_the_graphs_that_from_names_are_sources():
    held = ox.Store()
    fact = triple("strand:robots", "terril:addresses", "topic:machines")
    held.extend(ox.Quad(*fact, ox.NamedNode(f"urn:x:{name}")) for name in "abc")
    for clauses, expected in (("", "abc"), ("FROM <urn:x:b>", "b"), ("FROM <urn:x:c> FROM <urn:x:b>", "bc")):
        explanation, *_ = explain(f"SELECT ?s {clauses} {{ ?s ?p ?o }}", at=held)
        (evidence,) = explanation.evidence
        assert [(source.kind, source.graph.value) for source in evidence.sources] == [
            ("graph", f"urn:x:{name}") for name in expected
        ]


def test_the_graph_of_inferred_triples_is_no_source_but_proved(store):
    query = PREFIXES + f"SELECT ?o {{ GRAPH <{names.INFERRED}> {{ ?o a terril:Cluster }} }}"
    (explanation,) = explain(query, at=store)
    assert explanation.evidence[0].rule is not None


def test_one_row_is_chosen_by_its_number_and_all_are_numbered_from_one(store):
    query = PREFIXES + "SELECT ?p { organisation:mecatech terril:locatedIn ?p } ORDER BY ?p"
    everything = explain(query, at=store)
    assert [explanation.number for explanation in everything] == [1, 2, 3]
    assert explain(query, row=2, at=store) == everything[1:2]


@pytest.mark.parametrize("row", ["1", 1.5, True])
def test_a_row_that_is_no_whole_number_is_refused(store, row):
    with pytest.raises(BadValue, match="whole number"):
        explain(PREFIXES + "ASK { ?s ?p ?o }", row=row, at=store)


def test_an_empty_answer_has_no_row_to_choose(store):
    with pytest.raises(BadValue, match="the answer is empty"):
        explain(PREFIXES + "SELECT ?s { ?s a terril:Nothing }", row=1, at=store)


@pytest.mark.parametrize("row", [0, 4, -1])
def test_a_row_that_is_not_there_is_refused_with_those_that_are(store, row):
    with pytest.raises(BadValue, match="rows 1 to 3"):
        explain(PREFIXES + "SELECT ?p { organisation:mecatech terril:locatedIn ?p }", row=row, at=store)


def test_yes_and_no_and_descriptions_are_explained_too(store):
    (yes,) = explain(PREFIXES + "ASK { ?s terril:addresses ?t }", at=store)
    (no,) = explain(PREFIXES + "ASK { ?s terril:addresses strand:robots }", at=store)
    described = explain(PREFIXES + "DESCRIBE strand:robots", at=store)
    assert (yes.row, len(yes.evidence), yes.notes) == (Truth(True), 1, ())
    assert (no.row, no.evidence, len(no.notes)) == (Truth(False), (), 1)
    assert [each.evidence[0].triple for each in described] == [each.row for each in described]
    assert len(described) == 2


def test_a_constructed_triple_is_explained_by_what_it_was_made_of(store):
    query = PREFIXES + "CONSTRUCT { ?t foaf:focus ?o } WHERE { ?o terril:hasStrand/terril:addresses ?t }"
    (explanation,) = explain(query, at=store)
    assert explanation.row == triple("topic:machines", "foaf:focus", "organisation:mecatech")
    assert [each.triple.predicate for each in explanation.evidence] == [
        iri("terril:hasStrand"),
        iri("terril:addresses"),
    ]


@pytest.mark.slow
def test_every_triple_of_a_graph_with_many_blank_nodes_is_explained():
    held = ox.Store()
    graph = ox.NamedNode("https://example.org/g")
    held.extend(ox.Quad(ox.BlankNode(), iri("terril:within"), ox.BlankNode(), graph) for _ in range(600))
    explanations = explain("SELECT * { ?s ?p ?o }", at=held)
    assert len(explanations) == 600
    assert all(source.graph == graph for source in explanations[-1].evidence[0].sources)


def test_a_store_without_named_graphs_still_explains_and_says_that_nobody_says_it():
    plain = ox.Store()
    plain.extend(quad for quad in QUADS if isinstance(quad.graph_name, ox.DefaultGraph))
    (explanation,) = explain(PREFIXES + "SELECT ?s { ?o terril:hasStrand ?s }", at=plain)
    assert [source.kind for source in explanation.evidence[0].sources] == ["store"]


def test_an_inferred_triple_without_a_proof_is_shown_as_such():
    broken = ox.Store()
    broken.extend(QUADS)
    kind = triple("organisation:mecatech", "rdf:type", "terril:Pole")
    for quad in list(broken.quads_for_pattern(*kind, None)):
        broken.remove(quad)
    (explanation,) = explain(PREFIXES + "SELECT ?o { ?o a terril:Cluster }", at=broken)
    assert not explanation.evidence[0].is_grounded


def test_bad_wishes_are_refused_in_a_sentence(store, tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        explain(PREFIXES + "ASK { ?s terril:addresses ?t }", at=store, documents=tmp_path / "nowhere")
    with pytest.raises(UnknownParameter, match="'strand'"):
        explain(PREFIXES + "ASK { ?s ?p ?o }", at=store, strand="robots")
    with pytest.raises(UnknownQuestion):
        explain("no-such-question", at=store)
    with pytest.raises(BadQuery):
        explain("SELECT ?s { ?s ?p }", at=store)


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory):
    """The address of an Oxigraph server that holds the same graph."""
    file = tmp_path_factory.mktemp("served") / "graph.nq"
    ox.serialize(QUADS, str(file), format=ox.RdfFormat.N_QUADS)
    with oxigraph_server(file) as address:
        yield address


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?p { organisation:mecatech terril:locatedIn/terril:within* ?p } ORDER BY ?p",
        "SELECT ?o (COUNT(?p) AS ?n) { ?o terril:locatedIn ?p FILTER NOT EXISTS { ?p a ?c } } GROUP BY ?o",
        "ASK { ?o terril:focusesOn topic:machines }",
        "CONSTRUCT { ?o foaf:focus ?s } WHERE { ?o terril:hasStrand ?s }",
    ],
)
def test_an_endpoint_gives_the_same_explanations_as_a_graph_in_this_process(store, endpoint, query):
    assert explain(PREFIXES + query, at=endpoint) == explain(PREFIXES + query, at=store)


# The real graph


@pytest.fixture(scope="module")
def wallonia(home):
    corpus = read(home)
    held = ox.Store()
    held.bulk_extend(built(corpus.quads("reference", "document"), [quad.triple for quad in corpus.quads("ontology")]))
    return held


def of_graph(held, graph):
    return {quad.triple for quad in held.quads_for_pattern(None, None, None, graph)}


@pytest.fixture(scope="module")
def traced(wallonia):
    """The evidence for every triple of the graph; blank nodes, which only axioms have, cannot be asked for by name."""
    everything = of_graph(wallonia, ox.DefaultGraph())
    return trace([fact for fact in everything if not any(isinstance(term, ox.BlankNode) for term in fact)], at=wallonia)


@pytest.mark.slow
def test_every_triple_of_the_graph_is_stated_by_a_source_or_proved_from_triples_that_are(wallonia, traced):
    inferred = of_graph(wallonia, ox.NamedNode(names.INFERRED))
    assert inferred <= traced.keys()
    for fact, evidence in traced.items():
        assert bool(evidence.sources) == (fact not in inferred)
        assert evidence.is_grounded, fact
        assert all(source.kind != "store" for leaf in leaves(evidence) for source in leaf.sources)


def test_only_descriptions_of_documents_and_passages_have_no_source_but_the_head_of_a_file(wallonia, traced):
    described = {
        quad.subject
        for kind in ("Document", "Passage", "Quotation", "Reading", "NoClaim")
        for quad in wallonia.quads_for_pattern(None, iri("rdf:type"), iri(f"terril:{kind}"), None)
    }
    told = [evidence for fact, evidence in traced.items() if fact.subject not in described]
    kinds = {source.kind for evidence in told for leaf in leaves(evidence) for source in leaf.sources}
    assert kinds == {"passage", "reading", "reference", "ontology"}


@pytest.mark.slow
def test_every_answer_in_the_catalogue_follows_from_the_evidence_for_it_alone(wallonia, home):
    for name in questions(home=home):
        answer = ask(name, at=wallonia, home=home)
        explanations = explain(answer, at=wallonia)
        for explanation in explanations:
            assert explanation.evidence or explanation.notes, name
            assert all(each.is_grounded for each in explanation.evidence), name
        for explanation in {each.number: each for each in (*explanations[:1], *explanations[-1:])}.values():
            assert_follows(answer, explanation, name)


def assert_follows(answer, explanation, name):
    witness = ox.Store()
    for each in explanation.evidence:
        witness.add(ox.Quad(*each.triple))
        witness.add(ox.Quad(*each.triple, each.graph or ox.DefaultGraph()))
    again = witness.query(answer.sparql)
    if isinstance(answer.result, Solutions):
        columns = [variable.value for variable in again.variables]
        assert tuple(explanation.row[column] for column in columns) in {tuple(row) for row in again}, name


def test_explaining_is_a_verb_of_the_package():
    assert terril.explain is explain
