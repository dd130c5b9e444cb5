"""What a question gives away, whatever its grammar: names, words and numbers, and what kind of answer it asks for."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from . import mentions, polarity, spelling
from .grammar import GRAMMARS, Grammar
from .index import Index
from .lexicon import Noun, Step
from .memory import Memory
from .mentions import Mention, Token
from .names import ID
from .thesaurus import SLIGHT, WORD, Form, empty, forms

NOTHING: Final = Noun()


@dataclass(frozen=True)
class Clue:
    """A name, a word or phrase, or a number of a question, from `start` to `end`.

    `parts` are its words by the forms of each; `senses` the everyday words that it stands for; `things`, `noun` and
    `steps` what it may mean in the graph, `said` the steps that it names as a verb or phrase, from its subject to its
    object, and `wide` what nouns of the same sense mean. An `alien` is a name that nothing knows.
    """

    text: str
    start: int
    end: int
    role: str
    parts: tuple[frozenset[Form], ...] = ()
    senses: frozenset[str] = frozenset()
    things: frozenset[str] = frozenset()
    noun: Noun = NOTHING
    wide: Noun = NOTHING
    steps: frozenset[Step] = frozenset()
    said: frozenset[Step] = frozenset()
    plural: bool = False
    weight: float = 1.0

    @property
    def relations(self) -> frozenset[str]:
        """The properties that it names."""
        return frozenset(property for step in self.steps for property in step.property.split())

    @property
    def means_something(self) -> bool:
        """Whether the ontology has a meaning for it as a noun."""
        return bool(self.noun.classes or self.noun.roles or self.things)


@dataclass(frozen=True)
class Asked:
    """What a question asks for: its form, the noun of what is asked for, how many of it, or `of` how
    many, and what it gives away.

    The form is that of its question word (who, which, where, when, how, ...), or count, list, truth, or puzzle if it
    has words that no passage can answer for; `nots` are the places where it says not; `agents` are those by whom
    something is done, and `actors` those who do it, if it says so; `towards` says that it asks to or for whom; `steps`
    lead to what is asked for, if its verb says so; `polar` says that it is to be answered with yes or no, even if its
    form is a puzzle; `described` are the places of nouns with a relative clause; `passive` says that it asks for what
    is done by the agents, rather than describes something by what they do. `tokens` are all its words.
    """

    form: str
    tag: str
    clues: tuple[Clue, ...]
    noun: Clue | None = None
    number: str = ""
    of: str = ""
    marks: frozenset[str] = frozenset()
    nots: tuple[int, ...] = ()
    agents: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    towards: bool = False
    steps: frozenset[Step] = frozenset()
    polar: bool = False
    described: frozenset[int] = frozenset()
    passive: bool = False
    tokens: tuple[Token, ...] = ()

    @property
    def negated(self) -> bool:
        """Whether it says not."""
        return bool(self.nots)

    @property
    def wants_number(self) -> bool:
        """Whether it asks how many, or which share or rank."""
        return self.form == "count" or (self.form == "puzzle" and bool(self.marks & {"count", "share", "rank"}))

    @property
    def compares(self) -> bool:
        """Whether it asks which of two comes first or has more."""
        least = self.marks & _RANKING and ("or" in self.marks or len(self.named) > 1 or self.of == "2")
        return bool(least) and self.form in ("puzzle", "count", "which")

    @property
    def named(self) -> frozenset[str]:
        """The things that are named."""
        return frozenset().union(*(clue.things for clue in self.clues if clue.role == "name"))


_RANKING: Final = frozenset({"first", "last", "more", "most", "fewer", "fewest"})


@dataclass
class _Words:
    """The words of a question while they are told apart; `taken` says for each what it was taken for."""

    tokens: Sequence[Token]
    grammar: Grammar
    memory: Memory
    found: Sequence[Mention]
    taken: list[str] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)

    @property
    def folded(self) -> list[str]:
        return [token.word for token in self.tokens]

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def take(self, start: int, end: int, what: str) -> None:
        self.taken[start:end] = [what] * (end - start)

    def of(self, *roles: str) -> list[Mention]:
        """The mentions of some roles, the longest first."""
        return sorted((m for m in self.found if m.role in roles), key=lambda m: (m.start - m.end, m.start))

    def begins_clause(self, place: int) -> bool:
        """Whether a word stands first, or right after a stop, but for the preposition that goes with it."""
        while place > 0 and self.tokens[place - 1].word in self.grammar.prepositions and not _stops(self.tokens[place]):
            place -= 1
        return place == 0 or _stops(self.tokens[place]) or self.tokens[place - 1].word in _CONJUNCTIONS


_STOPS: Final = frozenset(".:?!,;–…")
_CONJUNCTIONS: Final = frozenset(["and", "et", "so", "but", "mais", "or", "ou"])
_FUNCTIONS: Final = (
    *("ask", "mark", "skip", "be", "do", "have", "article", "pron", "prep", "and", "poss", "rel", "neg", "clitic"),
    "number",
)


def _stops(token: Token) -> bool:
    return bool(set(token.before) & _STOPS)


def look(asked: Sequence[Token], grammar: Grammar, names: Index, memory: Memory) -> Asked:
    """Tell what a question gives away, and what it asks for."""
    tokens = [_respelt(token, grammar.tag, memory) for token in asked]
    found = mentions.mentions(tokens, grammar, memory.lexicon, names, memory.facts)
    words = _Words(tokens, grammar, memory, found, [""] * len(tokens))
    _take_names(words)
    spots = _take_marks(words)
    asker = _asker(words)
    _take_phrases(words)
    _take_rest(words)
    return _asked(words, asker, spots)


def _respelt(token: Token, tag: str, memory: Memory) -> Token:
    word = memory.respelt(token.word, tag)
    return token if word == token.word else replace(token, word=word, text=word)


# Telling words apart

_WHOLE_NAMES: Final = frozenset({"goal", "characteristic", "offering", "figure", "post", "passage", "graph"})


def _is_proper(thing: str) -> bool:
    """Whether a thing is called by a name, rather than described."""
    return thing.startswith(ID) and thing.removeprefix(ID).partition("/")[0] not in _WHOLE_NAMES


def _take_names(words: _Words) -> None:
    nouns = {(m.start, m.end) for m in words.of("noun") if m.noun != NOTHING}
    for mention in words.of("thing"):
        start, end = mention.start, mention.end
        proper = frozenset(filter(_is_proper, mention.things))
        verb = words.folded[start] in words.grammar.have | words.grammar.be  # eu is no European Union, be no Belgium
        common = end - start == 1 and mention.text.islower() and ((start, end) in nouns or verb)
        if proper and not common and words.free(start, end) and not _is_apart(words, mention):
            words.take(start, end, "name")
            parts = _parts(words.folded[start:end], words.grammar.tag)
            words.clues.append(Clue(mention.text, start, end, "name", parts, things=proper))


def _is_apart(words: _Words, name: Mention) -> bool:
    """Whether a comma parts what asks for something from the rest of a name: which came first, the forum or …"""
    begins = (m.end for m in words.of("ask", "mark") if m.start == name.start and m.end < name.end)
    return any(_stops(words.tokens[end]) for end in begins)


def _take_marks(words: _Words) -> list[Mention]:
    """Take question words and what counts, dates or compares, unless it is part of an everyday phrase: to see the day.

    Tell the latter.
    """
    phrases = words.memory.thesaurus.senses(words.folded, words.grammar.tag)
    spots = []
    for mention in words.of("ask", "mark"):
        said = any(s <= mention.start and mention.end <= e and e - s > mention.end - mention.start for s, e in phrases)
        part = mention.role == "mark" and (said or _ends_noun(words, mention))
        if words.free(mention.start, mention.end) and not part:
            words.take(mention.start, mention.end, mention.role)
            spots += [mention] if mention.role == "mark" else []
    return spots


def _ends_noun(words: _Words, mark: Mention) -> bool:
    """Whether a mark begins with the end of a noun: the house number of, rather than the number of houses."""
    return any(m.start < mark.start < m.end < mark.end for m in words.of("noun") if m.noun != NOTHING)


def _take_phrases(words: _Words) -> None:
    """Take phrases of two words and more: nouns of the ontology, and everyday ones."""
    for (start, end), clue in sorted(_spans(words).items(), key=lambda item: (item[0][0] - item[0][1], item[0])):
        inner = words.folded[start:end]
        if end - start > 1 and words.free(start, end) and not empty(words.grammar.tag).issuperset(inner):
            words.take(start, end, "word")
            words.clues.append(clue)


def _take_rest(words: _Words) -> None:
    """Take function words, numbers, and whatever is left."""
    for mention in words.of(*_FUNCTIONS):
        if words.free(mention.start, mention.end) and not _is_saying(words, mention):
            words.take(mention.start, mention.end, mention.role)
            if mention.role == "number":
                parts = _parts(words.folded[mention.start : mention.end], words.grammar.tag)
                words.clues.append(Clue(mention.text, mention.start, mention.end, "number", parts, weight=0.5))
    single = _spans(words)
    for place, word in enumerate(words.folded):
        if not words.taken[place] and word not in empty(words.grammar.tag) and (len(word) > 1 or word.isdigit()):
            words.take(place, place + 1, "word")
            parts = _parts([word], words.grammar.tag)
            clue = single.get((place, place + 1), Clue(words.tokens[place].text, place, place + 1, "word", parts))
            words.clues.append(clue)
    words.clues = [_weighed(clue, words) for clue in sorted(words.clues, key=lambda clue: clue.start)]


def _is_saying(words: _Words, mention: Mention) -> bool:
    """Whether a word that is light elsewhere asks who says something."""
    asked = mention.start > 0 and words.taken[mention.start - 1] == "ask"
    senses = words.memory.thesaurus.senses(words.folded[mention.start : mention.end], words.grammar.tag)
    return mention.role == "skip" and asked and any(_SAY in names for names in senses.values())


_SAY: Final = WORD + "say"


def _spans(words: _Words) -> dict[tuple[int, int], Clue]:
    """A clue for each stretch of words that means something as a noun, or in the thesaurus."""
    tag, folded = words.grammar.tag, words.folded
    senses = words.memory.thesaurus.senses(folded, tag)
    nouns = {
        (m.start, m.end): m.noun
        for m in words.of("noun")
        if m.noun != NOTHING and _is_phrase(folded[m.start : m.end], words.grammar)
    }
    things = {(m.start, m.end): m.things for m in words.of("thing")}
    single = {span for span in things if span[1] - span[0] == 1}
    found = {}
    for start, end in {*senses, *nouns, *single}:
        whole = (start, end) not in nouns and end - start > 1
        text = " ".join(token.text for token in words.tokens[start:end])
        found[start, end] = Clue(
            text,
            start,
            end,
            "word",
            _parts(folded[start:end], tag, whole=whole),
            senses.get((start, end), frozenset()),
            things.get((start, end), frozenset()),
            nouns.get((start, end), NOTHING),
        )
    return found


def _is_phrase(folded: Sequence[str], grammar: Grammar) -> bool:
    """Whether words can be one noun: no verb to be and no article stands among them."""
    return not any(word in grammar.be | grammar.have | grammar.do | grammar.articles for word in folded[1:-1])


def _parts(folded: Sequence[str], tag: str, *, whole: bool = False) -> tuple[frozenset[Form], ...]:
    """The forms of each word; of a phrase that is only one as a `whole`, of the prepositions too."""
    kept = [word for word in folded if word not in (SLIGHT if whole else empty(tag))]
    return tuple(forms(word, tag) for word in kept or folded)


def _weighed(clue: Clue, words: _Words) -> Clue:
    """A word with what it may name besides, and how much it tells."""
    if clue.role != "word":
        return clue
    verbs = [m for m in words.found if m.role in ("verb", "phrase") and m.start < clue.end and clue.start < m.end]
    steps = {step for m in verbs for step in m.steps} | clue.noun.roles
    longest = max((m.end - m.start for m in verbs), default=0)
    last = words.folded[clue.end - 1 if words.grammar.tag == "en" else clue.start]
    clue = replace(
        clue,
        steps=frozenset(replace(step, loose=False) for step in steps),
        said=frozenset(replace(step, loose=False) for m in verbs if m.end - m.start == longest for step in m.steps),
        plural=len(last) > 3 and last[-1] in "sx" and not last.endswith("ss"),
    )
    token = words.tokens[clue.start]
    if clue.senses or clue.means_something or words.memory.knows(token.word, words.grammar.tag):
        return replace(clue, weight=words.memory.weight(clue.parts))
    foreign = token.text[:1].isupper() and clue.start > 0 and not _stops(token)
    return replace(clue, role="alien", weight=_ALIEN) if foreign else clue


_ALIEN: Final = 2.0


# What is asked for


def _asker(words: _Words) -> Mention | None:
    """The question word: one at the head of a clause rather than a relative pronoun or a conjunction."""

    def order(mention: Mention) -> tuple[bool, bool, bool, int]:
        inside = mention.start > 0 and not words.begins_clause(mention.start)
        follows = words.taken[mention.end : mention.end + 1]
        relative = mention.value in _RELATIVE or follows in (["name"], ["article"], ["pron"])
        after = words.folded[mention.end : mention.end + 1]
        verb = words.grammar.be | words.grammar.do | words.grammar.have | words.grammar.light
        conjunction = mention.start > 0 or not verb.issuperset(after)
        return (
            inside and relative,
            inside,
            mention.value in _WHEN and conjunction,
            mention.start,
        )

    askers = [m for m in words.of("ask") if words.taken[m.start : m.end] == ["ask"] * (m.end - m.start)]
    longest = [m for m in askers if not any(o is not m and o.start <= m.start and m.end <= o.end for o in askers)]
    return min((m for m in longest if not _only_describes(words, m)), key=order, default=None)


def _only_describes(words: _Words, asker: Mention) -> bool:
    """Whether a question word only begins a relative clause: it follows what that describes, the region that …"""
    if asker.end - asker.start > 1 or words.folded[asker.start] not in words.grammar.relative:
        return False
    place = asker.start
    while place > 0 and words.folded[place - 1] in words.grammar.prepositions and not _stops(words.tokens[place]):
        place -= 1
    if place == 0 or _stops(words.tokens[place]) or _stops(words.tokens[asker.start]):
        return False
    if words.folded[place - 1] in _DEMONSTRATIVE or words.taken[place - 1] == "name":
        return True
    nouns = (m for m in words.of("noun") if m.end == place and m.noun.classes)
    return any(not any(v.role == "verb" and v.end == place for v in words.found) for _ in nouns)


_DEMONSTRATIVE: Final = frozenset(
    ["celui", "celle", "ceux", "celles", "one", "ones", "someone", "somebody", "those", "guy", "fella", "whoever"]
)


_RELATIVE: Final = ("who", "what", "when", "where", "whose")
_WHEN: Final = ("when", "where")
_PUZZLES: Final = frozenset(
    spelling.words(
        "most fewest more fewer first last than since other meaning called before after only rank exact all loose"
    )
)
_LISTS: Final = ("which", "what", "list", "who")


def _asked(words: _Words, asker: Mention | None, spots: Sequence[Mention]) -> Asked:
    marks = {mention.value for mention in spots} | ({"or"} if {"or", "ou"} & set(words.folded) else set())
    form = _form(words, asker, marks)
    noun = _noun(words, form, asker, spots)
    if noun is not None and not noun.means_something and _is_verb(noun, words):
        noun = None
    noun = _widened(noun, words.memory) if noun is not None else None
    clues = _framed(
        [noun if noun is not None and clue.start == noun.start else clue for clue in words.clues], words, asker
    )
    if noun is not None and form in ("which", "what", "list"):
        for instead, name in _INSTEAD.items():
            if name in noun.senses and (instead == "when" or not noun.noun.classes):
                return _finished(words, instead, None, [clue for clue in clues if clue is not noun], marks)
    if any(_KIND in clue.senses for clue in clues):
        marks.add("kind")
        noun = None if noun is not None and _KIND in noun.senses else noun
        clues = [clue for clue in clues if _KIND not in clue.senses]
    if form in ("which", "list") and (noun is None or (form == "list" and not noun.means_something)):
        described = _described(words, clues)
        noun = _widened(described, words.memory) if described is not None else noun
        clues = [noun if noun is not None and clue.start == noun.start else clue for clue in clues]
    towards = asker is not None and words.folded[max(0, asker.start - 1) : asker.start] in _TOWARDS
    steps = _steps(words, asker, noun, clues) if asker is not None else frozenset[Step]()
    return replace(_finished(words, form, noun, clues, marks), towards=towards, steps=steps)


_BY: Final = frozenset(["by", "par"])


def _steps(words: _Words, asker: Mention, noun: Clue | None, clues: Iterable[Clue]) -> frozenset[Step]:
    """The steps to what is asked for, as the first verb after it says: to who does something, or to what is done to.

    Nothing where that is not plain: in French, what does it may follow the verb.
    """
    end = noun.end if noun is not None and noun.start >= asker.end else asker.end
    said = next((clue for clue in clues if clue.said and clue.start >= end and clue.role == "word"), None)
    verb = next((m for m in words.found if said and m.role == "verb" and m.start == said.start), None)
    if said is None or verb is None:
        return frozenset()
    between = set(words.taken[end : verb.start])
    passive = "be" in between and _is_participle(words, verb.start)
    agent = _BY & set(words.folded[max(0, asker.start - 1) : asker.start + 1])
    if agent or (between <= {"be", "have", "skip"} and not passive and _leads_up(words, asker)):
        return frozenset(step.back() for step in said.said)
    done_to = passive or between & {"do", "name", "pron"} or asker.text.lower() in _OBJECTS
    return said.said if done_to and not (passive and between & {"name", "pron"}) else frozenset()


def _leads_up(words: _Words, asker: Mention) -> bool:
    """Whether a question word that is followed by a verb is its subject."""
    return words.grammar.tag == "en" or words.folded[asker.start : asker.end] == ["qui"]


_OBJECTS: Final = frozenset(["que", "qu", "qu’", "qu'"])


_TOWARDS: Final = (["to"], ["for"], ["a"], ["pour"])
_KIND: Final = WORD + "kind"
_INSTEAD: Final = {"when": WORD + "date", "where": WORD + "place", "who": WORD + "somebody"}


def _finished(words: _Words, form: str, noun: Clue | None, clues: Sequence[Clue], marks: Collection[str]) -> Asked:
    nots = {
        m.start
        for m in words.found
        if m.role == "neg" and words.taken[m.start] != "name" and m.start < polarity.tail(words.tokens)
    }
    number, of = _number(words, noun, clues) if noun is not None else ("", "")
    named = [clue for clue in clues if clue.role == "name"]
    agents, actors = (
        frozenset[str]().union(*(clue.things for clue in named if does(words, clue))) for does in (_follows_by, _acts)
    )
    return Asked(
        form,
        words.grammar.tag,
        tuple(clues),
        noun,
        number,
        of,
        frozenset(marks),
        tuple(sorted(nots)),
        agents,
        actors,
        polar=form == "truth" or (form == "puzzle" and polarity.is_polar(words.tokens, words.grammar, marks)),
        described=frozenset(clue.start for clue in clues if _is_described(words, clue)),
        passive=any(_follows_by(words, clue) and _is_passive(words, clue) for clue in named),
        tokens=tuple(words.tokens),
    )


def _is_described(words: _Words, noun: Clue) -> bool:
    """Whether a relative clause follows a noun: the cluster that …, l’université où …"""
    after = words.folded[noun.end : noun.end + 1]
    return bool(noun.role == "word" and noun.noun.classes and words.grammar.relative.intersection(after))


def _follows_by(words: _Words, name: Clue) -> bool:
    """Whether a name stands after a participle and by, or after another name that does."""
    by = name.start - 1
    while by > 0 and words.taken[by] in ("article", "name"):
        by -= 1
    return by > 0 and words.folded[by] in ("by", "par") and _is_participle(words, by - 1)


def _is_passive(words: _Words, agent: Clue) -> bool:
    """Whether the participle before an agent makes a clause of its own: was founded by, rather than founded by."""
    by = max(place for place in range(agent.start) if words.folded[place] in _BY)
    before = [word for word in words.folded[: by - 1] if word not in words.grammar.light]
    return before[-1:] != [] and before[-1] in words.grammar.be


def _acts(words: _Words, name: Clue) -> bool:
    """Whether a name that is no adjective stands right before a verb that the ontology has, which is no passive."""
    if name.start and words.taken[name.start - 1] == "word" and name.text.islower():
        return False
    verb = next((m for m in words.found if m.role == "verb" and m.start == name.end), None)
    passive = "be" in words.taken[: name.start] or words.grammar.tag == "fr"
    return verb is not None and not (passive and _is_participle(words, verb.start))


def _is_participle(words: _Words, place: int) -> bool:
    """Whether a word is a participle; of French ones in -e, those that are written with their accent."""
    token = words.tokens[place]
    plain = words.grammar.tag == "fr" and token.word.rstrip("s").endswith("e") and "é" not in token.text.lower()[-3:]
    return words.grammar.is_participle(token.word) and not plain


def _form(words: _Words, asker: Mention | None, marks: set[str]) -> str:
    if marks & {"count", "share"}:
        form = "count"
    elif polarity.is_polar(words.tokens, words.grammar, marks) or (
        marks & {"exists", "truth"} and not polarity.asks_openly(words.tokens, words.grammar)
    ):
        form = "truth"
    elif (asker is not None and asker.value == "when") or marks & {"date", "year"}:
        form = "when"
    elif asker is not None:
        form = "who" if asker.value == "whose" else asker.value
    elif _is_statement(words):
        form = "truth"
    else:
        form = "list"
    settled = {"when": {"exact"}, "truth": {"only", "called"}}.get(form, set())
    puzzling = marks & (_PUZZLES - settled)
    return "puzzle" if puzzling else form


def _is_statement(words: _Words) -> bool:
    """Whether a question without a question word says something that may be true, rather than asks for a list."""
    if words.folded[:1] and words.folded[0] in _POLITE and set(words.folded[1:2]) & {"you", "tu", "vous", "u"}:
        return False
    begins = any(m.start == 0 and m.role in ("be", "do", "have") for m in words.found)
    asks = any(m.role == "clitic" for m in words.found) or bool(CONFIRMING & set(words.folded[-3:]))
    if polarity.asks_openly(words.tokens, words.grammar):
        return False
    says = any(m.role in ("be", "have") and m.start > 0 and not _is_relative(words, m) for m in words.found)
    says = says and words.folded[0] not in words.grammar.commands | words.grammar.light
    return begins or asks or says or _states(words)


def _is_relative(words: _Words, verb: Mention) -> bool:
    """Whether a verb belongs to a relative clause: the firms that are …"""
    return words.folded[verb.start - 1] in words.grammar.relative and not _stops(words.tokens[verb.start - 1])


def _states(words: _Words) -> bool:
    """Whether a French question begins with a name and a verb that goes with it, as a statement does."""
    subject = next((clue for clue in words.clues if clue.role == "name" and clue.start == 0), None)
    if words.grammar.tag != "fr" or subject is None:
        return False
    return any(m.role == "verb" and m.start == subject.end and not _is_participle(words, m.start) for m in words.found)


_POLITE: Final = frozenset(["can", "could", "would", "will", "peux", "pouvez", "pourriez", "pourrais"])
CONFIRMING: Final = frozenset(["right", "correct", "true", "non", "oui", "vrai"])


def _noun(words: _Words, form: str, asker: Mention | None, spots: Sequence[Mention]) -> Clue | None:
    """The noun next to what asks for it."""
    place = -1
    if form in _LISTS:
        place = asker.end if asker is not None else 0
    for spot in spots:
        if (spot.value == "kind" and place >= 0) or (spot.value in ("count", "share") and form == "count"):
            place = spot.end
    if place < 0:
        return None
    first = place
    while place < len(words.taken) and words.taken[place] in ("article", "be", "prep", "skip", "number", "mark"):
        place += 1
    if place == len(words.taken) or (form == "who" and "be" not in words.taken[first:place]):
        return None
    clue = next((clue for clue in words.clues if clue.start <= place < clue.end), None)
    if clue is not None and clue.role == "name":
        owned = next((c for c in words.clues if c.start >= clue.end and c.role == "word"), None)
        if owned is None or words.grammar.tag != "en" or set(words.taken[clue.end : owned.start]) - {"poss"}:
            return None
        clue = owned
    return _head(words, clue) if clue is not None and clue.role == "word" else None


def _head(words: _Words, first: Clue) -> Clue:
    """The head of the noun phrase that begins with a word: the first noun in French, the last of a row in English."""
    row = [first]
    for clue in words.clues:
        if clue.start == row[-1].end and clue.role == "word" and not words.tokens[clue.start].before.strip():
            row.append(clue)
    nouns = [clue for clue in row if clue.noun != NOTHING]
    if words.grammar.tag == "en" and _is_subject(words, row):
        return row[-1]
    if not nouns or words.grammar.tag == "fr":
        return nouns[0] if nouns and nouns[0].start <= first.end else first
    head = nouns[0]
    for clue in nouns[1:]:
        if clue.start == head.end and not (clue.end - clue.start == 1 and _is_verb(clue, words)):
            head = clue
    return head


def _is_subject(words: _Words, row: Sequence[Clue]) -> bool:
    """Whether words are one noun phrase, whose head is the last: an auxiliary follows, and none of them is a verb."""
    aux = words.grammar.be | words.grammar.do | words.grammar.have
    last = row[-1]
    follows = words.folded[last.end : last.end + 1]
    head = words.folded[last.end - 1]
    verbal = _is_verb(last, words) or words.grammar.is_participle(head) or head in words.grammar.light
    return len(row) > 1 and bool(aux.intersection(follows)) and (last.noun != NOTHING or not verbal)


def _is_verb(clue: Clue, words: _Words) -> bool:
    return any(m.role == "verb" and m.start == clue.start for m in words.found)


def _described(words: _Words, clues: Sequence[Clue]) -> Clue | None:
    """What a question is about that has no noun next to its question word: a noun that is counted, else the first."""
    plain = [clue for clue in clues if clue.role == "word"]
    for number in (clue for clue in clues if clue.role == "number"):
        for clue in plain:
            if (
                number.end <= clue.start <= number.end + _NEAR
                and clue.plural
                and (clue.noun != NOTHING or not _is_verb(clue, words))
            ):
                return clue
    return next((clue for clue in plain if clue.means_something and not _is_verb(clue, words)), None)


_NEAR: Final = 3


def _widened(noun: Clue, memory: Memory) -> Clue:
    """A noun with what nouns of the same sense mean."""
    phrases = (phrase for name in noun.senses for phrase in memory.thesaurus.sets[name] if len(phrase) == 1)
    nouns = [memory.lexicon.nouns.get(phrase[0].partition(":")[2], NOTHING) for phrase in phrases]
    classes = frozenset[str]().union(*(one.classes for one in nouns))
    return replace(noun, wide=Noun(classes, frozenset[Step]().union(*(one.roles for one in nouns))))


def _framed(clues: list[Clue], words: _Words, asker: Mention | None) -> list[Clue]:
    """Without what only leads up to a question and ends with a colon, but for its names."""
    colon = next((n for n, token in enumerate(words.tokens) if n and ":" in token.before), 0)
    after = [clue for clue in clues if clue.start >= colon]
    if not colon or len(after) < 2 or (asker is not None and asker.start < colon):
        return clues
    return [clue for clue in clues if clue in after or clue.role == "name" or clue.things or clue.noun.classes]


_SHORT: Final = 3


def _number(words: _Words, noun: Clue, clues: Sequence[Clue]) -> tuple[str, str]:
    """How many are asked for, if that stands right before the noun; else of how many, as in `one of the two`."""
    for clue in clues:
        between = words.taken[clue.end : noun.start]
        if clue.role == "number" and clue.end <= noun.start and set(between) <= {"word"}:
            before = words.folded[max(0, clue.start - 2) : clue.start]
            value = number_of(clue.text)
            if len(value) < _SHORT:
                return ("", value) if before == ["of", "the"] or before[-1:] in (["of"], ["des"]) else (value, "")
    return "", _out_of(words, noun)


def _out_of(words: _Words, noun: Clue) -> str:
    """The number in what leads up to a noun, such as `of the two`."""
    led = (m for m in words.found if m.role == "skip" and m.end == noun.start and words.taken[m.start] == "skip")
    return next((value for m in led for word in m.text.split() if (value := number_of(word))), "")


def number_of(text: str) -> str:
    """The number that a word says, in digits; nothing if it says none.

    >>> number_of("five"), number_of("Cinq"), number_of("5")
    ('5', '5', '5')
    """
    word = spelling.words(text)[0]
    if word.isdecimal():
        return word
    return next((str(grammar.numbers[word]) for grammar in GRAMMARS.values() if word in grammar.numbers), "")


def nouns_of(clues: Iterable[Clue]) -> Iterator[Clue]:
    """The clues that are nouns for classes of things."""
    return (clue for clue in clues if clue.noun.classes)
