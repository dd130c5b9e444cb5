"""The question catalogue: files that run as they lie, typed parameters, and values that mean one thing."""

import pyoxigraph as ox
import pytest
import rdflib

from terril.catalogue import Parameter, ask, questions, read, resolve
from terril.errors import BadSource, BadValue, UnknownParameter, UnknownQuestion
from terril.names import expand
from terril.results import Triples, Truth
from terril.store import connect

GRAPH = """
@prefix terril: <https://w3id.org/terril/ns#> .
@prefix strand: <https://w3id.org/terril/id/strand/> .
@prefix organisation: <https://w3id.org/terril/id/organisation/> .
@prefix territory: <https://w3id.org/terril/id/territory/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

strand:materials a terril:StrategicStrand, terril:Theme ; skos:prefLabel "Materials"@en, "Matériaux d’avenir"@fr .
strand:smart-maintenance a terril:StrategicStrand ; skos:prefLabel "smart maintenance"@en ; skos:altLabel "SM" .
strand:services a terril:StrategicStrand ; skos:prefLabel "services"@en ; skos:hiddenLabel "sm"@fr .
strand:odd a terril:StrategicStrand ; skos:prefLabel 'say "}" # no'@en .
organisation:mecatech a terril:CompetitivenessCluster ; skos:prefLabel "MecaTech"@en ; terril:year 2006 ;
    terril:hasStrand strand:materials, strand:smart-maintenance .
organisation:namur a terril:Organisation . territory:namur a terril:Territory .
"""
PREFIXES = "PREFIX terril: <https://w3id.org/terril/ns#>\nPREFIX strand: <https://w3id.org/terril/id/strand/>\n"
QUESTION = f"""\
# Which clusters pursue a strand?
# fr: Quels pôles portent un axe ?
#
# strand (terril:StrategicStrand): the strand asked about
# strand.fr: l’axe dont il s’agit
{PREFIXES}
SELECT ?cluster WHERE {{  # not a parameter: VALUES ?x {{ 1 }}
  VALUES ?strand {{ strand:materials }}
  ?cluster terril:hasStrand ?strand FILTER(STR(?strand) != "VALUES ?strand {{ 1 }}")
}}
"""
BY_YEAR = f"""\
# Which clusters are older than a year?
#
# year (xsd:integer): the first year that is too late
{PREFIXES}SELECT ?cluster ?year WHERE {{ VALUES ?year {{ 2000 }} ?cluster terril:year ?then FILTER(?then < ?year) }}
"""
ANY = f"# Is there any strand?\n{PREFIXES}ASK {{ ?x terril:hasStrand ?y }}\n"
DRAWN = f"# What does the graph of strands look like?\n{PREFIXES}CONSTRUCT WHERE {{ ?x terril:hasStrand ?y }}\n"


@pytest.fixture
def project(tmp_path):
    """A project of four questions and a graph, in a folder of its own."""
    texts = {
        "ontology/terril.ttl": "",
        ".terril/graph.ttl": GRAPH,
        "queries/strands/clusters-of-strand.rq": QUESTION,
        "queries/clusters/older-than.rq": BY_YEAR,
        "queries/strands/any-strand.rq": ANY,
        "queries/strands/drawing.rq": DRAWN,
    }
    for name, text in texts.items():
        put(tmp_path, name, text)
    return tmp_path


def put(folder, name, text):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def asking(project):
    def asking(name, **values):
        return ask(name, at=project / ".terril" / "graph.ttl", home=project, **values)

    return asking


# Reading


def test_the_catalogue_is_sorted_by_theme_and_name(project):
    assert list(questions(home=project)) == ["older-than", "any-strand", "clusters-of-strand", "drawing"]
    assert list(questions(home=project, theme="clusters")) == ["older-than"]


def test_an_unknown_theme_is_answered_with_the_known_ones(project):
    with pytest.raises(UnknownQuestion, match=r"'people'.* clusters, strands"):
        questions(home=project, theme="people")


def test_a_question_is_its_words_in_two_languages_its_theme_and_its_parameters(project):
    question = questions(home=project)["clusters-of-strand"]
    assert question.text == {"en": "Which clusters pursue a strand?", "fr": "Quels pôles portent un axe ?"}
    assert question.theme == "strands"
    assert question.parameters == (
        Parameter(
            "strand",
            expand("terril:StrategicStrand"),
            {"en": "the strand asked about", "fr": "l’axe dont il s’agit"},
            ox.NamedNode(expand("strand:materials")),
        ),
    )


ABOUT = {
    "strand": ["any-strand", "clusters-of-strand", "drawing"],
    "PURSUE  Strand!": ["clusters-of-strand"],
    "poles axe": ["clusters-of-strand"],
    "strategic": ["clusters-of-strand"],
    "older": ["older-than"],
    "any-strand": ["any-strand"],
}


@pytest.mark.parametrize("words", ABOUT)
def test_questions_are_found_by_words_of_any_language_by_beginnings_and_by_name(project, words):
    assert sorted(questions(about=words, home=project)) == ABOUT[words]


@pytest.mark.parametrize("words", ["", "?!", "strand older", "émoji 😀", "x" * 10_000])
def test_words_that_no_question_is_about_are_refused_with_what_to_do(project, words):
    with pytest.raises(UnknownQuestion, match=r"No question is about .{0,70}\. Try fewer words, or `terril questions`"):
        questions(about=words, home=project)


def test_words_are_looked_for_within_a_theme_only_if_one_is_named(project):
    assert list(questions(about="strand", theme="strands", home=project)) == [
        "any-strand",
        "clusters-of-strand",
        "drawing",
    ]
    with pytest.raises(UnknownQuestion):
        questions(about="strand", theme="clusters", home=project)


MALFORMED = {
    "no question": (PREFIXES + "ASK {}", "line 1: the file must begin with the question"),
    "only French": ("# fr: Quoi ?\nASK {}", "line 1: the file must begin with the question"),
    "a stray remark": ("# What?\n#\n# Remember the milk.\nASK {}", "line 3: the header holds .*milk"),
    "a meaning without a parameter": ("# What?\n#\n# x.fr: quoi\nASK {}", "line 3: the header holds"),
    "no VALUES block": (
        "# What?\n#\n# x (terril:Cluster): it\nASK { ?x ?y ?z }",
        r"line 3: no VALUES block holds \?x",
    ),
    "VALUES in a comment only": (
        "# What?\n#\n# x (terril:Cluster): it\nASK { ?x ?y ?z } # VALUES ?x { 1 }",
        r"line 3: no VALUES block holds \?x",
    ),
    "no header line": ("# What?\nASK {\n VALUES ?x { 1 } }", r"line 3: the header does not say what \?x is"),
    "no example": ("# What?\n#\n# x (xsd:integer): it\nASK { VALUES ?x { } }", r"line 4: .* \?x holds no example"),
    "an unknown prefix": ("# What?\n#\n# x (foo:Bar): it\nASK { VALUES ?x { 1 } }", "line 3: .* no known prefix"),
    "an unknown datatype": ("# What?\n#\n# x (xsd:int): it\nASK { VALUES ?x { 1 } }", "line 3: .* xsd:integer"),
    "a reserved name": ("# What?\n#\n# at (xsd:integer): it\nASK { VALUES ?at { 1 } }", "line 3: .* option of `ask`"),
    "SELECT *": ("# What?\n\nSELECT * { ?x ?y ?z }", "line 3: SELECT"),
    "no SPARQL": ("# What?\nSELECT ?x {\n  ?x ?y \n", "line 3, column"),
    "an update": ("# What?\nDROP ALL", "DROP is an update"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_question_file_is_named_with_its_line(tmp_path, name):
    text, message = MALFORMED[name]
    path = put(tmp_path, "queries/theme/question.rq", text)
    with pytest.raises(BadSource, match=message) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}")


def test_a_question_file_that_is_no_utf_8_is_named(tmp_path):
    path = put(tmp_path, "queries/theme/question.rq", "")
    path.write_bytes("# Où ?\nASK {}".encode("latin-1"))
    with pytest.raises(BadSource, match=r"question\.rq: byte 3 is no UTF-8"):
        read(path)


def test_two_questions_of_one_name_are_refused(project):
    put(project, "queries/people/older-than.rq", ANY)
    with pytest.raises(BadSource, match=r"people/older-than\.rq: .*clusters/older-than\.rq has the same name"):
        questions(home=project)


def test_a_constant_table_in_brackets_is_no_parameter(tmp_path):
    path = put(tmp_path, "queries/theme/question.rq", "# What?\nASK { VALUES (?x) { (1) } VALUES (?y ?z) { (1 2) } }")
    assert read(path).parameters == ()


# Asking


def test_a_question_runs_as_it_lies_with_the_example_of_its_file(asking):
    answer = asking("clusters-of-strand")
    assert answer.sparql == QUESTION
    assert [(row.cluster.value, row.clusterLabel.value) for row in answer] == [
        (expand("organisation:mecatech"), "MecaTech")
    ]


def test_a_value_takes_the_place_of_the_example_and_of_nothing_else(asking):
    answer = asking("clusters-of-strand", strand="strand:services")
    term = f"<{expand('strand:services')}>"
    assert answer.sparql == QUESTION.replace("VALUES ?strand { strand:materials }", f"VALUES ?strand {{ {term} }}")
    assert len(answer) == 0


def test_every_block_of_a_parameter_takes_its_value(tmp_path):
    header = "# What?\n#\n# x (xsd:integer): it\n# y (xsd:string): that\n"
    query = "ASK {{ {{ VALUES ?x {{ {0} }} VALUES ?y {{ {1} }} }} UNION {{ VALUES ?x {{ {0} }} }} }}\n"
    question = read(put(tmp_path, "queries/theme/question.rq", header + query.format(1, '"a" "b"')))
    values = {"x": ox.Literal("12345"), "y": ox.Literal('"}')}
    assert question.bind(values) == header + query.format('"12345"', '"\\"}"')


def test_an_ask_and_a_construct_are_answers_too(asking):
    assert (asking("any-strand").result, len(asking("any-strand"))) == (Truth(True), 1)
    assert isinstance(asking("drawing").result, Triples)
    assert {type(triple) for triple in asking("drawing")} == {ox.Triple}


def test_an_unknown_question_is_answered_with_the_nearest(asking):
    with pytest.raises(UnknownQuestion, match=r"'cluster-of-strands'.* clusters-of-strand"):
        asking("cluster-of-strands")
    with pytest.raises(UnknownQuestion, match="`terril questions` lists all"):
        asking("../../etc/passwd")


def test_the_nearest_question_is_found_whatever_the_case(asking):
    with pytest.raises(UnknownQuestion, match="Near to it: clusters-of-strand"):
        asking("CLUSTERS-OF-STRAND")


def test_a_project_without_questions_says_that_it_has_none(tmp_path):
    put(tmp_path, "ontology/terril.ttl", "")
    with pytest.raises(UnknownQuestion, match=r"has none: they are files queries/<theme>/<question>\.rq"):
        ask("clusters", home=tmp_path)


def test_a_question_file_may_begin_with_a_byte_order_mark(tmp_path):
    assert read(put(tmp_path, "queries/theme/question.rq", "\N{ZERO WIDTH NO-BREAK SPACE}" + ANY)).sparql == ANY


def test_an_unknown_parameter_is_answered_with_the_known_ones(asking):
    with pytest.raises(UnknownParameter, match=r"no parameter 'topic'\. Its parameters: strand\."):
        asking("clusters-of-strand", topic="x")
    with pytest.raises(UnknownParameter, match="none"):
        asking("any-strand", topic="x")


def test_a_number_is_asked_for_by_value(asking):
    assert len(asking("older-than", year=2007)) == 1
    assert len(asking("older-than", year="+02006")) == 0


# Values


STRAND = Parameter("strand", expand("terril:StrategicStrand"), {"en": "it"}, ox.NamedNode("a:b"))


@pytest.fixture
def store(project):
    return connect(project / ".terril" / "graph.ttl")


@pytest.mark.parametrize(
    "value",
    [
        f"<{expand('strand:materials')}>",
        expand("strand:materials"),
        "strand:materials",
        "materials",
        " Materials ",
        "MATERIAUX D'AVENIR",
        "Matériaux  d’avenir",
        ox.NamedNode(expand("strand:materials")),
        rdflib.URIRef(expand("strand:materials")),
        ox.Literal("matériaux d'avenir", language="fr"),
    ],
)
def test_a_thing_is_meant_by_iri_curie_local_name_or_label(store, value):
    assert resolve(value, STRAND, store) == ox.NamedNode(expand("strand:materials"))


def test_the_case_of_a_local_name_does_not_matter(store):
    assert resolve("Smart-Maintenance", STRAND, store).value == expand("strand:smart-maintenance")


def test_a_label_that_looks_like_syntax_is_still_a_label(store):
    assert resolve('say "}" # no', STRAND, store).value == expand("strand:odd")


@pytest.mark.parametrize("value", ["organisation:mecatech", "mecatech", expand("organisation:mecatech")])
def test_a_thing_of_another_class_is_refused_with_its_class_and_right_examples(store, value):
    with pytest.raises(BadValue) as caught:
        resolve(value, STRAND, store)
    assert str(caught.value) == (
        "strand: organisation:mecatech is no terril:StrategicStrand but terril:CompetitivenessCluster. Such are: "
        'strand:materials (Materials), strand:odd (say "}" # no), strand:services (services), '
        "strand:smart-maintenance (smart maintenance)."
    )


def test_a_label_of_two_things_is_refused_with_both(store):
    with pytest.raises(BadValue, match=r"'sm' may be any of strand:services, strand:smart-maintenance\."):
        resolve("sm", STRAND, store)


def test_a_local_name_of_two_kinds_means_the_one_of_the_class(store):
    territory = Parameter("place", expand("terril:Territory"), {"en": "it"}, ox.NamedNode("a:b"))
    assert resolve("namur", territory, store).value == expand("territory:namur")


def test_an_unknown_label_is_answered_with_the_nearest(store):
    with pytest.raises(BadValue, match=r"is called 'smart maintenence'\. Near to it: strand:smart-maintenance \("):
        resolve("smart maintenence", STRAND, store)


def test_a_class_without_things_says_so(store):
    event = Parameter("event", expand("terril:Event"), {"en": "it"}, ox.NamedNode("a:b"))
    with pytest.raises(BadValue, match=r"neither describes the class terril:Event nor holds a thing of it"):
        resolve("x", event, store)
    described = ox.Store()
    described.extend(store.graph)
    described.add(ox.Quad(ox.NamedNode(event.kind), ox.NamedNode("a:p"), ox.NamedNode("a:o")))
    with pytest.raises(BadValue, match=r"[Tt]his store holds no terril:Event\. Ask another"):
        resolve("x", event, connect(described))


def test_any_thing_will_do_for_a_parameter_of_any_class(store):
    anything = Parameter("thing", expand("owl:Thing"), {"en": "it"}, ox.NamedNode("a:b"))
    assert resolve("mecatech", anything, store).value == expand("organisation:mecatech")
    with pytest.raises(BadValue, match="strand:nothing"):
        resolve("strand:nothing", anything, store)


@pytest.mark.parametrize(
    "value",
    [
        "x> } INSERT DATA { <a:a> <a:b> <a:c> } #",
        "<a:b> } UNION { ?cluster ?p ?strand",
        "<https://example.org/> } #>",
        "strand:materials } #",
        'x" } #',
        "x\n} #",
        "back\\slash",
        "nul\0",
        "",
        "<>",
        "<",
        ":",
        "strand:",
        "http://",
        "\ud800",
        "?x",
        "_:b",
        "x" * 100_000,
        ox.BlankNode("b"),
        None,
        ["strand:materials"],
    ],
)
def test_a_value_that_tries_to_break_out_is_only_an_unknown_value(store, value):
    with pytest.raises(BadValue) as caught:
        resolve(value, STRAND, store)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


DATATYPES = {
    "integer": ({"42": "42", "+042": "42", "-0": "0", "000": "0", 7: "7"}, ["4.2", "x", "", "1e3", "٤", "1 2", "--1"]),
    "decimal": ({"4.20": "4.2", ".5": "0.5", "-05.0": "-5", "7": "7", "-0.0": "0"}, ["1e3", ".", "1,5", "INF"]),
    "boolean": ({"true": "true", "0": "false", True: "true"}, ["yes", "TRUE", ""]),
    "gYear": ({"2024": "2024", "-0044": "-0044"}, ["24", "02024", "2024-01"]),
    "date": ({"2024-02-29": "2024-02-29", "2024-02-28Z": "2024-02-28Z"}, ["2023-02-29", "2024-13-01", "29/02/2024"]),
    "string": ({'a "b"\n\\\0 } #': 'a "b"\n\\\0 } #', "": ""}, ["\ud800"]),
}


@pytest.mark.parametrize("name", DATATYPES)
def test_a_literal_has_a_lexical_form_of_its_datatype_or_is_refused(store, name):
    good, bad = DATATYPES[name]
    parameter = Parameter("value", expand(f"xsd:{name}"), {"en": "it"}, ox.Literal("x"))
    for value, canonical in good.items():
        literal = resolve(value, parameter, store)
        assert (literal.value, literal.datatype.value) == (canonical, expand(f"xsd:{name}"))
        asked = ox.Store().query(f"SELECT ?x {{ VALUES ?x {{ {literal} }} }}")
        assert [row[0] for row in asked] == [literal]
    for value in bad:
        with pytest.raises(BadValue, match=r"^value: "):
            resolve(value, parameter, store)
