"""How many: the answers of a relation, of two relations at once, or of one kind in a document; and how many days or
years something lasts.

Where a relation is given completely, what is counted is all that there is (`Derivations.is_whole`). Elsewhere a source
may count what it lists itself, and be asked how many that are; how likely that is meant is weighed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from .candidates import LASTING, Candidate, Share
from .comparison import IN_GIST, union
from .derivations import Derivations
from .lexicon import Step
from .matching import IN_DOCUMENT, TIMES, Value
from .memory import Group
from .names import ID, expand

_MOST_COUNTED: Final = 24
_MOST_PAIRS: Final = 8
_DOCUMENTS: Final = ID + "document/"
_YEARS: Final = frozenset(expand(f"terril:{name}") for name in ("periodStart", "periodEnd", "inYear", "editionYear"))


def counts(search: Derivations, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """What counting gives, of what may answer a question that asks how many; nothing if it asks how many per cent."""
    if "share" in search.asked.marks:
        return
    whole = [one for one in found if search.is_whole(one)]
    yield from map(search.counted, whole)
    listed = [one for one in found if not search.is_whole(one) and _is_list(one)]
    likely = _best(search, [*listed, *_mentioned(search)], _MOST_COUNTED)
    joined = _best(search, list(search.joined([*whole, *listed])), _MOST_PAIRS)
    for one in (*likely, *joined):
        yield _listed(search, one)
    yield from _lasting(search, found)


def _is_list(found: Candidate) -> bool:
    return found.group is not None and all(isinstance(value, str) for value in found.told)


def _best(search: Derivations, found: Sequence[Candidate], most: int) -> list[Candidate]:
    """The candidates that account for most of a question, each set of answers once."""
    best = sorted(found, key=lambda one: -weight(search, one))
    return list({one.answers: one for one in reversed(best[:most])}.values())


def weight(search: Derivations, found: Candidate) -> float:
    """How much of a question a candidate accounts for, and how well it fits what is asked for."""
    return search.share([one.covered for one in found.shares]) + 0.2 * found.features.get("noun: fit", 0.0)


def _listed(search: Derivations, found: Candidate) -> Candidate:
    """How many answers a candidate has, though no source says that these are all."""
    group, counted = found.group, search.counted(found)
    assert group is not None
    complete = group.step.property in search.memory.lexicon.complete
    features = {
        **counted.features,
        "counted: a list": 1.0,
        "counted: complete": float(complete),
        "counted: narrow": float(group.narrow),
        "counted: inverse": float(group.step.inverse),
        "counted: one": float(len(found.told) == 1),
        "counted: by one passage": float(len(union(found.told.values())) == 1),
        "counted: two relations": float(found.other is not None),
    }
    return replace(counted, features=features)


# What a document speaks of


def _mentioned(search: Derivations) -> Iterator[Candidate]:
    """The things of the kind asked for that a named document speaks of."""
    noun, memory = search.asked.noun, search.memory
    if noun is None:
        return
    for document in sorted(one for one in search.asked.named if one.startswith(_DOCUMENTS)):
        passages = [one for one in memory.gists if memory.facts.document.get(one) == document]
        for classes in {noun.noun.classes, noun.wide.classes}:
            things = sorted(union(memory.content[one] for one in passages))
            told: dict[Value, frozenset[str]] = {
                thing: memory.about[thing].intersection(passages) for thing in things if search.is_of(thing, classes)
            }
            if told:
                yield _of_document(search, Group(document, Step(IN_DOCUMENT, inverse=True), told))


def _of_document(search: Derivations, group: Group) -> Candidate:
    noun = search.asked.noun
    shares = tuple(
        Share(q, q, 0.0, 0.0, q, 0.0)
        for clue in search.asked.clues
        for q in [IN_GIST if clue is noun else search.comparison.of_thing(clue, group.fixed)]
    )
    return Candidate(group.told, search.features(group, group.told, shares, ["mentioned"]), group, shares=shares)


# How long something lasts


def _lasting(search: Derivations, found: Sequence[Candidate]) -> Iterator[Candidate]:
    """How many days or years there are from the first date of something to its last, with both or without one."""
    if not search.asked.marks & {"date", "year"} and not _units(search):
        return
    for span in search.spans([one for one in found if one.group is not None and one.group.step.property in TIMES]):
        assert span.group is not None
        first, last = sorted(value.value for value in span.told if not isinstance(value, str))
        between, years = _between(first, last), span.group.step.property in _YEARS
        for number, kind in ((between, "between"), (between + 1, "inclusive")) if between > 0 else ():
            passages = union(span.told.values())
            features = {
                **span.features,
                LASTING: 1.0,
                f"lasting: {kind}": 1.0,
                "lasting: years": float(years),
            }
            yield replace(span, told={ox.Literal(number): passages}, features=features)


def _units(search: Derivations) -> bool:
    return any(token.word in _TIME_UNITS for token in search.asked.tokens)


_TIME_UNITS: Final = frozenset(["day", "days", "year", "years", "jour", "jours", "an", "ans", "annee", "annees"])


def _between(first: str, last: str) -> int:
    """How many days or years there are between two dates that are written alike; 0 if that is not plain."""
    if first[:4].isdecimal() and len(first) == len("2020") == len(last):
        return int(last) - int(first)
    same = first[:-2] == last[:-2]
    return int(last[-2:]) - int(first[-2:]) if same and first[-2:].isdecimal() and last[-2:].isdecimal() else 0
