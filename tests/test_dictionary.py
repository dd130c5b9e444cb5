"""Facts in numbers: the same facts, whatever they come from, and a named error for a damaged file."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from terril import rules
from terril.closure import Facts
from terril.dictionary import code
from terril.errors import BadSource, NotFound

ONTOLOGY = """
@prefix : <https://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A rdfs:subClassOf :B . :p rdfs:subPropertyOf :q .
"""
BOOK = rules.compile(ox.parse(ONTOLOGY, format=ox.RdfFormat.TURTLE))
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
LINES = f"""\
<https://example.org/a> {TYPE} <https://example.org/A> .
# a comment

<https://example.org/a> <https://example.org/p> "caf\\u00E9" .
<https://example.org/a> <https://example.org/p> "café" .
<https://example.org/a> <https://example.org/p> "1"^^<http://www.w3.org/2001/XMLSchema#string> .
 <https://example.org/a>\t<https://example.org/p>   "1"  .
_:b <https://example.org/p> <https://example.org/a> .
<https://example.org/a> <https://example.org/p> _:b .
<https://example.org/a> <https://example.org/p> _:b .
<https://example.org/a> <https://example.org/unspoken> "x" .
"""


def decoded(facts: Facts) -> set[str]:
    """Facts as N-Triples, without the full stop."""
    found = set()
    for (kind, iri), relation in facts.relations.items():
        for at, subject in enumerate(relation.subjects.tolist()):
            rest = f"{TYPE} <{iri}>" if kind == "class" else f"<{iri}> {facts.terms[relation.objects[at]].decode()}"
            found.add(f"{facts.terms[subject].decode()} {rest}")
    return found


EXPECTED = {
    f"<https://example.org/a> {TYPE} <https://example.org/A>",
    '<https://example.org/a> <https://example.org/p> "café"',
    '<https://example.org/a> <https://example.org/p> "1"',
    "_:b <https://example.org/p> <https://example.org/a>",
    "<https://example.org/a> <https://example.org/p> _:b",
}


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_what_rules_speak_of_is_coded_and_equal_terms_are_one_however_they_are_spelled(tmp_path: Path) -> None:
    assert decoded(code(written(tmp_path / "a.nt", LINES), BOOK)) == EXPECTED


def test_a_file_and_the_same_triples_in_memory_give_the_same_facts(tmp_path: Path) -> None:
    path = written(tmp_path / "a.nt", LINES)
    assert decoded(code(ox.parse(path=path), BOOK)) == decoded(code(path, BOOK))


def test_what_the_ontology_says_about_individuals_is_coded_once_even_if_the_file_says_it_too(tmp_path: Path) -> None:
    book = rules.compile(ox.parse(ONTOLOGY + ":b a :A ; :p :a .", format=ox.RdfFormat.TURTLE))
    known = {
        f"<https://example.org/b> {TYPE} <https://example.org/A>",
        "<https://example.org/b> <https://example.org/p> <https://example.org/a>",
    }
    path = written(tmp_path / "a.nt", LINES + "".join(f"{line} .\n" for line in known))
    assert decoded(code(path, book)) == EXPECTED | known
    assert sum(map(len, code(path, book).relations.values())) == len(EXPECTED | known)


def test_graph_names_do_not_matter(tmp_path: Path) -> None:
    lines = [line for line in LINES.splitlines() if line.endswith(" .")]
    quads = "\n".join(lines + [line[:-1] + "<https://example.org/g> ." for line in lines]) + "\n"
    assert decoded(code(written(tmp_path / "a.nq", quads), BOOK)) == EXPECTED


def test_every_other_rdf_format_is_read_too(tmp_path: Path) -> None:
    path = written(tmp_path / "a.trig", "@prefix : <https://example.org/> . :g { :a a :A ; :p :b . }")
    assert decoded(code(path, BOOK)) == {
        f"<https://example.org/a> {TYPE} <https://example.org/A>",
        "<https://example.org/a> <https://example.org/p> <https://example.org/b>",
    }


def test_small_blocks_give_the_same_facts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("terril.ntriples.BLOCK", 50)
    assert decoded(code(written(tmp_path / "a.nt", LINES), BOOK)) == EXPECTED


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("<https://example.org/a> <https://example.org/p> <https://example.org/b>", 72),
        ("<https://example.org/a> <https://example.org/p> <not an iri> .", 49),
        ("<https://example.org/a> <https://example.org/p> <https://example.org/b#c#d> .", 49),
        ('<https://example.org/a> <https://example.org/unspoken> "open .', 56),
        ('"literal" <https://example.org/p> <https://example.org/b> .', 1),
        ("<https://example.org/a> <https://example.org/p> <https://example.org/b> <https://example.org/g> .", 73),
        ("nonsense", 1),
    ],
)
def test_a_faulty_line_is_an_error_with_file_line_and_column(tmp_path: Path, line: str, column: int) -> None:
    path = written(tmp_path / "a.nt", LINES + line + "\n" + LINES)
    with pytest.raises(BadSource) as fault:
        code(path, BOOK)
    assert place_in(str(fault.value)) == (path.name, 12, column)


def place_in(message: str) -> tuple[str, int, int]:
    parts = message.split(": ")[0].split(", ")
    return Path(parts[0]).name, int(parts[1].removeprefix("line ")), int(parts[2].removeprefix("column "))


def test_a_faulty_turtle_file_is_an_error_with_file_line_and_column(tmp_path: Path) -> None:
    path = written(tmp_path / "a.ttl", "@prefix : <https://example.org/> .\n:a :p \n.")
    with pytest.raises(BadSource, match=r"a\.ttl, line 3, column "):
        code(path, BOOK)


def test_a_missing_file_and_an_unknown_ending_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"a\.nt is missing"):
        code(tmp_path / "a.nt", BOOK)
    with pytest.raises(BadSource, match=r"a\.csv has no ending of an RDF format"):
        code(written(tmp_path / "a.csv", ""), BOOK)


def test_an_empty_file_holds_no_facts(tmp_path: Path) -> None:
    assert decoded(code(written(tmp_path / "a.nt", ""), BOOK)) == set()
