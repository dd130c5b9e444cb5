"""What changed between two graphs: each known change is told once, in its place, and the machine forms are complete."""

import gzip
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import terril
from conftest import ROOT, oxigraph_server, oxigraph_store, terril_server
from slag_valley import project as slag_valley
from terril import changes
from terril.changes import quads, questions, shapes, sides
from terril.changes.moves import moves
from terril.changes.records import Change, Constraint, Difference
from terril.changes.writing import LONGEST, code, escaped
from terril.cli import main
from terril.errors import BadGraph, BadSource, BadValue, EndpointFailed, NotFound, UnknownFormat
from terril.names import ID, INFERRED, ONTOLOGY, PREFIXES, expand

PAIR = [ROOT / "tests" / "changes" / f"{name}.trig" for name in ("before", "after")]
VANGUARD, NAMUR = (Path("data", "wallonia", f"{name}.trig") for name in ("vanguard-profile", "namur-clusters"))
EDITS = {
    "a cluster's label": (NAMUR, '"MecaTech Competitiveness Cluster"', '"MecaTech Cluster"'),
    "a figure": (NAMUR, "terril:value 200 ;", "terril:value 250 ;"),
    "a figure's wording": (NAMUR, 'terril:wording "close to 200"', 'terril:wording "close to 250"'),
    "a new member": (NAMUR, "    organisation:cap-2020 terril:activeIn topic:construction ;",
                     '    organisation:brickworks a terril:Company ; skos:prefLabel "Brickworks"@en ;\n'
                     "        org:memberOf organisation:cap-2020 .\n"
                     "    organisation:cap-2020 terril:activeIn topic:construction ;"),
    "a founder": (NAMUR, "organisation:cap-2020 terril:createdBy organisation:walloon-region ;",
                  "organisation:cap-2020 terril:createdBy organisation:mecatech ;"),
    "a shape": (Path("ontology/shapes/figure.ttl"), "shape:figure-about a sh:PropertyShape ;",
                "shape:figure-about a sh:PropertyShape ;\n    sh:maxCount 9 ;"),
    "a deprecation": (Path("ontology/modules/figure.ttl"), "terril:ShareFigure a owl:Class ;",
                      "terril:ShareFigure a owl:Class ;\n    owl:deprecated true ;"),
    "an axiom": (Path("ontology/modules/figure.ttl"), "terril:RankFigure a owl:Class ;",
                 "terril:RankFigure a owl:Class ;\n    rdfs:subClassOf terril:RatingFigure ;"),
    "a definition": (Path("ontology/modules/figure.ttl"), '"A figure that counts things."',
                     '"A figure that counts things or people."'),
    "a question": (Path("queries/figures/figures-about.rq"), "# Which figures are given about a thing?",
                   "# Which figures does the graph give about a thing?"),
}  # fmt: skip
OLD, NEW = "strand:mecatech-smart-maintenance", "strand:mecatech-clever-maintenance"
DROPPED = re.compile(r"vanguard-profile:0-14 a terril:Passage.*?(?=vanguard-profile:17-43 a)", re.DOTALL)
DEFAULT = ox.DefaultGraph()


@pytest.fixture(scope="module")
def altered(tmp_path_factory, home) -> terril.Home:
    """The project with one change of each kind."""
    folder = tmp_path_factory.mktemp("altered")
    for part in ("ontology", "data", "queries"):
        shutil.copytree(home.path / part, folder / part)
    for file, old, new in EDITS.values():
        path = folder / file
        text = path.read_text("utf-8")
        assert old in text, (file, old)
        path.write_text(text.replace(old, new), "utf-8")
    for path in [*folder.rglob("*.trig"), *folder.rglob("*.ttl"), *folder.rglob("*.rq")]:
        path.write_text(path.read_text("utf-8").replace(OLD, NEW), "utf-8")
    text, count = DROPPED.subn("", (folder / VANGUARD).read_text("utf-8"))
    assert count == 1
    (folder / VANGUARD).write_text(text, "utf-8")
    return terril.Home(folder)


@pytest.fixture(scope="module")
def found(home, altered) -> Difference:
    return terril.diff(home, altered)


def told(changes: tuple[Change, ...], *kinds: str) -> list[str]:
    """The things of changes of these kinds, by their short names."""
    return [terril.names.compact(change.thing.value) for change in changes if change.kind in kinds]


# A project altered in known ways


def test_a_cluster_with_another_label_is_renamed_and_a_strand_with_another_iri_has_moved(found):
    assert told(found.things, "renamed") == ["organisation:mecatech"]
    (move,) = [change.move for change in found.things if change.kind == "moved"]
    assert (move.old.value, move.new.value) == (expand(OLD), expand(NEW))
    assert move.names == (2, 2)
    assert move.facts[0] == move.facts[1] > 2


def test_a_figure_that_moved_is_told_with_its_difference_and_its_passage(found):
    (figure,) = found.figures
    assert figure.thing.value == expand("figure:mecatech-players")
    steps = [(fact.relation.value, fact.triple.object.value) for fact in (*figure.before, *figure.after)]
    assert sorted(steps) == sorted(
        (expand(f"terril:{name}"), value)
        for name, value in (
            ("value", "200"),
            ("wording", "close to 200"),
            ("value", "250"),
            ("wording", "close to 250"),
        )
    )
    assert {source.graph.value for fact in figure.after for source in fact.sources} == {
        f"{PREFIXES['passage']}namur-clusters/502-698"
    }
    assert "value 200 → 250 (+50); wording “close to 200” → “close to 250”" in changes.write(found)


def test_a_new_member_is_one_new_thing_with_its_facts_and_what_a_dropped_passage_alone_says_is_gone(found):
    assert told(found.things, "added") == ["organisation:brickworks"]
    (brickworks,) = [change for change in found.things if change.kind == "added"]
    assert {fact.relation.value for fact in brickworks.after} == set(
        map(expand, ("rdf:type", "skos:prefLabel", "org:memberOf"))
    )
    assert brickworks.type.value == expand("terril:Company")
    assert told(found.things, "removed") == ["membership:wallonia-in-vanguard-initiative"]


def test_another_value_in_the_place_of_the_only_one_is_a_replacement(found):
    (replaced,) = [change for change in found.facts if change.kind == "replaced"]
    assert replaced.before[0].triple.object.value == expand("organisation:walloon-region")
    assert replaced.after[0].triple.object.value == expand("organisation:mecatech")
    assert "CAP 2020 – created by – Walloon Region → MecaTech Cluster" in changes.write(found)


def test_a_fact_that_lost_only_a_passage_still_holds_and_is_told_apart(found):
    member = ox.Triple(*(ox.NamedNode(expand(name)) for name in (
        "organisation:walloon-region", "org:memberOf", "organisation:vanguard-initiative")))  # fmt: skip
    (evidence,) = [change for change in found.facts if change.kind == "evidence" and change.before[0].triple == member]
    assert [source.kind for source in evidence.before[0].sources] == ["reading"]
    assert evidence.after == ()
    assert sorted(told(found.sources, "removed")) == [
        f"passage:vanguard-profile/0-14{ending}" for ending in ("", "-reading")
    ]


def test_terms_and_axioms_of_the_ontology_are_told(found):
    assert told(found.terms, "deprecated") == ["terril:ShareFigure"]
    assert told(found.terms, "changed") == ["terril:CountFigure"]
    assert [(axiom.kind, axiom.axiom) for axiom in found.axioms] == [
        ("added", "SubClassOf(terril:RankFigure terril:RatingFigure)")
    ]
    assert found.axioms[0].sentence["en"] == "Every rank is a rating."
    assert {triple.object.value for triple in found.followed if triple.predicate.value == expand("rdf:type")} >= {
        expand("terril:RatingFigure")
    }


def test_a_shape_that_asks_for_more_is_tighter(found):
    (shape,) = found.shapes
    assert (shape.weight, shape.shape, shape.constraint) == ("tighter", "shape:figure-about", "sh:maxCount")
    assert (shape.before, len(shape.after)) == ((), 1)


def test_questions_that_answer_differently_are_told_with_their_rows(found):
    asked = {each.question.name: each for each in found.questions}
    assert asked["figures-about"].worded
    assert not asked["figures-about"].queried
    figures = asked["approximate-figures"]
    assert [len(rows) for rows in (figures.gone, figures.new)] == [1, 1]
    assert not figures.worded
    assert asked["clusters-of-strand"].queried  # its example is the strand that moved
    assert asked["clusters-of-strand"].gone == asked["clusters-of-strand"].new == ()
    assert "strands-of-cluster" not in asked  # the same strands, one under another address


def test_every_triple_that_changed_is_told_exactly_once(found):
    """Of triples about things with names; parts of axioms are told as axioms."""
    addresses = {change.move.old: change.move.new for change in found.things if change.move}
    gone, new = ({moved(quad, addresses) for quad in found.removed}, set(found.added))
    changed = {quad.triple for quad in gone ^ new}
    parts = (*found.things, *found.facts, *found.figures, *found.terms, *found.sources)
    said = Counter(
        fact.triple for change in parts for fact in {f.triple: f for f in (*change.before, *change.after)}.values()
    )
    said.update((*found.followed, *found.unfollowed))
    axiom = {triple for triple in changed if triple.predicate.value == expand("rdfs:subClassOf")}
    assert changed - set(said) == axiom
    assert {triple: n for triple, n in said.items() if n > 1} == {}
    assert set(said) <= changed


def moved(quad: ox.Quad, addresses: dict) -> ox.Quad:
    return ox.Quad(*(addresses.get(term, term) for term in (*quad.triple, quad.graph_name)))


def test_the_comparison_backwards_tells_the_same_backwards(found, home, altered):
    back = terril.diff(altered.path, home.path)
    assert (back.removed, back.added) == (found.added, found.removed)
    turned = {"added": "removed", "removed": "added", "deprecated": "restored"}
    for part in ("things", "facts", "figures", "terms", "sources"):
        forth = Counter(turned.get(each.kind, each.kind) for each in getattr(found, part))
        assert Counter(each.kind for each in getattr(back, part)) == forth
    assert {(m.move.new, m.move.old, m.move.names, m.move.facts) for m in back.things if m.move} == {
        (m.move.old, m.move.new, m.move.names, m.move.facts) for m in found.things if m.move
    }
    assert [each.weight for each in back.shapes] == ["looser"]
    assert [(a.gone, a.new) for a in back.questions if a.question.name == "approximate-figures"] == [
        (a.new, a.gone) for a in found.questions if a.question.name == "approximate-figures"
    ]


# Complete for machines


def graph_of(side: Path | ox.Store) -> set[bytes]:
    with sides.opened(side) as opened:
        return set(opened.lines())


def parsed(lines: list[str]) -> set[bytes]:
    return {str(quad).encode() for quad in ox.parse("\n".join(lines), format=ox.RdfFormat.N_QUADS)}


def from_turtle(text: str) -> tuple[set[bytes], set[bytes]]:
    """The quads that changesets remove and add."""
    facts: dict[object, dict[str, object]] = {}
    for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
        facts.setdefault(triple.subject, {})[triple.predicate.value] = triple.object
    changed = {expand(f"cs:{how}"): set() for how in ("removal", "addition")}
    for triple in ox.parse(text, format=ox.RdfFormat.TURTLE):
        if triple.predicate.value in changed:
            told = facts[triple.object]
            terms = [told[expand(f"rdf:{name}")] for name in ("subject", "predicate", "object")]
            quad = ox.Quad(*terms, told.get(expand("dcterms:isPartOf"), DEFAULT))
            changed[triple.predicate.value].add(str(quad).encode())
    return changed[expand("cs:removal")], changed[expand("cs:addition")]


def from_patch(text: str) -> tuple[set[bytes], set[bytes]]:
    head, begin, *rows, end = text.splitlines()
    assert (head[:9], begin, end) == ("H id <uui", "TX .", "TC .")
    return tuple(parsed([row[2:] for row in rows if row.startswith(how)]) for how in ("D ", "A "))


@pytest.fixture(scope="module")
def both(home, altered) -> tuple[set[bytes], set[bytes]]:
    return graph_of(home.path), graph_of(altered.path)


@pytest.mark.parametrize("form", ["json", "turtle", "patch"])
def test_what_machines_get_turns_the_first_graph_into_the_second(found, both, form):
    text = changes.write(found, form)
    document = json.loads(text) if form == "json" else None
    gone, new = (
        (parsed(document["removed"]), parsed(document["added"]))
        if document
        else from_turtle(text)
        if form == "turtle"
        else from_patch(text)
    )
    before, after = both
    assert gone <= before
    assert (before - gone) | new == after


def test_json_has_every_part_and_says_what_it_says_in_words(found):
    document = changes.as_json(found, "fr")
    parts = {field.name for field in fields(Difference)} - {"labels"}
    assert set(document) == parts | {"same"}
    assert json.loads(changes.write(found, "json", lang="fr")) == json.loads(json.dumps(document))
    (figure,) = document["figures"]
    assert figure["before"][0]["sources"][0]["gist"]


def test_changesets_say_why(found):
    reasons = [line for line in changes.write(found, "turtle").splitlines() if "cs:changeReason" in line]
    assert any("value 200 → 250 (+50)" in line for line in reasons)
    assert f"{NEW} dcterms:replaces {OLD}" in changes.write(found, "turtle")


def test_the_same_comparison_gives_the_same_bytes(found, home, altered):
    again = terril.diff(home.path, altered.path)
    for form in changes.FORMATS:
        assert changes.write(again, form) == changes.write(found, form)


# Markdown for people


def test_markdown_tells_each_part_under_its_heading_in_both_languages(found):
    for lang, headings in (
        ("en", "Things, Facts, Figures, Ontology, Sources, What follows by rules, Shapes, Questions"),
        ("fr", "Choses, Faits, Chiffres, Ontologie, Sources, Ce que les règles en tirent, Formes, Questions"),
    ):
        lines = changes.write(found, lang=lang).splitlines()
        found_there = [re.sub(r" \(\d+\)$", "", line[3:]) for line in lines if line.startswith("## ")]
        assert ", ".join(found_there) == headings


def test_a_limit_leaves_out_changes_and_says_how_many(found):
    text = changes.write(found, limit=1)
    assert f"- … and {len(found.sources) - 1} more" in text
    assert text.count("\n- **") < changes.write(found).count("\n- **")
    assert changes.write(found, limit=0).count("\n- **") == 0


def test_what_is_too_long_for_a_comment_is_cut_by_whole_changes(monkeypatch, found):
    monkeypatch.setattr("terril.changes.writing.LONGEST", 4000)
    text = changes.write(found, limit=1000)
    assert 1000 < len(text) <= 4000
    assert "… and" in text


@pytest.mark.slow
def test_a_great_difference_fits_into_a_comment(home):
    text = changes.write(terril.diff(home.path, PAIR[0]), limit=100_000)
    assert 1000 < len(text) <= LONGEST


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a*b_c`d", r"a\*b\_c\`d"),
        ("<b>|[x](y)", r"\<b\>\|\[x\](y)"),
        ("@who #12 a@b", "@<!-- -->who #<!-- -->12 a@<!-- -->b"),
        ("a\\b & ~c~", r"a\\b \& \~c\~"),
        ("no. 4 - x", "no. 4 - x"),
        (":smile: a:b :white_check_mark: gh-7", r":<!-- -->smile: a:b :<!-- -->white\_check\_mark: gh-<!-- -->7"),
        ("$x$", "<span>$</span>x<span>$</span>"),
    ],
)
def test_what_markdown_would_take_for_marks_is_text(text, shown):
    assert escaped(text) == shown


def test_code_is_set_off_whatever_backquotes_it_holds():
    assert code("a`b") == "``a`b``"
    assert code("`a") == "`` `a ``"
    assert code("a\nb\x1b") == "`a b�`"


def test_long_constraints_are_cut_and_of_long_lists_what_changed_is_shown():
    before, after = ((*(f'"{n}"' for n in range(99)), f'"{end}"') for end in "ab")
    found = Difference("a", "b", shapes=(
        Constraint("changed", "<urn:s>", "", "sh:in", before, after),
        Constraint("changed", "<urn:s>", "", "sh:select", ("x" * 9999 + "a",), ("x" * 9999 + "b",)),
    ))  # fmt: skip
    lines = changes.write(found).splitlines()
    assert '- **Changed:** `<urn:s>`: `sh:in` …, `"a"` → …, `"b"`' in lines
    assert f"`sh:select` `…{'x' * 40}a` → `…{'x' * 40}b`" in lines[-1]
    assert max(map(len, lines)) < 1000


def test_hostile_labels_stay_within_their_line(tmp_path):
    evil = "x\n# heading | <script> ![i](u) @admin \x1b[31m ‮"
    store = ox.Store()
    thing, name = ox.NamedNode(f"{ID}organisation/evil"), ox.NamedNode(expand("skos:prefLabel"))
    store.add(ox.Quad(thing, name, ox.Literal(evil, language="en")))
    text = changes.write(terril.diff(ox.Store(), store))
    (line,) = [line for line in text.splitlines() if "heading" in line]
    assert line.startswith("- **Added:** x # heading")
    assert "<script>" not in line
    assert "@admin" not in line
    assert not re.search("[\x1b‮]", text)


# Same graphs


@pytest.mark.parametrize("side", ["file", "project", "store"])
def test_a_graph_compared_with_itself_has_not_changed(home, side):
    at = {"file": PAIR[0], "project": home.path, "store": terril.connect(home=home).graph}[side]
    same = terril.diff(at, at)
    assert same.is_same
    assert "Nothing changed." in changes.write(same)
    for form in ("json", "turtle", "patch"):
        assert changes.write(same, form)
    assert Difference(same.before, same.after, notes=same.notes) == same


@pytest.mark.slow
def test_a_release_is_the_project_that_it_was_made_of_with_its_shapes_and_questions(home, altered, tmp_path):
    terril.release(tmp_path / "rel", home=home)
    with sides.opened(tmp_path / "rel") as side:
        assert side.shapes is not None
        assert {name: (q.text, q.sparql, q.theme, q.parameters) for name, q in side.questions.items()} == {
            name: (q.text, q.sparql, q.theme, q.parameters) for name, q in terril.questions(home=home).items()
        }
    same = terril.diff(tmp_path / "rel", home.path)
    assert same.is_same
    assert same.notes == ()


@pytest.mark.slow
def test_a_release_tells_what_changed_since_another(tmp_path, monkeypatch):
    old = slag_valley(tmp_path / "old")
    new = slag_valley(tmp_path / "new")
    path = new.path / "data" / "valley" / "slag-valley.trig"
    path.write_text(path.read_text("utf-8").replace('"Slag Valley"@en', '"Valley of Slag"@en'), "utf-8")
    terril.release(tmp_path / "rel-1", home=old)
    assert not (tmp_path / "rel-1" / "changes.md").exists()
    terril.release(tmp_path / "rel-2", home=new, since=tmp_path / "rel-1")
    text = (tmp_path / "rel-2" / "changes.md").read_text("utf-8")
    assert text.startswith("# What changed from `rel-1` to `rel-2`\n")
    assert "**Renamed:** “Slag Valley” → “Valley of Slag”" in text
    gone, new_quads = from_patch((tmp_path / "rel-2" / "changes.rdfp").read_text("utf-8"))
    assert (graph_of(tmp_path / "rel-1") - gone) | new_quads == graph_of(tmp_path / "rel-2")
    assert from_turtle((tmp_path / "rel-2" / "changes.ttl").read_text("utf-8")) == (gone, new_quads)
    monkeypatch.chdir(tmp_path / "rel-1")
    terril.release(tmp_path / "rel-2", home=new, since=".")
    assert (tmp_path / "rel-2" / "changes.md").read_text("utf-8") == text
    readme = (tmp_path / "rel-2" / "README.md").read_text("utf-8")
    sums = (tmp_path / "rel-2" / "SHA256SUMS").read_text("utf-8")
    for name in ("changes.md", "changes.json", "changes.ttl", "changes.rdfp", "shapes.ttl", "questions.ttl"):
        assert f"`{name}`" in readme
        assert f"  {name}\n" in sums


def test_blank_nodes_under_other_names_and_in_another_order_are_no_change():
    text = "[] <urn:p> [ <urn:q> 1 ] ; <urn:r> ( 1 2 [ <urn:q> 2 ] ) . <urn:a> <urn:p> <urn:b> , [ <urn:q> 3 ] ."
    one, two = ox.Store(), ox.Store()
    one.load(text, format=ox.RdfFormat.TURTLE)
    two.bulk_extend(reversed(list(ox.parse(ox.serialize(one, format=ox.RdfFormat.N_QUADS), ox.RdfFormat.N_QUADS))))
    assert terril.diff(one, two).is_same


def test_one_more_blank_node_leaves_the_names_of_the_others_alone():
    one, two = ox.Store(), ox.Store()
    text = "".join(f"<urn:a{n}> <urn:p> [ <urn:q> {n} ] ." for n in range(9))
    one.load(text, format=ox.RdfFormat.TURTLE)
    two.load(text + "<urn:b> <urn:p> [ <urn:q> 99 ] .", format=ox.RdfFormat.TURTLE)
    found = terril.diff(one, two)
    assert (len(found.removed), len(found.added)) == (0, 2)


def woven(kind: str, count: int) -> list[ox.Quad]:
    """Blank nodes that are hard to tell apart."""
    nodes = [ox.BlankNode() for _ in range(count)]
    ends = {
        "clique": [(one, other) for one in nodes for other in nodes if one != other],
        "ring": [(nodes[n - 1], nodes[n]) for n in range(count)],
        "list": [*pairwise(nodes)],
        "star": [(nodes[0], other) for other in nodes[1:]],
        "tree": [(nodes[(n - 1) // 9], nodes[n]) for n in range(1, count)],
    }[kind]
    found = [ox.Quad(one, ox.NamedNode("urn:p"), other) for one, other in ends]
    return found if count % 2 else found[::-1]


@pytest.mark.parametrize(("kind", "count"), [("clique", 13), ("ring", 120), ("list", 120), ("star", 301), ("tree", 91)])
def test_blank_nodes_that_are_hard_to_tell_apart_are_compared_in_good_time(kind, count):
    one, other = woven(kind, count), woven(kind, count)
    assert set(quads.lines(one)) == set(quads.lines(other[::-1]))
    assert len(set(quads.lines(one))) == len(one)
    assert set(quads.lines(one)) != set(quads.lines([*one[1:], ox.Quad(one[0].subject, TERMS[0], one[0].object)]))


# Any two graphs

TERMS = [ox.NamedNode(f"urn:{name}") for name in "abcd"]
RELATIONS = [ox.NamedNode(expand(name)) for name in ("skos:prefLabel", "rdf:type", "terril:value", "terril:hasStrand")]
OBJECTS = [*TERMS, ox.Literal(1), ox.Literal(2), ox.Literal("x", language="en"), ox.BlankNode("n"), ox.BlankNode("m")]
GRAPHS = [DEFAULT, ox.NamedNode(INFERRED), ox.NamedNode(ONTOLOGY), ox.NamedNode("urn:passage")]
QUADS = st.builds(
    ox.Quad,
    st.sampled_from([*TERMS, ox.BlankNode("n")]),
    st.sampled_from(RELATIONS),
    st.sampled_from(OBJECTS),
    st.sampled_from(GRAPHS),
)


def a_store(found: list[ox.Quad]) -> ox.Store:
    store = ox.Store()
    store.extend(found)
    return store


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(QUADS, max_size=12), st.lists(QUADS, max_size=12))
def test_of_any_two_graphs_the_difference_leads_from_one_to_the_other_and_mirrors(one, two):
    before, after = quads.lines(one), quads.lines(two)
    ours, theirs = set(before), set(after)
    gone, new = quads.differences(iter(ours), iter(theirs))
    as_lines = [{str(quad).encode() for quad in side} for side in (gone, new)]
    assert (ours - as_lines[0]) | as_lines[1] == theirs
    assert as_lines[0] <= ours
    assert quads.differences(iter(theirs), iter(ours)) == (new, gone)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(QUADS, max_size=10), st.lists(QUADS, max_size=10))
def test_of_any_two_graphs_all_is_told_and_mirrored(nothing_asked, one, two):
    forth, back = (terril.diff(*pair) for pair in ((a_store(one), a_store(two)), (a_store(two), a_store(one))))
    assert (forth.removed, forth.added) == (back.added, back.removed)
    assert forth.is_same == (not forth.removed and not forth.added)
    for form in changes.FORMATS:
        assert changes.write(forth, form)
    assert from_patch(changes.as_patch(forth)) == from_turtle(changes.write(forth, "turtle"))
    turned = {"added": "removed", "removed": "added", "deprecated": "restored"}
    for part in ("things", "facts", "figures", "terms", "sources"):
        kinds = Counter(
            (turned.get(c.kind, c.kind), str((c.move and c.move.old) or c.thing)) for c in getattr(forth, part)
        )
        assert Counter((c.kind, str(c.thing)) for c in getattr(back, part)) == kinds


@pytest.fixture(scope="module")
def nothing_asked() -> Iterator[None]:
    """Questions take a second, and are not what is looked at."""
    patch = pytest.MonkeyPatch()
    patch.setattr("terril.catalogue.questions", lambda **_: {})
    yield
    patch.undo()


# Things that moved


def things(prefix: str, count: int, name: str = "thing {}") -> ox.Store:
    """So many things of one kind in a row, each linked to the next."""
    store, kind = ox.Store(), ox.NamedNode("urn:Kind")
    for n in range(count):
        here, there = (ox.NamedNode(f"urn:{prefix}{number}") for number in (n, n + 1))
        store.add(ox.Quad(here, ox.NamedNode(expand("rdf:type")), kind))
        store.add(ox.Quad(here, ox.NamedNode(expand("skos:prefLabel")), ox.Literal(name.format(n), language="en")))
        store.add(ox.Quad(here, ox.NamedNode("urn:next"), there))
        store.add(ox.Quad(here, ox.NamedNode("urn:size"), ox.Literal(n)))
        store.add(ox.Quad(here, ox.NamedNode("urn:place"), ox.NamedNode("urn:town")))
    return store


def test_neighbours_that_all_moved_are_recognised_together():
    found = moves(list(things("a", 5)), list(things("b", 5)), things("a", 5), things("b", 5))
    assert [(move.old.value, move.new.value) for move in found] == [(f"urn:a{n}", f"urn:b{n}") for n in range(5)]


def test_of_two_that_are_alike_none_is_taken_for_the_other():
    old, new = things("a", 1), things("b", 1)
    for quad in list(new):
        new.add(ox.Quad(ox.NamedNode("urn:c0"), quad.predicate, quad.object))
    assert moves(list(old), list(new), old, new) == []


def test_another_kind_or_other_facts_make_another_thing():
    old, new = things("a", 1), things("b", 1)
    (typed,) = new.quads_for_pattern(None, ox.NamedNode(expand("rdf:type")), None)
    new.remove(typed)
    new.add(ox.Quad(typed.subject, typed.predicate, ox.NamedNode("urn:Other")))
    assert moves(list(old), list(new), old, new) == []
    other = ox.Store()
    for quad in things("b", 1):
        is_fact = quad.predicate.value.startswith("urn:")
        other.add(ox.Quad(quad.subject, quad.predicate, ox.Literal("else") if is_fact else quad.object))
    assert moves(list(old), list(other), old, other) == []


def test_many_namesakes_do_not_make_it_quadratic():
    old, new = things("a", 3000, "one name"), things("b", 3000, "one name")
    assert moves(list(old), list(new), old, new) == []


def test_a_passage_that_moved_with_the_text_before_it_takes_its_facts_along(tmp_path):
    text = PAIR[0].read_text("utf-8")
    shifted = text.replace("slag:42-80", "slag:52-90").replace("start 42 ; terril:end 80", "start 52 ; terril:end 90")
    (tmp_path / "shifted.trig").write_text(shifted, "utf-8")
    found = terril.diff(PAIR[0], tmp_path / "shifted.trig")
    assert told(found.sources, "moved", "added", "removed") == ["passage:slag-news/52-90"]
    assert found.facts == found.figures == found.things == ()


# Shapes


def shape(constraints: str) -> ox.Store:
    store = ox.Store()
    prefixes = "".join(f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("sh", "xsd", "shape", "terril"))
    store.load(f"{prefixes}shape:s a sh:NodeShape ; {constraints} .", format=ox.RdfFormat.TURTLE)
    return store


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sh:property [ sh:path terril:a ; sh:minCount 1 ]", "sh:property [ sh:path terril:a ; sh:minCount 2 ]"),
        ("sh:property [ sh:path terril:a ]", "sh:property [ sh:path terril:a ; sh:minCount 1 ]"),
        ("sh:property [ sh:path terril:a ; sh:maxCount 10 ]", "sh:property [ sh:path terril:a ; sh:maxCount 9 ]"),
        ("sh:property [ sh:path terril:a ]", "sh:property [ sh:path terril:a ; sh:maxCount 1 ]"),
        ("sh:in ( 1 2 3 )", "sh:in ( 3 1 )"),
        ("sh:or ( [ sh:datatype xsd:integer ] [ sh:datatype xsd:date ] )", "sh:or ( [ sh:datatype xsd:date ] )"),
        ("sh:name 'a'", "sh:name 'a' ; sh:class terril:A"),
        ("sh:severity sh:Warning", "sh:severity sh:Violation"),
        ("sh:severity sh:Warning", "sh:nodeKind sh:IRI"),
        ("sh:deactivated true", "sh:deactivated false"),
        ("sh:minInclusive 1.5", "sh:minInclusive 2"),
        ("sh:targetClass terril:A", "sh:targetClass terril:A , terril:B"),
        ("sh:closed false", "sh:closed true"),
        ("sh:closed true ; sh:ignoredProperties ( terril:a )", "sh:closed true"),
        ("sh:and ( [ sh:class terril:A ] )", "sh:and ( [ sh:class terril:A ] [ sh:class terril:B ] )"),
    ],
)
def test_what_asks_for_more_is_tighter_and_back_again_looser(before, after):
    assert {each.weight for each in shapes.changed(shape(before), shape(after))} == {"tighter"}
    assert {each.weight for each in shapes.changed(shape(after), shape(before))} == {"looser"}


@pytest.mark.parametrize(
    ("before", "after", "weight"),
    [
        ("sh:message 'a'", "sh:message 'b'", "reworded"),
        ("sh:pattern 'a'", "sh:pattern 'b'", "changed"),
        ("sh:in ( 1 2 )", "sh:in ( 2 3 )", "changed"),
        ("sh:datatype xsd:integer", "sh:datatype xsd:date", "changed"),
        ("sh:minInclusive 'x'", "sh:minInclusive 'y'", "changed"),
        ("sh:minInclusive 'NaN'^^xsd:double", "sh:minInclusive 1", "changed"),
        ("sh:closed true", "sh:closed true ; sh:minCount 0", "changed"),
        ("sh:pattern 'a'", "sh:pattern 'a' ; sh:flags 'i'", "changed"),
        ("sh:name 'a'", "sh:name 'a' ; <urn:source> 'x'", "changed"),
        ("sh:in ()", "sh:in ( 1 )", "changed"),
    ],
)
def test_what_is_neither_is_only_other_both_ways(before, after, weight):
    assert [each.weight for each in shapes.changed(shape(before), shape(after))] == [weight]
    assert [each.weight for each in shapes.changed(shape(after), shape(before))] == [weight]


def test_shapes_that_only_one_side_has_are_one_change_each():
    both = shape("sh:name 'a'")
    both.load(
        b"@prefix sh: <http://www.w3.org/ns/shacl#> . <urn:t> a sh:NodeShape ; sh:name 'b' .",
        format=ox.RdfFormat.TURTLE,
    )
    (new,) = shapes.changed(shape("sh:name 'a'"), both)
    assert (new.weight, new.shape, new.constraint) == ("tighter", "<urn:t>", "")
    assert [each.weight for each in shapes.changed(both, shape("sh:name 'a'"))] == ["looser"]


def test_blank_nodes_and_order_are_no_change_of_shapes():
    text = "sh:property [ sh:path terril:a ; sh:minCount 1 ] , [ sh:path terril:b ; sh:in ( 1 2 ) ]"
    turned = "sh:property [ sh:in ( 1 2 ) ; sh:path terril:b ] , [ sh:minCount 1 ; sh:path terril:a ]"
    assert shapes.changed(shape(text), shape(turned)) == ()


def test_of_two_property_shapes_on_one_path_each_keeps_its_own_constraints():
    text = "sh:property [ sh:path terril:a ; sh:class terril:A {} ] , [ sh:path terril:a ; sh:class terril:B {} ]"
    weak = "; sh:severity sh:Warning"
    (told,) = shapes.changed(shape(text.format(weak, "")), shape(text.format("", weak)))
    assert (told.place, told.constraint, len(told.before), len(told.after)) == ("terril:a", "sh:property", 2, 2)
    assert set(told.before).isdisjoint(told.after)


@pytest.mark.parametrize(
    ("text", "shapes_told"),
    [
        ("sh:sparql shape:c . shape:c a sh:SPARQLConstraint ; sh:select '{}'", ["shape:c"]),
        ("sh:node shape:t . shape:t sh:class <urn:{}>", ["shape:t"]),
        ("sh:name 'a' . [] a sh:NodeShape ; sh:class <urn:{}>",
         ["[ rdf:type sh:NodeShape ; sh:class <urn:a> ]", "[ rdf:type sh:NodeShape ; sh:class <urn:b> ]"]),
    ],
    ids=["a constraint with a name", "a shape without a type", "a shape without a name"],
)  # fmt: skip
def test_what_is_no_shape_with_name_and_type_is_compared_as_well(text, shapes_told):
    assert [each.shape for each in shapes.changed(shape(text.format("a")), shape(text.format("b")))] == shapes_told


def test_shapes_in_circles_or_woven_together_are_written_in_good_time():
    circle = "sh:property _:a . _:a sh:path terril:a ; sh:property _:a , _:b . _:b sh:path terril:b ; sh:property _:a"
    assert shapes.changed(shape(circle), shape(circle)) == ()
    woven = "sh:node _:n0 . " + " . ".join(f"_:n{n} sh:node _:n{n + 1} ; sh:not _:n{n + 1}" for n in range(30))
    ends = [shape(f"{woven} . _:n30 sh:class <urn:{name}>") for name in "ab"]
    (told,) = shapes.changed(*ends)
    assert told.constraint == "sh:node"


def test_a_shape_in_two_graphs_of_a_file_is_one():
    both = shape("sh:in ( 1 2 )")
    both.bulk_extend([ox.Quad(*quad.triple, ox.NamedNode("urn:g")) for quad in list(both)])
    assert shapes.changed(shape("sh:in ( 1 2 )"), both) == ()


def test_shapes_are_compared_if_a_graph_file_holds_them_and_else_that_is_said(tmp_path):
    for name, least in (("one", 1), ("two", 2)):
        (tmp_path / f"{name}.nq").write_text(
            ox.serialize(shape(f"sh:minCount {least}"), format=ox.RdfFormat.N_QUADS).decode()
        )
    found = terril.diff(tmp_path / "one.nq", tmp_path / "two.nq")
    assert [each.weight for each in found.shapes] == ["tighter"]
    assert [kind for kind, _ in found.notes] == ["questions"]
    lacking = terril.diff(tmp_path / "one.nq", PAIR[0])
    assert ("shapes", (str(PAIR[0]),)) in lacking.notes
    assert f"Shapes were not compared: there are none in {escaped(str(PAIR[0]))}." in changes.write(lacking)


# Endpoints


def test_an_endpoint_that_holds_a_graph_is_that_graph(home):
    graph = terril.pipeline.ensure(home)
    with oxigraph_server(graph) as address:
        found = terril.diff(graph, address)
    assert (found.removed, found.added) == ((), ())
    assert found.questions == ()


def test_a_store_that_terril_loaded_and_somebody_changed_tells_the_change(tmp_path):
    with oxigraph_store() as url:
        terril.push(url, at=PAIR[0])
        assert terril.diff(PAIR[0], url).is_same
        terril.push(url, at=PAIR[1])
        found = terril.diff(terril.Endpoint(f"{url}/query", timeout=60), PAIR[0])
    assert told(found.figures, "changed") == ["figure:slagworks-members"]
    assert told(found.things, "removed") == ["strand:glass"]


def test_a_server_of_ours_is_a_side(home):
    graph = terril.pipeline.ensure(home)
    with terril_server("--workers", "1") as address:
        assert not terril.diff(f"{address}sparql", graph).removed


# Bad input


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, words)])


def test_what_is_no_side_is_named_in_a_sentence(tmp_path):
    (tmp_path / "empty.nq").write_text("")
    (tmp_path / "binary.nq").write_bytes(bytes(range(256)))
    (tmp_path / "page.ttl").write_text("<!doctype html>")
    (tmp_path / "folder").mkdir()
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "graph.nq.gz").write_bytes(b"\x1f\x8b\x08")
    cases = {
        "nowhere.nq": "There is no graph file",
        "empty.nq": "is empty",
        "binary.nq": "this is no N-Quads",
        "page.ttl": "this is no Turtle",
        "folder": "neither a project, with ontology/terril.ttl, nor a release",
        "half": "damaged or cut short",
    }
    for name, says in cases.items():
        for words in ((tmp_path / name, PAIR[0]), (PAIR[0], tmp_path / name)):
            done = run(*words)
            assert (done.exit_code, done.stdout) == (1, ""), name
            assert says in done.stderr
            assert name in done.stderr


def test_a_release_with_damaged_shapes_or_questions_is_told_so(tmp_path):
    ox.serialize(ox.parse(path=PAIR[0]), tmp_path / "graph.nq", format=ox.RdfFormat.N_QUADS)
    (tmp_path / "graph.nq.gz").write_bytes(gzip.compress((tmp_path / "graph.nq").read_bytes()))
    for name in ("shapes.ttl", "questions.ttl"):
        (tmp_path / name).write_text("<a> <b")
        with pytest.raises(BadSource, match=r"shapes\.ttl|The questions are no Turtle"):
            terril.diff(tmp_path, PAIR[0])
        (tmp_path / name).unlink()
    assert terril.diff(tmp_path, PAIR[0]).is_same


@pytest.mark.parametrize(
    ("side", "error"),
    [
        ("http://127.0.0.1:9/sparql", EndpointFailed),
        ("ftp://example.org/graph.nq", NotFound),
        ("", NotFound),
        ("x" * 5000, NotFound),
        (None, BadValue),
        (ROOT / "tests", BadGraph),
    ],
    ids=["down", "ftp", "empty", "long", "none", "folder"],
)
def test_what_cannot_be_opened_is_an_error_of_its_kind(side, error):
    for pair in ((side, PAIR[0]), (PAIR[0], side)):
        with pytest.raises(error):
            terril.diff(*pair)


def test_an_ontology_without_words_for_its_axioms_is_told_as_triples():
    one, two = ox.Store(), ox.Store()
    prefixes = "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    one.load(f"{prefixes} <urn:A> a owl:Class .", format=ox.RdfFormat.TURTLE)
    two.load(f"{prefixes} <urn:A> a owl:Class ; owl:hasKey ( <urn:p> ) .", format=ox.RdfFormat.TURTLE)
    found = terril.diff(one, two)
    assert "axioms" in dict(found.notes)
    assert told(found.terms, "changed") == ["urn:A"]


def graph(text: str) -> ox.Store:
    """A graph in Turtle, with the prefixes of the package."""
    store = ox.Store()
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    store.load(prefixes + text, format=ox.RdfFormat.TURTLE)
    return store


def test_a_term_that_is_said_not_to_be_deprecated_was_not_restored(nothing_asked):
    plain, denied, gone = (graph(f"terril:A a owl:Class {more} .") for more in ("", *(
        f"; owl:deprecated {value}" for value in ("false", "true"))))  # fmt: skip
    for one, two, kind in (
        (plain, denied, "changed"), (denied, plain, "changed"), (denied, gone, "deprecated"), (gone, plain, "restored")
    ):  # fmt: skip
        assert [change.kind for change in terril.diff(one, two).terms] == [kind]
    assert "owl:deprecated + false" in changes.write(terril.diff(plain, denied))


def test_a_figure_that_is_new_gone_renamed_or_at_another_address_stands_among_the_figures(nothing_asked):
    text = 'figure:{} a terril:CountFigure ; skos:prefLabel "{}"@en ; terril:value 1 ; terril:wording "one"@en .'
    one, other, elsewhere = (graph(text.format(*parts)) for parts in (("a", "A"), ("a", "B"), ("c", "A")))
    for before, after, kind in (
        (one, other, "renamed"), (one, elsewhere, "moved"), (graph(""), one, "added"), (one, graph(""), "removed")
    ):  # fmt: skip
        found = terril.diff(before, after)
        assert [change.kind for change in found.figures] == [kind]
        assert found.things == found.facts == ()


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"A"@en', '"A"@en-GB', "**Renamed:** “A” → “A” \\[en-gb\\] (`urn:a`)"),
        ('"A"', '"A"@en', '**Renamed:** "A" → "A"@<!-- -->en (`urn:a`)'),
        (f'"{"x" * 999}a"', f'"{"x" * 999}b"', f'**Renamed:** …{"x" * 40}a" → …{"x" * 40}b" (`urn:a`)'),
    ],
    ids=["a narrower language", "a language", "the end of a long text"],
)
def test_names_that_look_alike_are_told_apart(nothing_asked, before, after, says):
    found = terril.diff(*(graph(f"<urn:a> skos:prefLabel {name} .") for name in (before, after)))
    assert f"- {says}" in changes.write(found).splitlines()


def test_things_of_one_name_are_told_apart(nothing_asked):
    text = "<urn:b> skos:prefLabel 'B' . <urn:c> skos:prefLabel 'B' . <urn:a> terril:hasStrand <urn:{}> ."
    found = terril.diff(graph(text.format("b")), graph(text.format("c")))
    assert "has strand – \\<urn:b\\> → \\<urn:c\\>" in changes.write(found)


def test_another_spelling_of_a_number_is_a_change_though_stores_take_both_for_one(tmp_path):
    for name, value in (("one", "1.50"), ("two", "1.5")):
        (tmp_path / f"{name}.ttl").write_text(f"<urn:a> <urn:p> {value} .")
    found = terril.diff(tmp_path / "one.ttl", tmp_path / "two.ttl")
    assert [(each.kind, each.before[0].triple.object.value) for each in found.facts] == [("replaced", "1.50")]


def test_a_question_that_neither_side_can_answer_is_no_change():
    asked = {
        "bad": terril.Question(
            "bad", {"en": "What?"}, "x", (), "SELECT ?x { SERVICE <urn:x> { ?x ?y ?z } }", Path("bad.rq")
        )
    }
    store = terril.Embedded(ox.Store())
    assert list(questions.changed(asked, asked, store, store, {})) == []
    good = {"bad": replace(asked["bad"], sparql="SELECT ?x { ?x ?y ?z }")}
    (told,) = questions.changed(asked, good, store, store, {})
    assert (told.queried, told.worded) == (True, False)
    assert "SERVICE" in told.failed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": {"en": "Who?", "fr": "Quoi ?"}}, "“Who?”; its wording was “What?”"),
        ({"text": {"en": "What?", "fr": "Qui ?"}}, "“What?”; its wording in fr was “Quoi ?” and is “Qui ?”"),
        ({"text": {"en": "What?"}}, "“What?”; its wording in fr was “Quoi ?” and is none"),
        ({"theme": "y"}, "“What?”; its theme was `x` and is `y`"),
        ({"sparql": "# Why?\nASK { ?a ?b ?c }"}, "“What?”; its query or its parameters changed"),
    ],
)
def test_a_question_is_told_to_have_changed_where_it_has(change, says):
    was = terril.Question("q", {"en": "What?", "fr": "Quoi ?"}, "x", (), "ASK { ?s ?p ?o }", Path("q.rq"))
    store = terril.Embedded(ox.Store())
    (asked,) = questions.changed({"q": was}, {"q": replace(was, **change)}, store, store, {})
    found = Difference("a", "b", questions=(asked,))
    assert f"**Changed:** `q`, {says}" in changes.write(found).splitlines()


def test_unknown_formats_and_limits_are_refused(found):
    with pytest.raises(UnknownFormat, match="markdown, json, turtle, patch"):
        changes.write(found, "html")
    with pytest.raises(BadValue, match="limit"):
        changes.write(found, limit=-1)


# The command


def test_the_command_prints_what_the_function_writes_and_its_exit_code_tells_whether_something_changed():
    found = terril.diff(str(PAIR[0]), str(PAIR[1]))
    for form in changes.FORMATS:
        done = run(*PAIR, "--format", form)
        assert (done.exit_code, done.stderr) == (1, "")
        assert done.stdout == changes.write(found, form)
    assert run(PAIR[0], PAIR[0]).exit_code == 0
    assert "Rien n’a changé." in run(PAIR[0], PAIR[0], "--lang", "fr").stdout
    assert run(PAIR[0]).exit_code == 2
    assert run(*PAIR, "--format", "html").exit_code == 2
    assert set(changes.FORMATS) == set(next(o for o in main.commands["diff"].params if o.name == "format").type.choices)


def test_credentials_go_to_endpoints_and_not_to_two_hosts():
    assert run(*PAIR, "--token", "x").exit_code == 2
    done = run("http://127.0.0.1:9/a", "http://127.0.0.1:8/b", "--token", "x")
    assert done.exit_code == 2
    assert "Two hosts do not get the same credentials" in done.stderr
    same = run("http://127.0.0.1:9/a", "http://127.0.0.1:9/b", "--token", "x")
    assert (same.exit_code, "Connection refused" in same.stderr) == (1, True)
