"""How a question was read: what it was taken to ask, what each word was taken for, what else it may mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .inquiry import Inquiry, Try
from .languages import in_language
from .lexicon import HAVING_ROLE, Step
from .matching import SPOKEN
from .mentions import Mention, Token
from .names import compact
from .readings import ANY, SAME, Link, Node, Reading


@dataclass(frozen=True)
class Understanding:
    """What a question was read as, each of its words with what it stands for, words that were taken for misspelt ones,
    and other ways to read it; `answered` says whether the documents say anything to that.

    Its text is one line for a reader.
    """

    text: str
    words: tuple[tuple[str, str], ...]
    mended: tuple[tuple[str, str], ...] = ()
    others: tuple[str, ...] = ()
    answered: bool = True
    lang: str = "en"

    def __str__(self) -> str:
        said = [f"{_READ_AS[self.lang]} {self.text}"]
        said += [_MENDED[self.lang].format(wrong, right) for wrong, right in self.mended]
        return " ".join(said if self.answered else [*said, _SILENT[self.lang]])


_READ_AS: Final = {"en": "Read as:", "fr": "Lu comme :"}
_SILENT: Final = {"en": "The documents do not say.", "fr": "Les documents ne le disent pas."}
_MENDED: Final = {"en": "({!r} taken for {!r})", "fr": "({!r} lu {!r})"}


def understand(
    best: Try, tries: Sequence[Try], inquiry: Inquiry, lang: str, asked: Sequence[Token], text: str
) -> Understanding:
    """Tell how a question was read."""
    told = _text(best, inquiry, lang)
    others = (_text(one, inquiry, lang) for one in tries if one is not best and one.reading.mentions)
    distinct = [other for other in dict.fromkeys(others) if other != told]
    mended = tuple(
        (text[t.start : t.start + _length(text, t)], t.text) for t in asked if not text.startswith(t.text, t.start)
    )
    words = tuple((m.text, _role(m, inquiry, lang)) for m in best.reading.mentions if m.role not in ("article",))
    return Understanding(told, words, mended, tuple(distinct[:_MOST_OTHERS]), best.found, lang)


_MOST_OTHERS: Final = 3


def both(first: Understanding, second: Understanding) -> Understanding:
    """How both halves of a question were read: answered, if both are."""
    lang, answered = first.lang, first.answered and second.answered
    told = [one.text if answered or not one.answered else f"{one.text} {_KNOWN[lang]}" for one in (first, second)]
    words, mended = (*first.words, *second.words), (*first.mended, *second.mended)
    return Understanding(_BOTH[lang].format(*told), words, mended, (), answered, lang)


_BOTH: Final = {"en": "{}; and: {}", "fr": "{} ; et : {}"}
_KNOWN: Final = {"en": "(this half they say)", "fr": "(cette moitié, ils la disent)"}


def _length(text: str, token: Token) -> int:
    end = token.start
    while end < len(text) and text[end].isalnum():
        end += 1
    return end - token.start


def write(understanding: Understanding, sparql: str) -> str:
    """The whole of it for a reader: the line, each word’s role, the query, the other readings."""
    width = max((len(word) for word, _ in understanding.words), default=0)
    lines = [
        str(understanding),
        *(f"  {word:<{width}}  {role}" for word, role in understanding.words),
        "",
        sparql.rstrip(),
    ]
    if understanding.others:
        lines += ["", _OTHERS[understanding.lang], *(f"  {other}" for other in understanding.others)]
    return "\n".join(lines) + "\n"


_OTHERS: Final = {"en": "It might also mean:", "fr": "Autres lectures :"}


# The line


def _text(one: Try, inquiry: Inquiry, lang: str) -> str:
    told = _whole(one, inquiry, lang)
    return f"{told} ({_BUT[lang]} {one.aside})" if one.aside else told


_BUT: Final = {"en": "without", "fr": "sans"}


def _whole(one: Try, inquiry: Inquiry, lang: str) -> str:
    reading = one.reading
    match one.form:
        case "recalled" | "compared":
            told = " / ".join(f"“{gist}”" for gist in one.gists)
            if not reading.links:
                return f"{_FROM[lang]} {told}"
            return f"{_pattern(reading, inquiry, lang)}, {_AS_TOLD[lang]} {told}"
        case "figure":
            return _label(one.cards[0], inquiry, lang) if one.cards else _pattern(reading, inquiry, lang)
        case "time" if one.cards:
            return f"{_DATE[lang]} {', '.join(dict.fromkeys(_label(card, inquiry, lang) for card in one.cards))}"
        case "kind":
            return f"{_KIND[lang]} {_node(reading.nodes[reading.asked], inquiry, lang)}"
        case "name":
            return f"{_NAME[lang]} {', '.join(node.text for node in reading.nodes if node.things)}"
        case "told":
            rest = [
                m.text
                for m in reading.mentions
                if m.role in ("thing", "noun", "word", "verb", "phrase")
                and m.text not in reading.nodes[reading.asked].text
            ]
            return f"{_node(reading.nodes[reading.asked], inquiry, lang)}, {_TOLD[lang]} {', '.join(rest)}"
        case "count":
            return f"{_COUNT[lang]} {_pattern(reading, inquiry, lang)}"
    return _pattern(reading, inquiry, lang)


_FROM: Final = {"en": "what is told in the passage", "fr": "ce que dit le passage"}
_AS_TOLD: Final = {"en": "as told in the passage", "fr": "comme le dit le passage"}
_DATE: Final = {"en": "date of", "fr": "date de"}
_KIND: Final = {"en": "what kind of thing it is:", "fr": "quelle sorte de chose c’est :"}
_NAME: Final = {"en": "the full name of", "fr": "le nom complet de"}
_TOLD: Final = {"en": "where a passage speaks of", "fr": "là où un passage parle de"}
_COUNT: Final = {"en": "how many:", "fr": "combien :"}
_IN: Final = {"en": "in passages with", "fr": "dans les passages où il y a"}
_BY: Final = {"en": "in the words of", "fr": "dans les mots de"}
_SOMETHING: Final = {"en": "something", "fr": "quelque chose"}


def _pattern(reading: Reading, inquiry: Inquiry, lang: str) -> str:
    links = "; ".join(_link(reading, link, inquiry, lang) for link in reading.links)
    parts = [links or ", ".join(_node(node, inquiry, lang) for node in reading.nodes)]
    words = [*sorted(reading.words), *(_label(min(things), inquiry, lang) for things in reading.context)]
    if words:
        parts.append(f"{_IN[lang]} {', '.join(words)}")
    if reading.voices:
        parts.append(f"{_BY[lang]} {', '.join(_label(one, inquiry, lang) for one in sorted(reading.voices))}")
    return ", ".join(parts)


def _link(reading: Reading, link: Link, inquiry: Inquiry, lang: str) -> str:
    source, target = (_node(reading.nodes[n], inquiry, lang, n == reading.asked) for n in (link.source, link.target))
    relation = _relation(link, inquiry, lang)
    return f"{source} – {_NOT[lang] if link.negated else ''}{relation} – {target}"


_NOT: Final = {"en": "not ", "fr": "pas "}
_RELATED: Final = {"en": "related to", "fr": "en relation avec"}
_IS: Final = {"en": "is", "fr": "est"}
_SPEAKS: Final = {"en": "speaks of", "fr": "parle de"}
_MOST_RELATIONS: Final = 3


def _relation(link: Link, inquiry: Inquiry, lang: str) -> str:
    if SAME in link.steps:
        return _IS[lang]
    named = [_step(step, inquiry, lang) for step in sorted(link.steps) if step.property != ANY.property]
    if not named or ANY in link.steps:
        return link.text or _RELATED[lang]
    distinct = list(dict.fromkeys(named))
    more = " …" if len(distinct) > _MOST_RELATIONS else ""
    return " / ".join(distinct[:_MOST_RELATIONS]) + more


def _step(step: Step, inquiry: Inquiry, lang: str) -> str:
    if step.property == SPOKEN and step.inverse:
        return _SPEAKS[lang]
    if step.property.startswith(HAVING_ROLE):
        return compact(step.property.removeprefix(HAVING_ROLE))
    parts = (inquiry.lexicon.names.get(part) for part in step.property.split())
    label = ", ".join(in_language(names, lang) if names else "" for names in parts)
    return f"({label})⁻¹" if step.inverse else label


def _node(node: Node, inquiry: Inquiry, lang: str, asked: bool = False) -> str:
    text = node.text or _SOMETHING[lang]
    return f"[{text}]" if asked else text


def _label(thing: str, inquiry: Inquiry, lang: str) -> str:
    labels = {x.language or "": x.value for x in reversed(inquiry.facts.preferred(thing))}
    return in_language(labels, lang) if labels else compact(thing)


# Words


def _role(mention: Mention, inquiry: Inquiry, lang: str) -> str:
    match mention.role:
        case "thing":
            return ", ".join(sorted(compact(thing) for thing in mention.things)[:4])
        case "noun":
            terms = [*sorted(mention.noun.classes), *sorted({step.property for step in mention.noun.roles})]
            return ", ".join(compact(term) for term in terms[:4])
        case "verb" | "phrase" | "prep":
            return ", ".join(dict.fromkeys(compact(step.property.split()[0]) for step in sorted(mention.steps)[:4]))
        case "word":
            return _WORD[lang]
        case "ask" | "mark":
            return mention.value
    return ""


_WORD: Final = {"en": "a word of names or passages", "fr": "un mot de noms ou de passages"}
