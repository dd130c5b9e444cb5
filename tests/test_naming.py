"""What things are called: gathered from triples, and written to a file that is the same for the same names."""

import sqlite3
from array import array

import pyoxigraph as ox
import pytest

from terril import naming
from terril.names import AUTH, ID, expand
from terril.naming import Name, gather, is_named, packed, unpacked, write


def triples(turtle: str) -> list[ox.Triple]:
    prefixes = "".join(
        f"PREFIX {name}: <{expand(name + ':')}>\n"
        for name in ("terril", "skos", "organisation", "passage", "graph", "territory")
    )
    return [quad.triple for quad in ox.parse(prefixes + turtle, ox.RdfFormat.TURTLE)]


def test_a_thing_has_its_classes_its_names_and_the_end_of_its_iri():
    (thing,) = gather(
        triples(
            'organisation:spin a terril:SpinOff, terril:Company ; skos:altLabel "S" ; skos:prefLabel "Société"@fr ; '
            'skos:definition "no name" .'
        )
    )
    assert thing.iri == f"{ID}organisation/spin"
    assert thing.classes == (expand("terril:Company"), expand("terril:SpinOff"))
    assert thing.names == (
        Name("Société", "fr", expand("skos:prefLabel")),
        Name("S", None, expand("skos:altLabel")),
        Name("spin", None, ""),
    )


def test_the_end_of_an_iri_that_says_what_a_label_says_is_no_name_of_its_own():
    (thing,) = gather(triples('organisation:university-of-liege skos:prefLabel "University of Liège"@en .'))
    assert [name.text for name in thing.names] == ["University of Liège"]


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("Nathalie Crutzen", "Crutzen"),
        ("Jan van der Berg", "van der Berg"),
        ("Ana María de la O", "de la O"),
        ("Jean-Pierre d’Ursel", "d’Ursel"),
        ("Jean Élie Dupont", "Dupont"),
        ("Björk", None),
        (" ", None),
    ],
)
def test_people_are_called_by_their_surname_too_and_organisations_are_not(name, surname):
    (person,) = gather(triples(f'<{ID}person/x> a <{expand("foaf:Person")}> ; skos:prefLabel "{name}"@en .'))
    assert [one.text for one in person.names if one.property == expand("terril:inWords")] == (
        [surname] if surname else []
    )
    (firm,) = gather(triples(f'<{ID}organisation/x> a terril:Company ; skos:prefLabel "{name}"@en .'))
    assert [one.text for one in firm.names] == [name, "x"]


@pytest.mark.parametrize("code", ["terril:nutsCode", "terril:refnisCode", "terril:isoCode", "skos:notation"])
def test_codes_are_names(code):
    (thing,) = gather(triples(f'territory:hainaut {code} "BE32" .'))
    assert thing.names[0] == Name("BE32", None, expand(code))


@pytest.mark.parametrize(
    ("iri", "named"),
    [
        (f"{ID}organisation/mecatech", True),
        (f"{AUTH}topic/health", True),
        (f"{ID}passage/namur-clusters/0-9", False),
        (f"{ID}graph/nuts", False),
        (expand("terril:Cluster"), False),
        ("https://example.org/thing", False),
    ],
)
def test_passages_graphs_terms_and_what_is_elsewhere_are_left_out(iri, named):
    assert is_named(iri) == named
    assert (
        bool(gather([ox.Triple(ox.NamedNode(iri), ox.NamedNode(expand("skos:prefLabel")), ox.Literal("x"))])) == named
    )


def test_the_same_names_give_the_same_bytes_in_whatever_order_they_come():
    found = triples('organisation:a skos:prefLabel "A b" ; a terril:Company . organisation:c skos:altLabel "D, e" .')
    assert write(gather(found), "0") == write(gather(reversed(found)), "0")
    assert write(gather(found), "0") != write(gather(found), "1")


def test_the_file_says_which_graph_and_version_it_is_of(tmp_path):
    path = tmp_path / "index.sqlite"
    path.write_bytes(write([], "abc"))
    about = dict(sqlite3.connect(path).execute("SELECT key, value FROM about"))
    assert about == {"graph": "abc", "version": naming.VERSION}


def test_names_are_numbered_shortest_first_and_preferred_before_others(tmp_path):
    path = tmp_path / "index.sqlite"
    path.write_bytes(write(gather(triples(
        'organisation:b skos:prefLabel "one two three"@en ; skos:altLabel "x" . '
        'organisation:a skos:altLabel "y" . organisation:c skos:prefLabel "z z"@en .'
    )), ""))  # fmt: skip
    rows = sqlite3.connect(path).execute("SELECT text FROM name WHERE text NOT IN ('a', 'b', 'c') ORDER BY id")
    assert [text for (text,) in rows] == ["x", "y", "z z", "one two three"]


def test_numbers_are_packed_lowest_byte_first():
    assert packed(array("I", [1, 258])) == b"\x01\0\0\0\x02\x01\0\0"
    assert unpacked(b"\x01\0\0\0\x02\x01\0\0") == array("I", [1, 258])
