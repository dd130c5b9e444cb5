"""What the ontology rules out is found, at the fact that a source states, with the rule in words."""

import pytest

import terril

STATED = "organisation:n-side terril:spinOffOf organisation:uclouvain"


def spoil(project, fact: str) -> None:
    """State one more fact in the passage on the founding of N-Side."""
    path = project.path / "data" / "wallonia" / "smart-region.trig"
    head, brace, rest = path.read_text("utf-8").partition("smart-region:1506-1681 {\n")
    path.write_text(f"{head}{brace}    {fact} .\n{rest}", "utf-8")


def test_the_sources_contradict_nothing(home):
    assert terril.validate(home=home).findings == ()


def test_a_pair_that_cannot_hold_both_ways_is_one_finding_with_rule_and_facts(project):
    spoil(project, "organisation:uclouvain terril:spinOffOf organisation:n-side")
    (finding,) = terril.validate(home=project).findings
    assert finding.code == "ontology/contradiction"
    assert finding.path.name == "smart-region.trig"
    assert "spin-off of" in finding.text("en")
    assert "spin-off de" in finding.text("fr")
    assert "Catholic University of Louvain" in finding.text("en")


def test_nothing_comes_out_of_itself(project):
    spoil(project, "organisation:n-side terril:spinOffOf organisation:n-side")
    said = "".join(map(str, terril.validate(home=project).findings))
    assert "ontology/contradiction" in said
    assert "organisation:n-side" in said


def test_a_contradiction_stops_a_build(project):
    spoil(project, "organisation:uclouvain terril:spinOffOf organisation:n-side")
    with pytest.raises(terril.Violations, match="ontology/contradiction"):
        terril.build(home=project)
    assert not project.graph.exists()
