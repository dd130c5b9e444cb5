"""Questions which of several things has more, comes first, lasts longer or ranks better, or by how much."""

import pytest

from terril import answers, clues, index, mentions, recollection
from terril.contests import contest
from terril.holdings import consult
from terril.names import compact
from terril.search import Search


@pytest.fixture(scope="module")
def winner(home):
    store = consult(None, home=home)
    inquiry, names = answers._inquiry(store, home), index.open(store)
    memory = recollection.remembered(store, inquiry)

    def won(question: str) -> str | None:
        grammar, _, _ = mentions.read(question, inquiry.lexicon, names, inquiry.facts)
        found = contest(Search(memory, clues.look(mentions.tokens(question), grammar, names, memory)))
        if found is None:
            return None
        return compact(found.winner) if isinstance(found.winner, str) else found.winner.value

    return won


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Has Wallonia got more science parks or more clusters?", "figure:wallonia-clusters"),
        ("Y a-t-il moins de parcs scientifiques ou de clusters en Wallonie ?", "figure:wallonia-science-parks"),
        ("How many more clusters than science parks does Wallonia have?", "3"),
        ("Which is older, the FEDER programme or the new Smart Specialisation Strategy?", "initiative:feder-2014-2020"),
        (
            "Qu'est-ce qui couvre la plus longue période, la S3 2021-2027 ou le plan régional 2019-2020 ?",
            "strategy:wallonia-s3",
        ),
        (
            "Of science parks, clusters and world-renowned universities, which is Wallonia's smallest number?",
            "figure:wallonia-universities",
        ),
        ("Quelle ville wallonne abrite le plus d'initiatives de ville intelligente ?", "territory:tournai"),
    ],
)
def test_what_has_a_figure_or_a_date_of_its_own_is_compared_by_it(winner, question, answer):
    assert winner(question) == answer


@pytest.mark.parametrize(
    "question",
    [
        "Which is the larger company, Multitel or N-Side?",
        "Quelle ville est la plus peuplée, Mons ou Tournai ?",
        "Which metals do batteries need?",
        "Which organisation has founded the most companies?",
        "Which cluster has the most members?",
        "Who joined the Vanguard Initiative first, Wallonia or Flanders?",
    ],
)
def test_nothing_wins_where_there_is_nothing_to_compare_by(winner, question):
    assert winner(question) is None
