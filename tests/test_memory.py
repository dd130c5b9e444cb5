"""What passages tell, in groups of facts, and how much each word tells."""

import pyoxigraph as ox
import pytest

from terril import facts, lexicon, memory, thesaurus
from terril.lexicon import Step
from terril.names import expand
from terril.store import Embedded, connect
from terril.thesaurus import forms

MECATECH = expand("organisation:mecatech")
STRAND = Step(expand("terril:hasStrand"))


@pytest.fixture(scope="module")
def known(home):
    store = connect(home=home)
    return memory.load(store, facts.load(store), lexicon.load(store), thesaurus.load(store))


def groups(known, fixed: str, step: Step) -> list[memory.Group]:
    return [group for group in known.groups if group.fixed == fixed and group.step == step]


def test_a_group_holds_all_that_a_step_leads_to_and_others_what_each_passage_tells_of_it(known):
    whole, *parts = sorted(groups(known, MECATECH, STRAND), key=lambda group: group.narrow)
    assert len(whole.told) == 4
    assert {len(part.told) for part in parts} == {1}
    assert frozenset().union(*(part.told.keys() for part in parts)) == whole.told.keys()


def test_a_step_leads_back_as_well(known):
    strand = expand("strand:mecatech-smart-maintenance")
    assert [set(group.told) for group in groups(known, strand, STRAND.back())] == [{MECATECH}]


def test_what_follows_from_facts_is_no_answer_from_a_passage(known):
    inferred = Step(expand("terril:worksOn"))
    assert groups(known, MECATECH, inferred) == []


def test_passages_that_follow_each_other_are_one_run(known):
    (whole,) = (group for group in groups(known, MECATECH, STRAND) if not group.narrow)
    assert len(known.runs(whole.passages)) == 1
    charleroi = groups(known, expand("territory:charleroi-metropolitan-area"), Step(expand("terril:hasGoal")))
    assert len(known.runs({*whole.passages, *charleroi[0].passages})) > 1


def test_a_rare_word_weighs_more_than_a_common_one(known):
    common, rare = (known.weight([forms(word, "en")]) for word in ("region", "bioelectrician"))
    assert 0.3 <= common < rare <= 1.0


def test_the_region_ties_nothing_together_and_a_cluster_does(known):
    assert expand("territory:wallonia") in known.hubs
    assert MECATECH not in known.hubs
    assert expand("territory:charleroi-metropolitan-area") not in known.hubs


@pytest.mark.parametrize(
    ("word", "tag", "meant"),
    [
        ("enginers", "en", "engineers"),
        ("industires", "en", "industries"),
        ("engineers", "en", "engineers"),
        ("zzyzxq", "en", "zzyzxq"),
        ("tie", "en", "tie"),
    ],
)
def test_an_unknown_word_is_spelt_like_the_one_word_that_is_a_slip_away(known, word, tag, meant):
    assert known.respelt(word, tag) == meant


def test_a_store_without_passages_is_remembered_as_nothing():
    store = Embedded(ox.Store())
    found = memory.load(store, facts.load(store), lexicon.load(store), thesaurus.load(store))
    assert list(found.groups) == []
