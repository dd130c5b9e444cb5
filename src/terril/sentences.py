"""Clauses in words, English and French, from the labels of the ontology.

Labels are all there is to go by: one that reads as a verb phrase is used as one, any other is joined by *is* or *has*.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from .clauses import Condition, Different, Outside, Pattern, Slot, Variable
from .names import PREFIXES, compact

LANGUAGES = ("en", "fr")
_LABELS = tuple(PREFIXES[prefix] + name for prefix, name in (("skos", "prefLabel"), ("rdfs", "label")))
_TYPE = PREFIXES["rdf"] + "type"


@dataclass(frozen=True)
class Words:
    """The labels of an ontology by language and term, and which of its properties take literals."""

    labels: Mapping[tuple[str, str], str]
    data: frozenset[str]


def words(ontology: Iterable[ox.Triple | ox.Quad], data: Iterable[str] = ()) -> Words:
    """Collect the labels in the languages that sentences are made in; a preferred label goes before a label."""
    found: dict[tuple[str, str], tuple[int, str]] = {}
    for triple in ontology:
        subject, label = triple.subject, triple.object
        if triple.predicate.value in _LABELS and isinstance(subject, ox.NamedNode) and isinstance(label, ox.Literal):
            key = (label.language or "en", subject.value)
            candidate = (_LABELS.index(triple.predicate.value), label.value)
            found[key] = min(found.get(key, candidate), candidate)
    return Words({key: label for key, (_, label) in found.items()}, frozenset(data))


def sentence(body: Sequence[Pattern], head: Pattern | None, condition: Condition | None, by: Words) -> dict[str, str]:
    """Say a clause in every language; without a head it is one that must not match."""
    return {
        "en": _phrase(body, head, condition, by, _ENGLISH),
        "fr": _phrase(body, head, condition, by, _FRENCH),
    }


@dataclass(frozen=True)
class _Grammar:
    """How one language puts a clause; the frames take what `_phrase` names in braces."""

    language: str
    conjunction: str
    rule: str
    fact: str
    clash: str
    every: str
    both: str
    kind: Callable[[str], str]
    verb: Callable[[str, str, bool], str]
    literal: str
    different: str
    outside: str


def _phrase(
    body: Sequence[Pattern], head: Pattern | None, condition: Condition | None, by: Words, grammar: _Grammar
) -> str:
    said = [_say(pattern, by, grammar) for pattern in body] + _condition(condition, by, grammar)
    patterns = [*body, *([head] if head else [])]
    if len(patterns) == 2 and all(map(_is_class, patterns)) and patterns[0].subject == patterns[1].subject:
        names = [_label(pattern.object, by, grammar) for pattern in patterns]
        frame = grammar.every if head else grammar.both
        return frame.format(label=names[0], left=grammar.kind(names[0]), right=grammar.kind(names[1]))
    premises = grammar.conjunction.join(said)
    if head is None:
        return grammar.clash.format(body=premises)
    frame = grammar.rule if said else grammar.fact
    return frame.format(body=premises, head=_say(head, by, grammar))


def _is_class(pattern: Pattern) -> bool:
    return isinstance(pattern.predicate, ox.NamedNode) and pattern.predicate.value == _TYPE


def _say(pattern: Pattern, by: Words, grammar: _Grammar) -> str:
    subject, predicate, object = (_label(slot, by, grammar) for slot in pattern)
    if _is_class(pattern):
        return f"{subject} {'is' if grammar.language == 'en' else 'est'} {grammar.kind(object)}"
    iri = pattern.predicate.value if isinstance(pattern.predicate, ox.NamedNode) else ""
    verb = grammar.verb(predicate, by.labels.get(("en", iri), ""), iri in by.data)
    return f"{subject} {verb} {object}"


def _label(slot: Slot, by: Words, grammar: _Grammar) -> str:
    if isinstance(slot, Variable):
        return slot.name
    if isinstance(slot, ox.Literal):
        return grammar.literal.format(slot.value)
    keys = ((language, slot.value) for language in (grammar.language, *LANGUAGES))
    return next((by.labels[key] for key in keys if key in by.labels), compact(slot.value))


def _condition(condition: Condition | None, by: Words, grammar: _Grammar) -> list[str]:
    if isinstance(condition, Different):
        return [grammar.different.format(condition.left.name, condition.right.name)]
    if isinstance(condition, Outside):
        return [grammar.outside.format(condition.variable.name, _label(condition.datatype, by, grammar))]
    return []


def _english_kind(label: str) -> str:
    return f"{'an' if re.match('[aeio]|u(?!ni|se)', label, re.IGNORECASE) else 'a'} {label}"


_PREPOSITIONS = "in|by|on|to|for|from|with|as|at|within|about|under|through|of"
_PARTICIPLE = re.compile(rf"(?:.* )?(?:[a-z]+ed|{_PREPOSITIONS})|(?:{_PREPOSITIONS}|part of)\b.*")


def _part(label: str, data: bool) -> str:
    """What an English label is: a verb phrase, what follows *is*, or what follows *has*."""
    first, *rest = label.split(" ")
    if re.search("[^su]s$", first) and not (data and not rest):
        return ""
    return "is " if _PARTICIPLE.fullmatch(label) else "has "


def _english_verb(label: str, english: str, data: bool) -> str:
    return _part(label, data) + label


def _french_verb(label: str, english: str, data: bool) -> str:
    """French labels do not show what they are; the English label beside them does."""
    if re.match(r"(?:a|est|se|s’\w+)\b", label):
        return label
    if not english or label == english:
        return f"« {label} »"
    part = "has " if english.startswith("has ") else _part(english, data)
    return {"": "", "is ": "est ", "has ": "a pour "}[part] + label


_ENGLISH = _Grammar(
    language="en",
    conjunction=" and ",
    rule="If {body}, then {head}.",
    fact="It holds that {head}.",
    clash="It cannot be that {body}.",
    every="Every {label} is {right}.",
    both="Nothing is both {left} and {right}.",
    kind=_english_kind,
    verb=_english_verb,
    literal="“{}”",
    different="{} differs from {}",
    outside="{} is no value of {}",
)
_FRENCH = _Grammar(
    language="fr",
    conjunction=" et ",
    rule="Si {body}, alors {head}.",
    fact="Il est établi que {head}.",
    clash="Il y a contradiction si {body}.",
    every="Tout ce qui est {left} est aussi {right}.",
    both="Rien n’est à la fois {left} et {right}.",
    kind="de type « {} »".format,
    verb=_french_verb,
    literal="« {} »",
    different="{} diffère de {}",
    outside="{} n’est pas une valeur de {}",
)
