"""Passages: every check finds its slips at the thing and the line, and nothing in the valley."""

import hashlib
import shutil
from pathlib import Path

import pytest

from slag_valley import NAMES, TEXTS, Slip, iri, project
from terril import passages
from terril.documents import read
from terril.errors import NotFound

ZEROS = "0" * 64
FIRST = "slag-valley:0-19 a terril:Passage ; terril:inDocument document:slag-valley ; terril:start 0 ; terril:end 19 ;"
LAST = "terril:inDocument document:slag-valley ; terril:start 985 ; terril:end 994 ;"
STEEP = "    characteristic:slag-valley-steep a terril:Characteristic ;\n"
HEAT = "    organisation:forgenet terril:activeIn topic:heat .\n"
SHA256 = "48f3ea5bb416d84f05dd14f83e6b0584853325f60527d0b72c43667a51529ab7"
TEXT = TEXTS / "slag-valley.txt"
HEADER = "    terril:about territory:slag-valley .\n"

SLIPS = [
    Slip("passage/document", FIRST, FIRST.replace("inDocument document:slag-valley", "inDocument document:slag-vale"),
         "slag-valley:0-19", "inDocument document:slag-vale ;"),
    Slip("passage/document", LAST, LAST.replace("inDocument document:slag-valley", "inDocument document:slag-vale"),
         "slag-valley:985-994", "inDocument document:slag-vale ;"),
    Slip("passage/document", "terril:ofPassage slag-valley:108-161 ;", "terril:ofPassage slag-valley:108-162 ;",
         "slag-valley:108-161-reading", "terril:ofPassage slag-valley:108-162"),
    Slip("passage/outside-block", FIRST, "site:pit-park\n  terril:within territory:slag-valley .\n" + FIRST,
         "site:pit-park", "  terril:within territory:slag"),
    Slip("passage/range", LAST, LAST.replace("end 994", "end 996"), "slag-valley:985-994", "terril:end 996"),
    Slip("passage/range", LAST, LAST.replace("start 985", "start 994"), "slag-valley:985-994", "terril:start 994"),
    Slip("passage/name", LAST, LAST.replace("end 994", "end 993"), "slag-valley:985-994", "terril:end 993"),
    Slip("passage/overlap", FIRST, FIRST.replace("end 19", "end 22"), "slag-valley:21-57", "slag-valley:21-57 a"),
    Slip("passage/outside-block", HEADER, HEADER + "organisation:forgenet terril:gathers stakeholder:company .\n",
         "organisation:forgenet", "organisation:forgenet terril:gathers stakeholder:company .\n".strip()),
    Slip("passage/undeclared-block", "slag-valley:940-984 {", "slag-valley:940-983 {", "slag-valley:940-983",
         "slag-valley:940-983 {"),
    Slip("passage/empty", HEAT, "", "slag-valley:791-815", "slag-valley:791-815 a"),
    Slip("passage/empty-reading", "    strand:forgenet-green-steel terril:addresses topic:metals .\n", "",
         "slag-valley:108-161-reading", "slag-valley:108-161-reading a"),
    Slip("passage/reading-name", "terril:ofPassage slag-valley:108-161 ;", "terril:ofPassage slag-valley:0-19 ;",
         "slag-valley:108-161-reading", "terril:ofPassage slag-valley:0-19"),
    Slip("passage/address-in-block", STEEP, "    slag-valley:0-19 terril:spokenBy person:ada-pick .\n" + STEEP,
         "slag-valley:0-19", "slag-valley:0-19 terril:spokenBy"),
]  # fmt: skip
AGAINST_TEXTS = [
    Slip("text/changed", SHA256, ZEROS, "document:slag-valley", "document:slag-valley a"),
    Slip("text/length", "characters 995", "characters 996", "document:slag-valley", "document:slag-valley a"),
    Slip("passage/hash", "8411219bb4db3ff4b52fe86452ddc0ffc30a4a74c22826f351678159d424ca6b", ZEROS,
         "slag-valley:0-19", "slag-valley:0-19 a"),
    Slip("passage/unnamed", '"Ada Pick"@en', '"Ada Peck"@en', "person:ada-pick", "person:ada-pick a"),
    Slip("passage/unnamed", "    terril:refersTo ecosystem:pithead ;\n", "", "ecosystem:pithead",
         "ecosystem:pithead terril:locatedIn"),
    Slip("passage/wording", '"a strong innovator"@en', '"a very strong innovator"@en',
         "figure:coalland-slag-index-rating", "figure:coalland-slag-index-rating a"),
]  # fmt: skip


@pytest.mark.parametrize("slip", SLIPS, ids=str)
def test_a_slip_is_found_without_the_texts(slip, tmp_path):
    home = project(tmp_path)
    line = slip.make(home)
    found = {(f.code, f.focus, f.path, f.line) for f in passages.check(read(home))}
    assert (slip.code, iri(slip.focus), home.path / slip.file, line) in found


@pytest.mark.parametrize("folder", ["data/reference", "ontology/schemes"])
def test_a_passage_outside_the_file_of_its_document_is_found_whatever_file_it_is_in(folder, tmp_path):
    home = project(tmp_path)
    path = home.path / folder / "more.ttl"
    lines = [f"@prefix {prefix}: <{NAMES[prefix]}> ." for prefix in ("slag-valley", "document", "terril")]
    path.write_text(
        "\n".join([*lines, "slag-valley:1-2 a terril:Passage ;", "terril:inDocument document:slag-valley ."])
    )
    found = {(f.code, f.focus, f.path, f.line) for f in passages.check(read(home))}
    assert found == {("passage/document", iri("slag-valley:1-2"), path, 5)}


def test_the_valley_has_no_slip(tmp_path):
    corpus = read(project(tmp_path))
    assert list(passages.check(corpus)) == []
    assert list(passages.compare(corpus, TEXTS)) == []


@pytest.mark.parametrize("slip", AGAINST_TEXTS, ids=str)
def test_a_slip_is_found_with_the_texts(slip, tmp_path):
    home = project(tmp_path)
    line = slip.make(home)
    found = {(f.code, f.focus, f.path, f.line) for f in passages.compare(read(home), TEXTS)}
    assert (slip.code, iri(slip.focus), home.path / slip.file, line) in found


def test_every_check_has_a_slip():
    apart = {"text/missing", "text/unencoded", "text/uncovered"}
    assert {slip.code for slip in [*SLIPS, *AGAINST_TEXTS]} | apart == {check.code for check in passages.CHECKS}


def test_a_missing_text_is_named_with_the_hash_looked_for(tmp_path):
    home = project(tmp_path / "project")
    folder = tmp_path / "texts"
    folder.mkdir()
    (finding,) = passages.compare(read(home), folder)
    assert (finding.code, finding.focus) == ("text/missing", iri("document:slag-valley"))
    assert SHA256 in finding.message["en"]
    assert SHA256 in finding.message["fr"]


def test_a_text_is_found_by_its_words_whatever_its_file_is_called(tmp_path):
    home = project(tmp_path / "project")
    folder = tmp_path / "texts"
    folder.mkdir()
    shutil.copy(TEXT, folder / "renamed")
    assert list(passages.compare(read(home), folder)) == []


def test_a_changed_text_is_named_and_so_is_every_passage_it_moves(tmp_path):
    home = project(tmp_path / "project")
    folder = tmp_path / "texts"
    folder.mkdir()
    changed = TEXT.read_bytes().replace(b"Read more", b"Read less")
    (folder / TEXT.name).write_bytes(changed)
    first, second = passages.compare(read(home), folder)
    assert (first.code, first.focus) == ("text/changed", iri("document:slag-valley"))
    assert hashlib.sha256(changed).hexdigest() in first.message["en"]
    assert (second.code, second.focus) == ("passage/hash", iri("slag-valley:985-994"))


def test_a_text_that_no_document_file_encodes_is_a_warning_at_the_text(tmp_path):
    home = project(tmp_path / "project")
    folder = tmp_path / "texts"
    shutil.copytree(TEXTS, folder)
    (folder / "another.txt").write_text("Another text.")
    (finding,) = passages.compare(read(home), folder)
    assert (finding.code, finding.severity, finding.path) == ("text/unencoded", "warning", folder / "another.txt")


def test_a_stretch_that_nothing_covers_is_named_with_range_line_and_beginning(tmp_path):
    home = project(tmp_path)
    Slip("", LAST, LAST.replace("start 985", "start 990"), "", "").make(home)
    Slip("", "slag-valley:940-984 a terril:Passage", "slag-valley:940-984 a terril:Reading", "", "").make(home)
    (gap,) = [finding for finding in passages.compare(read(home), TEXTS) if finding.code == "text/uncovered"]
    text = TEXT.read_text("utf-8")
    assert (gap.path, gap.line) == (TEXT, text[:940].count("\n") + 1)
    assert "characters 940–989 (“News: the Ash Days are announc”)" in gap.message["en"]


def test_a_long_stretch_overlaps_every_stretch_inside_it(tmp_path):
    home = project(tmp_path)
    Slip("", FIRST, FIRST.replace("end 19", "end 100"), "", "").make(home)
    overlaps = [finding.focus for finding in passages.check(read(home)) if finding.code == "passage/overlap"]
    assert overlaps == [iri("slag-valley:21-57"), iri("slag-valley:58-107")]


def test_a_changed_text_that_is_no_utf_8_is_a_changed_text(tmp_path):
    home = project(tmp_path / "project")
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / TEXT.name).write_bytes(TEXT.read_bytes() + b"\xff")
    codes = [finding.code for finding in passages.compare(read(home), folder)]
    assert codes == ["text/changed", "text/length", "text/uncovered"]


def test_a_folder_that_is_not_there_is_a_named_error(tmp_path):
    with pytest.raises(NotFound, match="nowhere"):
        list(passages.compare(read(project(tmp_path)), Path("nowhere")))


@pytest.mark.parametrize("label", ["ADA PICK", "Ada\u00a0Pick", "Áda-Pick", "Pick"])
def test_a_name_counts_whatever_its_case_accents_hyphens_and_spaces(label, tmp_path):
    home = project(tmp_path)
    Slip("", 'skos:prefLabel "Ada Pick"@en', f'skos:prefLabel "{label}"@en', "", "").make(home)
    assert [finding for finding in passages.compare(read(home), TEXTS) if finding.focus == iri("person:ada-pick")] == []


def test_a_part_of_a_word_is_no_name(tmp_path):
    home = project(tmp_path)
    Slip("", 'skos:prefLabel "Ada Pick"@en', 'skos:prefLabel "Pic"@en', "", "").make(home)
    assert any(finding.focus == iri("person:ada-pick") for finding in passages.compare(read(home), TEXTS))


def test_a_name_is_found_where_the_text_lost_the_space_before_it(tmp_path):
    home = project(tmp_path / "project")
    folder = tmp_path / "texts"
    folder.mkdir()
    fused = TEXT.read_text("utf-8").replace("says Ada", "saysAda")
    (folder / TEXT.name).write_text(fused, "utf-8")
    assert all(
        finding.code != "passage/unnamed"
        for finding in passages.compare(read(home), folder)
        if "pick" in str(finding.focus)
    )
