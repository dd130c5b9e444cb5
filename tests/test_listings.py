"""The catalogue written out: what other tools read from it is what the catalogue says."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, RDFS, SH, SKOS

import terril
from conftest import ROOT, oxigraph_server, require
from terril import catalogue, results
from terril.cli import main
from terril.errors import BadValue, NotWritten, UnknownFormat
from terril.listings import EXAMPLES, FORMATS, as_grlc, as_json, as_turtle, save, write
from terril.names import ID, PREFIXES, compact, expand
from terril.pipeline import ensure
from terril.syntax import check_syntax

FOLDER = ROOT / "tests" / "listings"
TARGET = "https://example.org/sparql"
SCHEMA = rdflib.Namespace(PREFIXES["schema"])
SPEX = rdflib.Namespace("https://purl.expasy.org/sparql-examples/ontology#")
TEXTS = SH.select | SH.ask | SH.construct | SPEX.describe


@pytest.fixture(scope="module")
def asked(home) -> dict[str, terril.Question]:
    return terril.questions(home=home)


@pytest.fixture(scope="module")
def graph(home) -> Path:
    return ensure(home)


@pytest.fixture(scope="module")
def turtle(asked) -> str:
    return as_turtle(asked, TARGET)


@pytest.fixture(scope="module")
def examples(turtle) -> rdflib.Graph:
    return rdflib.Graph().parse(data=turtle, format="turtle")


def example(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(f"{ID}question/{name}")


def one(sparql: str, *parameters: catalogue.Parameter, name: str = "one") -> terril.Question:
    return terril.Question(name, {"en": "What?"}, "things", parameters, sparql, Path(f"{name}.rq"))


def parameter(name: str, kind: str, example: ox.NamedNode | ox.Literal) -> catalogue.Parameter:
    return catalogue.Parameter(name, expand(kind), {"en": "this one"}, example)


# For people and programs


def test_json_is_a_list_of_objects_in_the_language_asked_for(asked):
    listed = json.loads(write(asked, "json", lang="fr"))
    assert listed == as_json(asked, "fr") == as_json(asked, "FR-be")
    assert next(each for each in listed if each["name"] == "clusters-of-strand") == {
        "name": "clusters-of-strand",
        "text": "Quels pôles et clusters portent un axe stratégique ?",
        "theme": "strands",
        "parameters": [
            {
                "name": "strand",
                "kind": "terril:StrategicStrand",
                "meaning": "l’axe dont il s’agit",
                "example": "strand:mecatech-smart-maintenance",
            }
        ],
    }
    assert as_json(asked, "de") == as_json(asked, "en")


def test_the_table_has_a_line_for_each_question(asked):
    lines = write(asked).splitlines()
    assert lines[0].split() == ["theme", "name", "question", "parameters"]
    assert len(lines) == 2 + len(asked)
    assert "strands clusters-of-strand Which clusters pursue a strand? strand" in [" ".join(x.split()) for x in lines]


def test_an_unknown_format_is_refused_with_those_there_are():
    with pytest.raises(UnknownFormat, match="table, json, turtle, grlc"):
        write({}, "yaml")


# SPARQL examples in RDF


def test_rdflib_and_oxigraph_read_the_same_triples_none_of_them_with_a_blank_node(turtle, examples):
    read = {str(quad.triple) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    assert read == {str(t) for t in (ox.Triple(*map(ours, triple)) for triple in examples)}
    assert not any(isinstance(term, rdflib.BNode) for triple in examples for term in triple)


def ours(term: rdflib.term.Node) -> ox.NamedNode | ox.Literal:
    if isinstance(term, rdflib.URIRef):
        return ox.NamedNode(term)
    datatype = None if term.language or term.datatype is None else ox.NamedNode(term.datatype)
    return ox.Literal(str(term), language=term.language, datatype=datatype)


def test_the_text_of_every_query_comes_back_to_the_letter(asked, turtle, examples):
    parsed = ox.Store()
    parsed.load(turtle, format=ox.RdfFormat.TURTLE)
    for name, question in asked.items():
        text = question.path.read_text("utf-8")
        assert [str(found) for found in examples.objects(example(name), SH.select)] == [text]
        quads = parsed.quads_for_pattern(ox.NamedNode(example(name)), ox.NamedNode(SH.select), None)
        assert [quad.object.value for quad in quads] == [text]


@given(st.text("\"\\\n\r\t'#é\N{GRINNING FACE} ab\0"))
def test_any_text_comes_back_to_the_letter(text):
    sparql = "ASK {}\n" + "".join(f"# {line}" for line in text.splitlines(keepends=True))
    turtle = as_turtle({"one": one(sparql)})
    for found in (
        [str(o) for o in rdflib.Graph().parse(data=turtle, format="turtle").objects(None, SH.ask)],
        [q.object.value for q in ox.parse(turtle, format=ox.RdfFormat.TURTLE) if q.predicate.value == str(SH.ask)],
    ):
        assert found == [sparql]


def test_the_bytes_are_always_the_same():
    code = "import sys, terril; sys.stdout.write(terril.listings.as_turtle(terril.questions()))"
    runs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"},
            cwd=ROOT,
            check=True,
            capture_output=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] != b""


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    return rdflib.Graph().parse(FOLDER / "shapes.ttl")


def broken(data: rdflib.Graph, shapes: rdflib.Graph) -> set[str]:
    """The paths, or else the constraints, that a graph breaks."""
    _, found, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    return {
        compact(str(found.value(result, SH.resultPath) or found.value(result, SH.sourceConstraintComponent)))
        for result in found.subjects(RDF.type, SH.ValidationResult)
    }


def test_the_examples_have_what_readers_of_examples_rely_on(examples, shapes):
    assert broken(examples, shapes) == set()


def test_without_a_target_only_the_target_is_missing(asked, shapes):
    assert broken(rdflib.Graph().parse(data=as_turtle(asked), format="turtle"), shapes) == {"schema:target"}


SPOILT = {
    "no comment": ("strands-of-cluster", RDFS.comment, None, "rdfs:comment"),
    "two queries": ("strands-of-cluster", SH.ask, rdflib.Literal("ASK {}"), "sh:XoneConstraintComponent"),
    "no prefixes": ("strands-of-cluster", SH.prefixes, None, "sh:prefixes"),
    "an untidy keyword": ("strands-of-cluster", SCHEMA.keywords, rdflib.Literal(" x "), "schema:keywords"),
    "no default": ("strands-of-cluster/cluster", SH.defaultValue, None, "sh:defaultValue"),
    "class and datatype": ("strands-of-cluster/cluster", SH.datatype, rdflib.XSD.string, "sh:XoneConstraintComponent"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_the_shapes_notice_what_is_amiss(asked, shapes, name):
    subject, predicate, put, breaks = SPOILT[name]
    few = {"strands-of-cluster": asked["strands-of-cluster"]}
    spoilt = rdflib.Graph().parse(data=as_turtle(few, TARGET), format="turtle")
    if put is None:
        spoilt.remove((example(subject), predicate, None))
    else:
        spoilt.add((example(subject), predicate, put))
        if predicate == SH.ask:
            spoilt.add((example(subject), RDF.type, SH.SPARQLAskExecutable))
    assert breaks in broken(spoilt, shapes)


def test_an_example_says_what_is_asked_where_and_on_which_theme(asked, examples):
    for name, question in asked.items():
        subject = example(name)
        assert {text.language: str(text) for text in examples.objects(subject, RDFS.comment)} == question.text
        assert list(examples.objects(subject, SCHEMA.target)) == [rdflib.URIRef(TARGET)]
        assert [str(word) for word in examples.objects(subject, SCHEMA.keywords)] == [question.theme]


def test_every_parameter_is_described_with_class_or_datatype_default_and_example(asked, examples):
    for name, question in asked.items():
        assert set(examples.objects(example(name), SH.parameter)) == {
            example(f"{name}/{parameter.name}") for parameter in question.parameters
        }
        for parameter in question.parameters:
            subject = example(f"{name}/{parameter.name}")
            kinds = list(examples.objects(subject, SH["class"] | SH.datatype)) or [RDFS.Resource]
            assert [str(kind) for kind in kinds] == [parameter.kind]
            assert {t.language: str(t) for t in examples.objects(subject, SH.description)} == parameter.meaning
            for told in (SH.defaultValue, SKOS.example):
                assert [ours(term) for term in examples.objects(subject, told)] == [parameter.example]
            # SHACL: the local name of a parameter's path is the name of its variable.
            (path,) = examples.objects(subject, SH.path)
            assert re.search(r"[^/#]*$", path)[0] == parameter.name == str(examples.value(subject, SH.name))


def test_the_prefixes_that_are_declared_suffice_for_every_query(asked, examples):
    declared = {
        str(examples.value(node, SH.prefix)): examples.value(node, SH.namespace)
        for node in examples.objects(rdflib.URIRef(EXAMPLES), SH.declare)
    }
    assert {space.datatype for space in declared.values()} == {rdflib.XSD.anyURI}
    prologue = "".join(f"PREFIX {prefix}: <{space}>\n" for prefix, space in declared.items())
    for question in asked.values():
        check_syntax(prologue + re.sub(r"(?m)^PREFIX .*\n", "", question.sparql))
        check_syntax(prologue + question.sparql)


def test_a_prefix_that_queries_use_for_different_things_is_left_to_them():
    queries = [f"PREFIX a: <https://example.org/{name}/>\nASK {{ a:x a:y a:z }}" for name in ("b", "c")]
    turtle = as_turtle({str(n): one(query, name=str(n)) for n, query in enumerate(queries)})
    examples = rdflib.Graph().parse(data=turtle, format="turtle")
    assert list(examples.objects(None, SH.declare)) == []
    assert sorted(map(str, examples.objects(None, SH.ask))) == queries


def test_every_example_gives_the_rows_of_the_catalogue(asked, graph, examples):
    store = terril.connect(graph)
    for name, question in asked.items():
        rows = terril.query(str(examples.value(example(name), SH.select)), at=store)
        assert results.write(rows, "csv").encode() == question.path.with_suffix(".csv").read_bytes()


def test_an_endpoint_that_holds_the_examples_lists_them_and_answers_them(asked, graph, turtle, tmp_path):
    both = ox.Store()
    both.bulk_load(path=graph)
    both.load(turtle, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode(EXAMPLES))
    both.dump(tmp_path / "both.nq")
    with oxigraph_server(tmp_path / "both.nq") as address:
        endpoint = terril.connect(address)
        listed = endpoint.query(LISTING)
        assert len(listed) == len(asked)
        for row in listed:
            assert endpoint.query(row.query.value) == terril.connect(graph).query(row.query.value)


LISTING = f"""PREFIX sh: <{SH}>
SELECT DISTINCT ?example ?query WHERE {{ GRAPH <{EXAMPLES}> {{ ?example a sh:SPARQLExecutable ; sh:select ?query }} }}
ORDER BY ?example"""


FORMS = {
    "SELECT": ("SELECT ?s { ?s ?p ?o }", SH.SPARQLSelectExecutable, SH.select),
    "ASK": ("# any?\nASK {}", SH.SPARQLAskExecutable, SH.ask),
    "CONSTRUCT": ("CONSTRUCT WHERE { ?s ?p ?o }", SH.SPARQLConstructExecutable, SH.construct),
    "DESCRIBE": ("DESCRIBE <https://example.org/select>", SPEX.SPARQLDescribeExecutable, SPEX.describe),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_query_of_any_form_has_its_class_and_its_property(form):
    sparql, kind, holds = FORMS[form]
    found = rdflib.Graph().parse(data=as_turtle({"one": one(sparql)}), format="turtle")
    assert set(found.objects(example("one"), RDF.type)) == {SH.SPARQLExecutable, kind}
    assert [str(text) for text in found.objects(example("one"), TEXTS)] == [sparql]
    assert list(found.objects(example("one"), holds))


def test_a_name_that_no_iri_may_hold_is_escaped():
    turtle = as_turtle({"où?": one("ASK {}", name="où?<>")})
    assert example("o%C3%B9%3F%3C%3E") in set(rdflib.Graph().parse(data=turtle, format="turtle").subjects())


@pytest.mark.parametrize("target", ["", "example.org", "file:///etc/passwd", "https://", "https://a b", 'https://a">'])
@pytest.mark.parametrize("format", ["turtle", "grlc"])
def test_a_target_that_is_no_http_address_is_refused(format, target):
    with pytest.raises(BadValue, match=r"target: .*https://example\.org/sparql"):
        write({"one": one("ASK {}")}, format, target=target)


# Files for grlc


def decorations(text: str) -> dict[str, str]:
    """The decorations with a text, and the defaults by the name of their parameter."""
    return {key: json.loads(value) for key, value in re.findall(r'(?m)^#\+ (?:  - )?(\w+): (".*")$', text)}


def filled(text: str, values: dict[str, str]) -> str:
    """What grlc makes of a file, as its manual says: variables by their names become terms."""
    for name, value in values.items():
        text = re.sub(rf"\?_{name}_iri\b", f"<{value}>", text)
        text = re.sub(rf"\?_{name}_literal\b", json.dumps(value, ensure_ascii=False), text)
        text = re.sub(rf"\?_{name}_xsd_(\w+)", rf'"{value}"^^<{PREFIXES["xsd"]}\1>', text)
    return text


def test_a_file_with_its_defaults_filled_in_gives_the_rows_of_the_catalogue(asked, graph):
    store = terril.connect(graph)
    for question in asked.values():
        text = as_grlc(question)
        check_syntax(text)
        rdflib.plugins.sparql.prepareQuery(text)
        names = [parameter.name for parameter in question.parameters]
        sparql = filled(text, {name: decorations(text)[name] for name in names})
        assert sparql.count("?_") == 0
        rows = results.labelled(store.query(sparql), store)
        assert results.write(rows, "csv").encode() == question.path.with_suffix(".csv").read_bytes()


def test_a_file_is_decorated_with_question_theme_parameters_and_endpoint(asked):
    text = as_grlc(asked["clusters-of-strand"], TARGET)
    found = decorations(text)
    assert found["summary"] == "Which clusters pursue a strand?"
    assert found["description"].splitlines() == [
        "Quels pôles et clusters portent un axe stratégique ?",
        "- strand (terril:StrategicStrand): the strand asked about",
    ]
    assert found["endpoint"] == TARGET
    assert '#+ tags:\n#+   - "strands"\n' in text
    assert found["strand"] == expand("strand:mecatech-smart-maintenance")
    assert "endpoint:" not in as_grlc(asked["clusters-of-strand"])


KINDS = {
    "terril:Cluster": (ox.NamedNode("https://example.org/c"), "?_x_iri", "https://example.org/c"),
    "xsd:string": (ox.Literal('say "so"'), "?_x_literal", 'say "so"'),
    "xsd:integer": (ox.Literal(4), "?_x_xsd_integer", "4"),
    "xsd:date": (ox.Literal("2024-06-30", datatype=ox.NamedNode(str(rdflib.XSD.date))), "?_x_xsd_date", "2024-06-30"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_variable_tells_grlc_how_to_write_a_value(kind):
    value, variable, default = KINDS[kind]
    text = as_grlc(one(f"SELECT ?x {{ VALUES ?x {{ {value} }} }}", parameter("x", kind, value)))
    assert f"SELECT ({variable} AS ?x) {{}}" in text
    assert decorations(text)["x"] == default
    # grlc puts this line before every SELECT of a query that lacks it.
    assert ("PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n" in text) == ("_xsd_" in variable)


def test_a_parameter_is_replaced_wherever_it_stands_but_in_comments_strings_and_constants():
    sparql = (
        "SELECT ?x ?y { # VALUES ?x { 1 }\n  ?a ?b ?x . VALUES ?x { 1 }\n  { VALUES ?x { 1 } }\n"
        "  VALUES (?y) { (1) } FILTER(?a != 'VALUES ?x { 1 }') }"
    )
    text = as_grlc(one(sparql, parameter("x", "xsd:integer", ox.Literal(1))))
    assert text.count("{ SELECT (?_x_xsd_integer AS ?x) {} }") == 2
    assert "# VALUES ?x { 1 }\n" in text
    assert "VALUES (?y) { (1) } FILTER(?a != 'VALUES ?x { 1 }')" in text


def test_values_behind_the_query_stay_and_are_no_parameter_of_the_api():
    sparql = "SELECT ?x { ?x ?y ?z } VALUES ?x { 1 }"
    text = as_grlc(one(sparql, parameter("x", "xsd:integer", ox.Literal(1))))
    assert text.endswith(sparql)
    assert "defaults" not in text


def test_parameters_that_grlc_could_not_tell_apart_are_refused():
    twins = [parameter(name, "xsd:integer", ox.Literal(1)) for name in ("a_b", "ab")]
    with pytest.raises(UnknownFormat, match="a_b, ab"):
        as_grlc(one("SELECT ?ab { VALUES ?ab { 1 } VALUES ?a_b { 1 } }", *twins))


def test_a_folder_gets_a_file_for_each_question_the_same_bytes_each_time(asked, tmp_path):
    paths = save(asked, tmp_path / "new" / "api", TARGET)
    assert [path.name for path in paths] == [f"{name}.rq" for name in asked]
    before = [path.read_bytes() for path in paths]
    assert [path.read_bytes() for path in save(asked, tmp_path / "new" / "api", TARGET)] == before
    assert before[0].decode() == as_grlc(next(iter(asked.values())), TARGET)


def test_a_folder_that_cannot_be_written_is_named(asked, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotWritten, match=r"file could not be written: .*Name another folder"):
        save(asked, tmp_path / "file")


def test_several_questions_do_not_fit_into_one_file(asked):
    with pytest.raises(UnknownFormat, match=f"these are {len(asked)}.*--to"):
        write(asked, "grlc")


@pytest.fixture(scope="module")
def grlc() -> str:
    """A Python that has grlc, which pins its dependencies and so lives by itself: in `grlc` within the environment."""
    path = Path(os.environ.get("TERRIL_GRLC") or Path(sys.prefix) / "grlc" / "bin" / "python")
    require("grlc", path.exists())
    return str(path)


@pytest.mark.slow
def test_grlc_serves_every_file_and_gives_the_rows_of_the_catalogue(asked, graph, grlc, tmp_path):
    with oxigraph_server(graph) as address:
        save(asked, tmp_path, address)
        requests = [
            (f"/{name}", {p.name: p.example.value for p in question.parameters}) for name, question in asked.items()
        ]
        requests.append(("/clusters-of-topic", {"topic": expand("topic:sustainable-building")}))
        command = [grlc, str(FOLDER / "serve.py"), str(tmp_path)]
        done = subprocess.run(command, input=json.dumps(requests), check=True, capture_output=True, text=True)
    *answers, other = json.loads(done.stdout)
    for question, (described, status, text) in zip(asked.values(), answers, strict=True):
        assert (described["summary"], described["tags"]) == (question.text["en"], [question.theme])
        defaults = {each["name"]: each["default"] for each in described["parameters"] if each["name"] != "endpoint"}
        assert defaults == {parameter.name: parameter.example.value for parameter in question.parameters}
        assert (status, rows(text)) == (200, rows(results.write(terril.connect(graph).query(question.sparql), "csv")))
    assert rows(other[2]) == [["cluster"], [expand("organisation:cap-2020")]]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


# The command


def run(*words: str):
    return CliRunner().invoke(main, ["questions", "--home", str(ROOT), *words])


@pytest.mark.parametrize("format", FORMATS)
def test_the_command_prints_what_the_function_writes(asked, format):
    one = {"periods": asked["periods"]}
    assert run("--about", "periods", "--format", format).stdout == write(one, format)


def test_the_command_writes_a_folder_of_files_and_says_how_many(asked, tmp_path):
    done = run("--format", "grlc", "--to", str(tmp_path), "--target", TARGET)
    assert done.stdout == f"{tmp_path}: {len(asked)} query files\n"
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(asked)


def test_a_folder_is_for_files_of_grlc_only(tmp_path):
    done = run("--to", str(tmp_path))
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert "--format grlc" in done.stderr
