"""Changes in words, English and French: a heading for each, and what stands behind it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

import pyoxigraph as ox

from ..bundle.short import short
from ..catalogue import Question
from ..descriptions import Fact
from ..explanations import Scribe
from ..languages import choose, in_language
from ..names import expand
from ..results import NUMERIC, Term, plain
from .records import Asked, Axiom, Change, Constraint, Note
from .telling import pairs

_DATE: Final = expand("xsd:date")
_YEAR: Final = expand("xsd:gYear")
_LONGEST: Final = 300
"""Characters of a text that are shown."""
_MANY: Final = 8
"""Values of a constraint that are all shown."""
_BEFORE: Final = 40
"""Characters before a difference that are shown of a long text."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "What changed from {} to {}",
        "same": "Nothing changed.",
        "quads": "{} statements removed, {} added; a fact is one, and so is each source that says it.",
        "things": "Things", "facts": "Facts", "figures": "Figures", "terms": "Ontology", "sources": "Sources",
        "shapes": "Shapes", "questions": "Questions", "follows": "What follows by rules",
        "added": "Added", "removed": "Removed", "renamed": "Renamed", "moved": "New address", "replaced": "Replaced",
        "changed": "Changed", "evidence": "Other sources", "deprecated": "Deprecated",
        "restored": "No longer deprecated",
        "tighter": "Tighter", "looser": "Looser", "reworded": "Reworded",
        "alike": "same kind, {} of {} names, {} of {} facts",
        "still": "it still follows by a rule", "already": "it followed by a rule before",
        "before": "before: {}", "now": "now: {}", "lost": "lost: {}", "gained": "gained: {}",
        "axiom added": "Axiom added", "axiom removed": "Axiom removed",
        "new": "a new shape", "old": "the shape is gone", "none": "none",
        "worded": "its wording was {}", "worded in": "its wording in {} was {} and is {}",
        "themed": "its theme was {} and is {}", "queried": "its query or its parameters changed",
        "gone": "rows: {} gone, {} new",
        "failed": "could not be asked: {}",
        "followed": "{} facts newly follow, {} no longer do.", "relation": "{}: {} new, {} gone, such as {}",
        "more": "… and {} more",
        "note shapes": "Shapes were not compared: there are none in {}.",
        "note questions": "The same questions were asked of both: there is no catalogue in {}.",
        "note axioms": "Axioms are told as triples: {}",
        "either": "either",
        "class": "class", "property": "property", "ontology": "ontology", "datatype": "datatype",
    },
    "fr": {
        "title": "Ce qui a changé de {} à {}",
        "same": "Rien n’a changé.",
        "quads": "{} énoncés retirés, {} ajoutés ; un fait en est un, et chaque source qui le dit en est un autre.",
        "things": "Choses", "facts": "Faits", "figures": "Chiffres", "terms": "Ontologie", "sources": "Sources",
        "shapes": "Formes", "questions": "Questions", "follows": "Ce que les règles en tirent",
        "added": "Ajouté", "removed": "Retiré", "renamed": "Renommé", "moved": "Nouvelle adresse",
        "replaced": "Remplacé", "changed": "Modifié", "evidence": "Autres sources", "deprecated": "Déprécié",
        "restored": "N’est plus déprécié", "tighter": "Plus stricte", "looser": "Moins stricte",
        "reworded": "Reformulée",
        "alike": "même sorte, {} noms sur {}, {} faits sur {}",
        "still": "une règle le donne encore", "already": "une règle le donnait déjà",
        "before": "avant : {}", "now": "maintenant : {}", "lost": "perdu : {}", "gained": "gagné : {}",
        "axiom added": "Axiome ajouté", "axiom removed": "Axiome retiré",
        "new": "une nouvelle forme", "old": "la forme a disparu", "none": "rien",
        "worded": "elle se lisait {}", "worded in": "en {}, elle se lisait {} et se lit {}",
        "themed": "son thème était {} et est {}", "queried": "sa requête ou ses paramètres ont changé",
        "gone": "lignes : {} perdues, {} nouvelles",
        "failed": "n’a pu être posée : {}",
        "followed": "{} faits en suivent désormais, {} n’en suivent plus.",
        "relation": "{} : {} de plus, {} de moins, comme {}",
        "more": "… et {} de plus",
        "note shapes": "Les formes n’ont pas été comparées ; n’en a pas : {}.",
        "note questions": "Les mêmes questions ont été posées aux deux ; n’a pas de catalogue : {}.",
        "note axioms": "Les axiomes sont donnés en triplets : {}",
        "either": "aucun des deux",
        "class": "classe", "property": "propriété", "ontology": "ontologie", "datatype": "type de données",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Narrator:
    """Puts changes into words, with the names that things have and a way to set off names of machines.

    `text` is applied to every text that comes from a graph, `strong` to what a line is about, `code` to short names.
    """

    scribe: Scribe
    text: Callable[[str], str]
    strong: Callable[[str], str]
    code: Callable[[str], str]

    def say(self, word: str, *parts: object) -> str:
        """Words of our own."""
        return WORDS[choose(WORDS, self.scribe.lang)][word].format(*parts)

    # Headings

    def heading(self, change: Change) -> str:
        """What changed, on one line."""
        kind = self.strong(f"{self.say(change.kind)}{self._colon}")
        match change.kind:
            case "moved" if change.move:
                move = change.move
                told = f"{self._code(move.old)} → {self._code(move.new)}"
                return (
                    f"{kind} {self.term(move.new)}{self._colon} {told} ({self.say('alike', *move.names, *move.facts)})"
                )
            case "renamed":
                return f"{kind} {self._step(change.before[0], change.after[0])} ({self._code(change.thing)})"
            case "replaced":
                return f"{kind} {self._subject(change.before[0])} {self._step(change.before[0], change.after[0])}"
            case "evidence":
                return f"{kind} {self.triple((*change.before, *change.after)[0].triple)}"
            case "added" | "removed" if not change.whole:
                fact = (*change.before, *change.after)[0]
                more = f" ({self.say('still' if change.before else 'already')})" * change.follows
                return f"{kind} {self.triple(fact.triple)}{more}"
        return f"{kind} {self._thing(change)}"

    def _thing(self, change: Change) -> str:
        kind = f"{self._kind(change.type)}, " if change.type else ""
        source = "" if change.source is None else self._shown(" ".join(self.scribe.source(change.source)))
        told = source or f"{self.term(change.thing)} ({kind}{self._code(change.thing)})"
        steps = self.steps(change) if change.kind in ("changed", "deprecated", "restored") else ""
        return f"{told}{self._colon} {steps}" if steps else told

    def _kind(self, kind: ox.NamedNode) -> str:
        word = _KINDS.get(kind.value)
        return self.say(word) if word else self.term(kind)

    def steps(self, change: Change) -> str:
        """How the facts of a thing changed, each with its relation."""
        found = []
        for old, new in pairs(change.before, change.after):
            fact = old or new
            if fact is not None and (change.kind == "changed" or fact.relation.value != _DEPRECATED):
                found.append(f"{self.relation(fact.relation)} {self._step(old, new)}")
        return "; ".join(found)

    def _step(self, old: Fact | None, new: Fact | None) -> str:
        if old is None or new is None:
            sign, fact = ("+", new) if old is None else ("−", old)
            return f"{sign} {self.term(fact.triple.object)}" if fact else ""
        values = old.triple.object, new.triple.object
        shown = [self.term(value) for value in values]
        if shown[0] == shown[1]:
            shown = [self._shown(text) for text in _apart(*map(short, values))]
        return f"{' → '.join(shown)}{self._difference(old, new)}"

    def _difference(self, old: Fact, new: Fact) -> str:
        found = difference(old.triple.object, new.triple.object)
        return f" ({found})" if found else ""

    # What stands behind

    def behind(self, change: Change) -> list[str]:
        """The facts of a new thing, or of one that is gone, and the sources of what changed."""
        lines: list[str] = []
        if change.whole:
            told = [fact for fact in (*change.before, *change.after) if fact.relation.value not in _HEADINGS]
            lines += [f"{self.relation(fact.relation)} – {self.term(fact.triple.object)}" for fact in told]
        old, new = self._sources(change.before), self._sources(change.after)
        if change.kind == "evidence":
            return [*(self.say("lost", line) for line in old), *(self.say("gained", line) for line in new)]
        if old == new or not (old and new):
            return [*lines, *(old or new)]
        return [*lines, *(self.say("before", line) for line in old), *(self.say("now", line) for line in new)]

    def _sources(self, facts: Iterable[Fact]) -> list[str]:
        """Who says facts; that the ontology says what is in it goes without saying."""
        said = dict.fromkeys(source for fact in facts for source in fact.sources)
        told = (source for source in said if source.kind not in ("store", "ontology", "file"))
        return [self._shown(" ".join(self.scribe.source(source))) for source in told]

    # Other changes

    def axiom(self, axiom: Axiom) -> str:
        """An axiom in words, if there are words for it."""
        kind = self.strong(f"{self.say(f'axiom {axiom.kind}')}{self._colon}")
        sentence = in_language(axiom.sentence, self.scribe.lang) if axiom.sentence else ""
        return " ".join(filter(None, (kind, self._shown(sentence), self._name(axiom.axiom))))

    def constraint(self, found: Constraint) -> str:
        """What a shape asks for now, and did before."""
        kind = self.strong(f"{self.say(found.weight)}{self._colon}")
        if not found.constraint:
            return f"{kind} {self._name(found.shape)} ({self.say('new' if found.weight == 'tighter' else 'old')})"
        place = f", {self._name(found.place)}" if found.place else ""
        before, after = found.before, found.after
        if len(before) == len(after) == 1:
            before, after = ((text,) for text in _apart(before[0], after[0]))
        step = f"{self._values(before, after)} → {self._values(after, before)}"
        return f"{kind} {self._name(found.shape)}{place}{self._colon} {self._name(found.constraint)} {step}"

    def _values(self, values: Sequence[str], others: Sequence[str]) -> str:
        """Values of a constraint; of many, a few of those that the other side has not."""
        if len(values) <= _MANY:
            return ", ".join(self._name(_bare(value)) for value in values) or self.say("none")
        known = set(others)
        only = [value for value in values if value not in known][:_MANY]
        return ", ".join(["…", *(self._name(_bare(value)) for value in only)])

    def question(self, asked: Asked) -> str:
        """A question and what became of it."""
        kind = self.strong(f"{self.say(asked.kind)}{self._colon}")
        told = [f"{kind} {self.code(asked.question.name)}, {self._wording(asked.question)}"]
        if asked.worded and asked.was:
            told.append(self._rewording(asked.was, asked.question))
        if asked.themed and asked.was:
            told.append(self.say("themed", self.code(asked.was.theme), self.code(asked.question.theme)))
        if asked.queried:
            told.append(self.say("queried"))
        if asked.gone or asked.new:
            told.append(self.say("gone", len(asked.gone), len(asked.new)))
        if asked.failed:
            told.append(self.say("failed", self._shown(asked.failed)))
        return "; ".join(told)

    def _wording(self, question: Question) -> str:
        return self._shown(f"“{in_language(question.text, self.scribe.lang)}”")

    def _rewording(self, was: Question, question: Question) -> str:
        """How a question was worded: in the language that it is shown in, or in another if it changed only there."""
        changed = dict(set(was.text.items()) ^ set(question.text.items()))
        lang = choose(changed, self.scribe.lang)
        texts = (
            self._shown(f"“{each.text[lang]}”") if lang in each.text else self.say("none") for each in (was, question)
        )
        if lang == choose(question.text, self.scribe.lang):
            return self.say("worded", next(texts))
        return self.say("worded in", lang, *texts)

    def note(self, note: Note) -> str:
        """What could not be compared."""
        kind, parts = note
        return self.say(f"note {kind}", ", ".join(map(self._shown, parts)) or self.say("either"))

    # Terms

    def term(self, term: Term) -> str:
        """A thing by its name, a value as it is, a blank node by the beginning of its name."""
        if isinstance(term, ox.BlankNode):
            return self._shown(f"_:{term.value[:7]}…")
        told = self.scribe.term(term)
        if isinstance(term, ox.Literal) and told == f"“{term.value}”" and not self._goes_without(term.language):
            told += f" [{term.language}]"
        return self._shown(told)

    def _goes_without(self, tag: str | None) -> bool:
        """Whether a language is the very one of the reader, and need not be told."""
        return tag is None or tag.lower() in (self.scribe.lang.lower(), choose(WORDS, self.scribe.lang))

    def triple(self, triple: ox.Triple) -> str:
        """A fact in words."""
        return f"{self.term(triple.subject)} – {self.relation(triple.predicate)} – {self.term(triple.object)}"

    def _subject(self, fact: Fact) -> str:
        return f"{self.term(fact.triple.subject)} – {self.relation(fact.relation)} –"

    def relation(self, relation: ox.NamedNode) -> str:
        """What a relation is called between two things."""
        return self._shown(self.scribe.say("type") if relation.value == _TYPE else self.scribe.term(relation))

    def _code(self, term: Term) -> str:
        return self._name(plain(short(term).strip("<>")))

    def _name(self, text: str) -> str:
        return self.code(_cut(text))

    def _shown(self, text: str) -> str:
        return self.text(_cut(plain(text)))

    @property
    def _colon(self) -> str:
        return " :" if choose(WORDS, self.scribe.lang) == "fr" else ":"


_TYPE: Final = expand("rdf:type")
_KINDS: Final = {
    expand("owl:Class"): "class",
    expand("rdfs:Class"): "class",
    expand("rdf:Property"): "property",
    expand("owl:ObjectProperty"): "property",
    expand("owl:DatatypeProperty"): "property",
    expand("owl:AnnotationProperty"): "property",
    expand("owl:Ontology"): "ontology",
    expand("rdfs:Datatype"): "datatype",
}
"""Words for what vocabularies call the kinds of their terms."""

_DEPRECATED: Final = expand("owl:deprecated")
_HEADINGS: Final = frozenset(
    expand(name)
    for name in (
        *("rdf:type", "skos:prefLabel", "rdfs:label", "dcterms:title", "terril:gist", "terril:interpretationNote"),
        *("terril:inDocument", "terril:ofPassage", "terril:start", "terril:end", "terril:sha256"),
    )
)
"""What the heading of a thing tells already."""


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _apart(old: str, new: str) -> tuple[str, str]:
    """Two texts from a little before where they differ, if that is far behind their beginning.

    >>> _apart("x" * 500 + "a", "x" * 500 + "b") == ("…" + "x" * 40 + "a", "…" + "x" * 40 + "b")
    True
    """
    alike = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    start = alike - _BEFORE
    return (old, new) if start < _LONGEST // 2 else (f"…{old[start:]}", f"…{new[start:]}")


def _bare(value: str) -> str:
    """A value without a datatype that goes without saying."""
    return re.sub(r'^"([^"\\]+)"\^\^.*$', r"\1", value)


def difference(old: Term, new: Term) -> str:
    """By how much a value changed: numbers, days between dates, years.

    >>> difference(ox.Literal(200), ox.Literal(250))
    '+50'
    """
    if not (isinstance(old, ox.Literal) and isinstance(new, ox.Literal)):
        return ""
    kinds = {old.datatype.value, new.datatype.value}
    try:
        if kinds <= NUMERIC or kinds == {_YEAR}:
            return f"{Decimal(new.value) - Decimal(old.value):+}"
        if kinds == {_DATE}:
            return f"{(date.fromisoformat(new.value) - date.fromisoformat(old.value)).days:+} d"
    except (InvalidOperation, ValueError):
        return ""
    return ""
