"""What passages tell, as answers: a candidate that was chosen, and a judgement, as what a reading found."""

from collections.abc import Sequence
from typing import Final
from weakref import WeakKeyDictionary

import pyoxigraph as ox

from . import memory, thesaurus
from .candidates import Candidate
from .clues import Asked, Clue
from .comparison import Comparison
from .contests import Contest
from .inquiry import Inquiry, Try
from .languages import in_language
from .matching import Value
from .memory import Group, Memory
from .mentions import Mention
from .readings import Link, Node, Reading
from .results import Store
from .verdicts import Judgement

FORM: Final = "recalled"
"""The form of what is answered so."""

COMPARED: Final = "compared"
"""The form of what wins a comparison, or is reckoned from what is told."""

_MOST_GISTS: Final = 2

_known: Final = WeakKeyDictionary[Inquiry, Memory]()


def remembered(store: Store, inquiry: Inquiry) -> Memory:
    """What a store's passages tell, read once."""
    if inquiry not in _known:
        _known[inquiry] = memory.load(store, inquiry.facts, inquiry.lexicon, thesaurus.load(store))
    return _known[inquiry]


def remember(inquiry: Inquiry, known: Memory) -> None:
    """Take what was read before for what a store's passages tell."""
    _known[inquiry] = known


def tried(asked: Asked, found: Candidate, known: Memory) -> Try:
    """A candidate as what was found by a reading: from its fixed end, or what leads to it, by its relation, and from
    another, to answers.
    """
    if found.read is not None:
        return found.read
    noun = asked.noun
    classes = noun.noun.classes if noun is not None else frozenset[str]()
    groups = [group for group in (found.group, found.other) if group is not None]
    nodes = [Node(noun.text if noun is not None else "", 0, None, classes, bare=noun is None)]
    nodes += [Node(_called(known, group.fixed, asked.tag), 0, frozenset({group.fixed})) for group in groups]
    links = [_link(0, n, group, negated=n == 2 and found.is_without) for n, group in enumerate(groups, 1)]
    if found.lead is not None:
        nodes.append(Node(_called(known, found.lead.fixed, asked.tag), 0, frozenset({found.lead.fixed})))
        links.append(_link(1, len(nodes) - 1, found.lead))
    reading = Reading("list", tuple(nodes), tuple(links), 0, mentions=mentioned(asked))
    passages = sorted(frozenset().union(*found.told.values()))
    telling = _telling(asked, [*passages, *_leading(found)], known)
    gists = tuple(gist(known, passage, asked.tag) for passage in telling[:_MOST_GISTS])
    form = "count" if found.counted else COMPARED if found.is_reckoned else FORM
    values = tuple(_sorted(found))
    return Try(form, reading, 0.0, values, cards=tuple(passages), gists=gists, members=found.counted, aside=found.aside)


def _leading(found: Candidate) -> list[str]:
    """The passages that tell how what is named leads to what has the answers, if it does so by another relation."""
    if found.lead is None or found.group is None:
        return []
    return sorted(found.lead.told.get(found.group.fixed, frozenset()) - frozenset[str]().union(*found.told.values()))


def _telling(asked: Asked, passages: Sequence[str], known: Memory) -> list[str]:
    """Passages, those that tell most of a question first."""
    compare = Comparison(known, asked)
    told = {one: sum(clue.weight * compare.told_by(clue, one) for clue in asked.clues) for one in passages}
    return sorted(passages, key=lambda one: -round(told[one], 9))


def _called(known: Memory, thing: str, tag: str) -> str:
    """The preferred name of a thing in a language."""
    names = {label.language or "": label.value for label in reversed(known.facts.labels.get(thing, ()))}
    return in_language(names, tag) if names else ""


def _link(found: int, fixed: int, group: Group, *, negated: bool = False) -> Link:
    step = group.step
    if step.inverse:
        return Link(found, fixed, frozenset({step.back()}), negated=negated)
    return Link(fixed, found, frozenset({step}), negated=negated)


def _sorted(found: Candidate) -> list[Value]:
    return sorted(found.told, key=lambda value: value if isinstance(value, str) else value.value)


def judged(asked: Asked, judgement: Judgement, known: Memory) -> Try:
    """A judgement as what a reading of a question of yes or no found."""
    named = tuple(Node(clue.text, clue.start, clue.things) for clue in asked.clues if clue.role == "name")
    reading = Reading("truth", named, (), -1, mentions=mentioned(asked))
    gists = (gist(known, judgement.passage, asked.tag),)
    return Try(FORM, reading, 0.0, truth=judgement.truth, cards=(judgement.passage,), gists=gists)


def compared(asked: Asked, found: Contest, known: Memory) -> Try:
    """What wins a comparison as what a reading of a question found."""
    named = tuple(Node(clue.text, clue.start, clue.things) for clue in asked.clues if clue.role == "name")
    reading = Reading("list", named, (), -1, mentions=mentioned(asked))
    gists = tuple(gist(known, passage, asked.tag) for passage in found.passages)
    return Try(COMPARED, reading, 0.0, (found.winner,), cards=found.passages, gists=gists)


def gist(known: Memory, passage: str, tag: str) -> str:
    """What a passage tells, in a language."""
    texts = known.gists.get(passage, [ox.Literal("")])
    return in_language({text.language or "": text.value for text in texts}, tag)


def mentioned(asked: Asked) -> tuple[Mention, ...]:
    """The clues as mentions, so that each word’s role can be told."""
    return tuple(Mention(c.start, c.end, _role(c), c.text, things=c.things, noun=c.noun) for c in asked.clues)


def _role(clue: Clue) -> str:
    if clue.role == "word":
        return "thing" if clue.things else "noun" if clue.noun.classes else "word"
    return {"name": "thing", "alien": "unknown"}.get(clue.role, clue.role)
