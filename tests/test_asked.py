"""Questions as people ask them, with answers from the texts: how many are answered exactly, and that few are made up.

The sets `open-*`, the later ones of which are full of traps, were seen while the reading of questions was made;
`held-out-*`, packed, were not, and are not to be unpacked by whoever works on it: `python tests/asked.py --counts-only
tests/questions/held-out-*` tells the shares.
"""

from pathlib import Path

import pytest

import terril
from asked import outcomes

SETS = Path(__file__).parent / "questions"


@pytest.mark.slow
@pytest.mark.parametrize(("name", "every", "exact", "invented"), [("open", 9, 0.83, 0.02), ("held-out", 1, 0.76, 0.0)])
def test_no_fewer_questions_are_answered_exactly_and_no_more_answers_made_up_than_before(
    name, every, exact, invented, home
):
    found = outcomes(sorted(SETS.glob(f"{name}-*")), every, at=terril.connect(home=home), home=home)
    made_up = [one.invented for one in found if not one.question["answer"]]
    share, share_made_up = sum(one.verdict == "exact" for one in found) / len(found), sum(made_up) / len(made_up)
    assert len(found) >= 90
    assert share >= exact
    assert share_made_up <= invented
