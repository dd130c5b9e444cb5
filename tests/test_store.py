"""Stores: one contract for a graph in this process and for a real endpoint; what is bad gets a sentence."""

import gzip
import os
import time

import pyoxigraph as ox
import pytest
import rdflib

from conftest import oxigraph_server
from terril.errors import BadGraph, BadQuery, NotFound, TerrilError
from terril.results import Solutions, Triples, Truth, labelled
from terril.store import Embedded, connect, query

GRAPH = """\
<https://example.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "pôle"@fr .
<https://example.org/a> <http://www.w3.org/2004/02/skos/core#prefLabel> "cluster"@en .
<https://example.org/a> <https://example.org/near> <https://example.org/b> .
<https://example.org/b> <https://example.org/near> <https://example.org/c> .
<https://example.org/b> <https://example.org/size> "200"^^<http://www.w3.org/2001/XMLSchema#integer> .
<https://example.org/a> <https://example.org/near> <https://example.org/b> <https://example.org/said> .
"""
NAMED_ONLY = '<a:g> { <a:s> <a:p> "x" }\n<a:h> { <a:s> <a:q> "y" }\n'
PREFIX = "PREFIX : <https://example.org/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "


@pytest.fixture(scope="module")
def graph_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("graph") / "graph.nq"
    path.write_text(GRAPH, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def endpoint(graph_file):
    with oxigraph_server(graph_file) as address:
        yield address


@pytest.fixture(params=["embedded", "endpoint"])
def store(request, graph_file):
    return connect(graph_file) if request.param == "embedded" else connect(request.getfixturevalue("endpoint"))


# The contract: what holds for both


SELECTS = {
    "order": "SELECT ?s ?o WHERE { ?s :near ?o } ORDER BY DESC(?s)",
    "optional": "SELECT ?s ?n WHERE { ?s :near ?o OPTIONAL { ?s :size ?n } } ORDER BY ?s",
    "path": "SELECT ?o WHERE { :a :near+ ?o } ORDER BY ?o",
    "count": "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }",
    "texts": "SELECT ?l WHERE { :a skos:prefLabel ?l } ORDER BY LANG(?l)",
    "values": "SELECT ?x ?y WHERE { VALUES (?x ?y) { (:a 1) (UNDEF 'é\\n\"') } } ORDER BY ?y",
    "graph": "SELECT ?g WHERE { GRAPH ?g { :a :near :b } }",
    "nothing": "SELECT ?x WHERE { ?x :unknown ?y }",
}


@pytest.mark.parametrize("name", SELECTS)
def test_a_select_gives_the_rows_that_rdflib_gives(store, name):
    dataset = rdflib.Dataset()
    dataset.parse(data=GRAPH, format="nquads")
    expected = [
        tuple(None if term is None else term.n3() for term in row) for row in dataset.query(PREFIX + SELECTS[name])
    ]
    solutions = store.query(PREFIX + SELECTS[name])
    rows = [tuple(None if term is None else term.n3() for term in row) for row in in_rdflib(solutions)]
    assert sorted(rows, key=str) == sorted(expected, key=str)
    assert "ORDER BY" not in SELECTS[name] or rows == expected


def in_rdflib(solutions):
    result = solutions.to_rdflib()
    return [tuple(row.get(variable) for variable in result.vars) for row in result.bindings]


def test_rows_keep_the_order_of_the_query_and_columns_that_of_the_select(store):
    solutions = store.query(PREFIX + "SELECT ?o ?s WHERE { ?s :near ?o } ORDER BY DESC(?o)")
    assert solutions.variables == ("o", "s")
    assert [row.o.value[-1] for row in solutions] == ["c", "b"]


def test_an_ask_is_true_or_false(store):
    assert store.query(PREFIX + "ASK { :a :near :b }") == Truth(True)
    assert store.query(PREFIX + "ASK { :b :near :a }") == Truth(False)


def test_a_construct_gives_each_triple_once(store):
    made = store.query(PREFIX + "CONSTRUCT { ?o :nearTo ?s } WHERE { ?s :near ?o VALUES ?twice { 1 2 } }")
    assert isinstance(made, Triples)
    assert sorted(f"{t.subject.value[-1]}{t.object.value[-1]}" for t in made) == ["ba", "cb"]


def test_a_describe_gives_the_triples_of_the_thing(store):
    assert {t.predicate.value for t in store.query("DESCRIBE <https://example.org/b>")} >= {"https://example.org/size"}


def test_blank_nodes_are_named_by_their_order(store):
    solutions = store.query("SELECT ?b ?n WHERE { VALUES ?n { 1 2 } BIND(BNODE() AS ?b) } ORDER BY ?n")
    assert [row.b.value for row in solutions] == ["b0", "b1"]


def test_labels_are_put_beside_iris_in_the_language_asked_for(store):
    row = next(iter(labelled(store.query(PREFIX + "SELECT ?s WHERE { ?s :near :b }"), store, "fr")))
    assert (row.sLabel.value, row.sLabel.language) == ("pôle", "fr")


def test_a_syntax_error_is_shown_in_its_line_with_a_caret(store):
    with pytest.raises(BadQuery) as caught:
        store.query("SELECT ?x WHERE {\n  ?x a ?y ;; b }\n}")
    message = str(caught.value)
    assert "line 2, column 14" in message
    assert message.splitlines()[1:] == ["    ?x a ?y ;; b }", " " * 15 + "^"]


def test_an_undeclared_prefix_is_named_with_the_line_to_add(store):
    with pytest.raises(BadQuery, match=r"line 1, column 10: the prefix skos: .*PREFIX skos: <http://www.w3.org/2004"):
        store.query("ASK { ?x skos:prefLabel ?y }")


REFUSED = {
    "SERVICE": "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "service": "ASK{service<http://127.0.0.1:9/>{}}",
    "SERVICE glued to a name": "PREFIX : <http://127.0.0.1:9/> ASK { SERVICE:x {} }",
    "LOAD": "LOAD <http://127.0.0.1:9/>",
    "INSERT": "INSERT DATA { <a:a> <a:b> <a:c> }",
    "DELETE": "# read only\nPREFIX : <a:> DELETE WHERE { ?s ?p ?o }",
    "DROP": "ASK {} ; DROP ALL",
    "WITH": "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_query_that_updates_or_calls_other_machines_is_refused_by_the_name_of_the_clause(store, name):
    with pytest.raises(BadQuery, match=name.split(maxsplit=1)[0].upper()):
        store.query(REFUSED[name])


HEAVY = {
    "braces": "SELECT * WHERE " + "{" * 10_000 + "}" * 10_000,
    "unclosed braces": "SELECT * WHERE " + "{" * 10_000,
    "parentheses": "ASK { FILTER(" + "(" * 10_000 + "1" + ")" * 10_001 + "}",
    "brackets": "ASK { ?s ?p " + "[ ?p " * 10_000 + "1" + "]" * 10_000 + "}",
    "parentheses that look like an IRI": "ASK { FILTER(?a <b" + "(" * 10_000 + "> 1) }",
    "operators": "ASK { FILTER(1" + "+1" * 20_000 + ") }",
    "negations": "ASK { FILTER(" + "!" * 40_000 + "1) }",
    "unions": "ASK { {}" + "UNION{}" * 20_000 + "}",
    "many small VALUES blocks": "ASK {" + "VALUES ?x { 1 }" * 20_000 + "}",
    "a collection": "ASK { ?s ?p (" + "1 " * 4_900 + ") }",
    "size": "ASK {}" + " " * 1_000_000,
    "unclosed quotes": "ASK { ?s ?p " + "'" * 999_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_query_that_would_bring_the_engine_down_is_refused_at_once(store, name):
    start = time.process_time()
    with pytest.raises(BadQuery):
        store.query(HEAVY[name])
    assert time.process_time() - start < 5


def test_brackets_side_by_side_are_not_nesting(store):
    assert store.query(f"ASK {{ {'{ VALUES (?x) { (1) } }' * 60} FILTER({'(1) + ' * 150} 1) }}") == Truth(True)


def test_brackets_in_strings_and_comments_and_iris_are_not_nesting(store):
    many = "([{" * 1000
    assert store.query(f"ASK {{ FILTER(STRLEN('{many}') = 3000) }} # {many}") == Truth(True)
    assert store.query(f'ASK {{ FILTER(STRLEN("""{many}" """) = 3002) }}') == Truth(True)
    assert store.query(f"ASK {{ ?s <https://example.org/{'(' * 1000}> ?o }}") == Truth(False)


def test_a_block_of_100_000_values_is_read(store):
    values = " ".join(map(str, range(100_000)))
    assert store.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ VALUES ?x {{ {values} }} }}").rows[0][0].value == "100000"


def test_a_query_that_holds_half_a_surrogate_pair_is_refused(store):
    with pytest.raises(BadQuery, match="UTF-8"):
        store.query("ASK { ?s ?p '\ud800' }")


# A graph in this process


def test_a_plain_query_answers_on_a_file_that_has_only_named_graphs(tmp_path):
    (tmp_path / "x.trig").write_text(NAMED_ONLY)
    assert connect(tmp_path / "x.trig").query("ASK { <a:s> <a:p> ?x ; <a:q> ?y }") == Truth(True)
    assert connect(tmp_path / "x.trig").query("ASK FROM <a:g> { <a:s> <a:q> ?y }") == Truth(False)


def test_a_plain_query_answers_from_the_default_graph_when_that_holds_anything(graph_file):
    assert len(connect(graph_file).query(PREFIX + "SELECT ?o WHERE { :a :near ?o }")) == 1


@pytest.mark.parametrize("name", ["x.ttl", "x.nt", "x.nq", "x.trig", "x.jsonld", "x.rdf", "x.ttl.gz", "x.NQ.gz"])
def test_every_rdf_format_is_read_also_when_compressed(tmp_path, name):
    formats = {"ttl": "turtle", "nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}
    dataset = rdflib.Dataset()
    dataset.add((rdflib.URIRef("https://example.org/a"), rdflib.URIRef("https://example.org/p"), rdflib.Literal("é")))
    suffix = name.removesuffix(".gz").rpartition(".")[2].lower()
    source = dataset if suffix in ("nq", "trig") else dataset.default_graph
    data = source.serialize(format=formats[suffix]).encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    assert connect(str(tmp_path / name)).query("ASK { <https://example.org/a> ?p 'é' }") == Truth(True)


def test_a_store_of_rdflib_or_of_pyoxigraph_is_asked_as_it_is():
    graph = ox.Store()
    store = connect(graph)
    graph.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal("x")))
    assert store.query("ASK { <a:s> <a:p> 'x' }") == Truth(True)
    dataset = rdflib.Dataset()
    dataset.add((rdflib.BNode(), rdflib.RDF.value, rdflib.Literal("01", datatype=rdflib.XSD.gYear)))
    dataset.graph(rdflib.URIRef("a:g")).add((rdflib.URIRef("a:s"), rdflib.RDF.value, rdflib.Literal("x", lang="fr")))
    assert len(connect(dataset).query("SELECT ?s WHERE { ?s ?p ?o }")) == 1
    assert connect(dataset).query("ASK { GRAPH <a:g> { ?s ?p 'x'@fr } }") == Truth(True)
    assert connect(dataset.default_graph).query("ASK { ?s ?p ?o FILTER(isBlank(?s)) }") == Truth(True)
    assert connect(store) is store


def test_an_rdflib_graph_with_a_malformed_iri_is_refused():
    graph = rdflib.Graph().add((rdflib.URIRef("a b"), rdflib.RDF.value, rdflib.Literal("x")))
    with pytest.raises(BadGraph, match="no RDF"):
        connect(graph)


def test_a_file_that_has_changed_is_read_anew(tmp_path):
    path = tmp_path / "x.nt"
    path.write_text("<a:s> <a:p> '' .\n".replace("'", '"'))
    assert connect(path).query('ASK { ?s ?p "" }') == Truth(True)
    path.write_text('<a:s> <a:p> "new" .\n')
    assert connect(path).query('ASK { ?s ?p "new" }') == Truth(True)


def test_from_never_reads_a_file(tmp_path):
    secret = tmp_path / "secret.nt"
    secret.write_text('<a:s> <a:p> "secret" .\n')
    for clause in (f"FROM <{secret.as_uri()}>", f"FROM NAMED <{secret.as_uri()}>"):
        found = Embedded(ox.Store()).query(
            f"SELECT ?o {clause} WHERE {{ {{ ?s ?p ?o }} UNION {{ GRAPH ?g {{ ?s ?p ?o }} }} }}"
        )
        assert len(found) == 0


def test_a_function_that_the_engine_lacks_is_a_bad_query():
    with pytest.raises(BadQuery, match="a:f"):
        Embedded(ox.Store()).query("SELECT (<a:f>(1) AS ?x) WHERE {}")


DAMAGED = {
    "cut.nq": (GRAPH[:-20].encode(), r"cut\.nq, line 6, column \d+"),
    "text.nq": (b"<html><body>404</body></html>", r"text\.nq, line 1"),
    "binary.ttl": (bytes(range(256)), r"binary\.ttl, line 1"),
    "empty.nq": (b"", "empty"),
    "prefixes.ttl": (b"@prefix a: <a:> .", "empty"),
    "cut.nq.gz": (gzip.compress(GRAPH.encode())[:-30], "cut short"),
    "plain.nq.gz": (GRAPH.encode(), "damaged"),
    "picture.png": (b"\x89PNG", r"\.nq, \.trig"),
    "remote.jsonld": (b'{"@context": "http://127.0.0.1:9/", "@id": "a:b", "x": 1}', r"remote\.jsonld"),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_or_foreign_graph_file_is_a_sentence_with_its_name_and_line(tmp_path, name):
    content, message = DAMAGED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadGraph, match=message) as caught:
        connect(tmp_path / name)
    assert "\n" not in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_a_file_that_may_never_end_is_no_graph_file(tmp_path):
    os.mkfifo(tmp_path / "pipe.nq")
    with pytest.raises(BadGraph, match="is no regular file"):
        connect(tmp_path / "pipe.nq")


def test_a_folder_is_no_graph_file(tmp_path):
    with pytest.raises(BadGraph, match="is a folder"):
        connect(tmp_path)


@pytest.mark.parametrize("name", ["", "missing.nq", "ftp://example.org/x.nq", "x" * 5000, "\0.nq"])
def test_a_file_that_is_not_there_is_named(name):
    with pytest.raises(NotFound):
        connect(name)


def test_a_project_without_a_built_graph_is_built_first_and_told_what_that_lacks(tmp_path):
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "terril.ttl").touch()
    with pytest.raises(TerrilError, match="modules is missing"):
        connect(home=tmp_path)


def test_query_is_connect_and_labels(graph_file):
    rows = query(PREFIX + "SELECT ?s WHERE { ?s :near :b }", at=graph_file)
    assert isinstance(rows, Solutions)
    assert [(row.s.value, row.sLabel.value) for row in rows] == [("https://example.org/a", "cluster")]
    assert query("ASK {}", at=graph_file) == Truth(True)


def test_all_errors_of_this_module_are_one_family():
    assert all(issubclass(error, TerrilError) for error in (BadGraph, BadQuery, NotFound))


def test_a_packed_graph_that_outgrows_memory_is_refused_in_a_sentence(tmp_path, monkeypatch):
    def outgrow(data):
        raise MemoryError

    path = tmp_path / "bomb.nq.gz"
    path.write_bytes(gzip.compress(b""))
    monkeypatch.setattr(gzip, "decompress", outgrow)
    with pytest.raises(BadGraph, match="does not fit into memory"):
        connect(path)
