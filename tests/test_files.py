"""Files: what cannot be read, is read by nothing, has no header or repeats another file is said, with what to do."""

import shutil

import pytest

from slag_valley import CONCEPTS, DOCUMENT, REFERENCE, broken, iri, project
from terril import files
from terril.documents import read, survey
from terril.home import Home
from terril.validation import validate


@pytest.fixture
def valley(tmp_path) -> Home:
    return project(tmp_path)


@pytest.mark.parametrize(
    "place",
    [
        "data/valley/slag.TRIG", "data/valley/slag.ttl", "data/slag.trig", "data/valley/deep/slag.trig",
        "data/reference/slag.trig", "ontology/more.ttl", "ontology/rules/more.ttl",
        "ontology/modules/more.owl",
    ],
)  # fmt: skip
def test_a_file_that_nothing_reads_is_found(place, valley):
    path = valley.path / place
    path.parent.mkdir(exist_ok=True)
    shutil.copy(valley.documents[0], path)
    (finding,) = validate(home=valley).findings
    assert (finding.code, finding.path, finding.line) == ("files/stray", path, 1)
    assert "wallonia.ttl" in finding.message["en"]
    assert "wallonia.ttl" in finding.message["fr"]


def test_hidden_files_notes_and_the_built_turtle_are_no_strays(valley):
    for place in (
        "data/README.md",
        "data/valley/.x.trig",
        "data/.DS_Store",
        "data/valley/.cache/x.trig",
        "data/wallonia.ttl",
    ):
        (valley.path / place).parent.mkdir(exist_ok=True)
        (valley.path / place).write_text("")
    assert list(files.strays(valley)) == []


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("data/valley/empty.trig", "terril:Document"),
        ("data/reference/empty.ttl", "terril:ReferenceFile"),
        ("ontology/schemes/empty.ttl", "owl:Ontology / skos:ConceptScheme"),
    ],
)
@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_a_file_that_does_not_say_what_it_is_is_found(place, kind, text, valley):
    path = valley.path / place
    path.write_text(text)
    (finding,) = validate(home=valley).findings
    assert (finding.code, finding.path, finding.line) == ("files/header", path, 1)
    assert kind in finding.message["en"]
    assert kind in finding.message["fr"]


@pytest.mark.parametrize(
    ("original", "name", "focus"),
    [
        (DOCUMENT, "slag-valley-2.trig", "document:slag-valley"),
        (REFERENCE, "coalland-2.ttl", "graph:coalland"),
        (CONCEPTS, "concepts-2.ttl", None),
    ],
)
def test_a_copy_under_a_second_name_is_found_and_names_the_first(original, name, focus, valley):
    path = valley.path / original
    copy = shutil.copy(path, path.with_name(name))
    first, last = sorted([path, copy])
    found = [f for f in validate(home=valley).findings if f.code == "files/twice"]
    assert {finding.path for finding in found} == {last}
    assert all(first.as_posix() in finding.message["en"] for finding in found)
    assert focus is None or [finding.focus for finding in found] == [iri(focus)]


def test_a_sound_copy_does_not_make_up_for_the_faults_of_the_first(valley):
    path = valley.path / DOCUMENT
    shutil.copy(path, path.with_name("zzz.trig"))
    broken(valley, DOCUMENT, "terril:end 994", "terril:end 1994")
    codes = {finding.code for finding in validate(home=valley).violations if finding.path == path}
    assert "passage/range" in codes


def test_two_files_of_one_name_are_found(valley):
    path = valley.path / DOCUMENT
    copy = valley.path / "data" / "plain" / path.name
    copy.parent.mkdir()
    copy.write_text(
        path.read_text("utf-8").replace("slag-valley a terril:Document", "plain a terril:Document"), "utf-8"
    )
    found = {(finding.code, finding.path) for finding in files.check(read(valley))}
    assert found == {("files/namesake", path)}


NOT_UTF_8 = "the file is not in UTF-8 without a byte order mark; save it so."


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16", "utf-16-le", "utf-8-sig"])
def test_a_file_in_another_encoding_is_told_to_be_saved_as_utf_8(encoding, valley):
    path = valley.path / DOCUMENT
    path.write_text(path.read_text("utf-8").replace("Pitville", "Pitvillé"), encoding)
    (error,) = survey(valley)[1]
    assert error.path == path
    assert error.sentences["en"] == NOT_UTF_8


def test_a_folder_in_the_place_of_a_file_is_told_so(valley):
    path = valley.path / "data" / "valley" / "plain.trig"
    path.mkdir()
    (finding,) = validate(home=valley).findings
    assert (finding.code, finding.path) == ("files/syntax", path)
    assert "this is a folder" in finding.message["en"]


@pytest.mark.parametrize(
    ("prefix", "hint"),
    [
        ("topik", "Did you mean topic:?"),
        (
            "graff",
            "Did you mean graph:? Put at the top of the file: @prefix graph: <https://w3id.org/terril/id/graph/> .",
        ),
        ("vann", "Put at the top of the file: @prefix vann: <http://purl.org/vocab/vann/> ."),
        ("qqqqqq", "Put at the top of the file: @prefix qqqqqq: <…> ."),
    ],
)
def test_an_undeclared_prefix_is_answered_with_the_nearest_and_the_line_to_add(prefix, hint, valley):
    line = broken(valley, DOCUMENT, "terril:activeIn topic:heat", f"terril:activeIn {prefix}:heat")
    (error,) = survey(valley)[1]
    assert error.line == line
    assert error.sentences["en"] == f"the prefix {prefix}: is not declared. {hint}"
    assert error.sentences["fr"].startswith(f"le préfixe {prefix}: n’est pas déclaré. ")


@pytest.mark.parametrize("check", files.CHECKS, ids=lambda check: check.code)
def test_a_check_speaks_english_and_french(check):
    assert check.en.count("{") == check.fr.count("{")
    assert check.en.endswith(".")
    assert check.fr.endswith(".")


def test_a_byte_that_is_no_utf_8_is_found_in_a_comment_too(valley):
    path = valley.documents[0]
    path.write_bytes(path.read_bytes() + b"# caf\xe9\n")
    (finding,) = validate(home=valley).findings
    assert (finding.code, finding.path) == ("files/syntax", path)
    assert finding.line == path.read_bytes().count(b"\n")
    assert "UTF-8" in finding.message["en"]
