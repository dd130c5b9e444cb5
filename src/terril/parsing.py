"""How the mentions of a question hang together: who does what, what belongs to what, what is asked for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from . import spelling
from .facts import Facts
from .grammar import Grammar
from .lexicon import Lexicon, Noun, Step, Steps, key
from .mentions import Mention, Segmentation
from .names import expand
from .readings import ANY, SAME, Link, Node, Reading, whole

_AGENTS: Final = frozenset(expand(name) for name in ("foaf:Agent", "foaf:Person", "org:Organization"))
_STAKEHOLDER: Final = expand("terril:StakeholderCategory")
_ACTORS: Final = _AGENTS | {expand("terril:Company")}
_GOAL: Final = expand("terril:Goal")
_CONTRIBUTES: Final = expand("terril:contributesTo")
_HAS_GOAL: Final = expand("terril:hasGoal")
_TERRITORY: Final = expand("terril:Territory")
_CONCEPT: Final = expand("skos:Concept")
_BROADER: Final = expand("skos:broader")
_POST: Final = expand("org:Post")
_HOLDS: Final = expand("org:holds")
_ROLE: Final = expand("org:Role")
_WORKS_FOR: Final = expand("terril:worksFor")
_ROLE_OF: Final = f"{_HOLDS} {expand('org:role')}"
_ADDRESSES: Final = expand("terril:addresses")
_SPOKEN: Final = expand("terril:spokenBy")
_MEMBERSHIP: Final = frozenset({Step(expand("org:memberOf")), Step(expand("terril:involves"), inverse=True)})
_NOTHING: Final = Noun()


@dataclass
class _Element:
    """A mention in its place in the sentence; `node` is its number if it is one; a comma may stand before it."""

    role: str
    mention: Mention
    node: int = -1
    value: str = ""

    @property
    def comma(self) -> bool:
        return any(sign in self.mention.before for sign in ",;:–—") or self.mention.before.strip() == "-"


@dataclass
class _Clause:
    """A clause: what it is about if it is a relative one, and whether it has its verb yet."""

    antecedent: int = -1
    word: str = ""
    verb: bool = False


@dataclass
class _Sentence:
    """A sentence while it is taken apart."""

    grammar: Grammar
    lexicon: Lexicon
    facts: Facts
    inverted: bool
    elements: list[_Element] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    asked: int = -1
    counted: int = -1
    truth: bool = False
    cost: float = 0.0

    def add(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def link(
        self, source: int, target: int, steps: Steps, text: str = "", negated: bool = False, wider: bool = False
    ) -> None:
        if source >= 0 and target >= 0 and source != target:
            self.links.append(Link(source, target, steps, text, negated, wider))

    def is_thing(self, n: int) -> bool:
        return self.nodes[n].things is not None

    def ask(self, n: int) -> None:
        if self.asked < 0 <= n:
            self.asked = n


def readings(found: Segmentation, grammar: Grammar, lexicon: Lexicon, facts: Facts) -> Iterator[Reading]:
    """The ways in which a choice of mentions may hang together."""
    clitic = any(mention.role == "clitic" for mention in found.mentions) or found.clitic
    for variant in range(4):
        sentence = _Sentence(grammar, lexicon, facts, bool(variant & 1))
        _place(sentence, found.mentions)
        _see_what_is_asked(sentence, clitic)
        _connect(sentence, bool(variant & 2))
        found_any = False
        for nodes, links, asked, counted, cost in whole(
            sentence.nodes, sentence.links, sentence.asked, sentence.counted
        ):
            found_any = True
            if _is_stranded(sentence):
                continue
            yield Reading(
                "truth" if sentence.truth else "list", nodes, links, asked,
                frozenset(e.value for e in sentence.elements if e.role == "word"), (),
                frozenset(sentence.voices), tuple(sentence.marks), counted,
                found.cost + sentence.cost + cost + 0.4 * (variant & 1) + 0.2 * (variant >> 1), found.mentions,
            )  # fmt: skip
        if not found_any and sentence.asked >= 0 and variant == 0:
            yield _bare(sentence, found)


def _bare(sentence: _Sentence, found: Segmentation) -> Reading:
    """A reading that says nothing but what is asked for: the rest must be told in one place."""
    return Reading(
        "list", (sentence.nodes[sentence.asked],), (), 0, frozenset(), (), frozenset(sentence.voices),
        (*sentence.marks, "loose"),
        cost=found.cost + sentence.cost + 1.5, mentions=found.mentions,
    )  # fmt: skip


def _is_stranded(sentence: _Sentence) -> bool:
    """Whether a preposition at the end belongs to no verb or phrase."""
    return bool(sentence.elements) and sentence.elements[-1].role == "prep"


# Elements


def _place(sentence: _Sentence, mentions: Sequence[Mention]) -> None:
    """Put nodes, and what stands between them, in order."""
    kept = [mention for mention in mentions if mention.role not in ("skip", "article")]
    for i, mention in enumerate(kept):
        element = _Element(mention.role, mention, value=mention.value or mention.preposition)
        match mention.role:
            case "ask":
                element = _asker(sentence, mention, kept[i + 1 :])
            case "thing":
                element.role, element.node = "N", sentence.add(Node(mention.text, mention.start, mention.things))
            case "noun":
                noun = mention.noun
                element.role = "N"
                element.node = sentence.add(Node(mention.text, mention.start, None, noun.classes, noun.roles))
            case "mark" if mention.value in ("date", "year"):
                sort = "time" if mention.value == "date" else "year"
                element.role, element.node = "N", sentence.add(Node(mention.text, mention.start, sort=sort, bare=True))
            case "mark" if mention.value == "be":
                element.role = "be"
            case "rel":
                last = sentence.elements[-1] if sentence.elements else None
                if (
                    last is None
                    or last.role not in ("N", "prep", "pron")
                    or not any(e.role == "N" for e in sentence.elements)
                ):
                    continue
                element.value = mention.text.lower()
        sentence.elements.append(element)
    while sentence.elements and sentence.elements[0].role in ("and", "poss"):
        del sentence.elements[0]
    _set_aside(sentence)
    _attach_adjectives(sentence)
    _choose(sentence)


def _attach_adjectives(sentence: _Sentence) -> None:
    """Tie a place that is named by an adjective to the noun beside it: Walloon clusters, clusters wallons."""
    i = 0
    while i < len(sentence.elements):
        elements = sentence.elements
        k = i + 1 if sentence.grammar.tag == "en" else i - 1
        beside = elements[k] if 0 <= k < len(elements) else None
        if (
            beside is not None
            and beside.role == "N"
            and _is_adjective(sentence, elements[i])
            and not _is_adjective(sentence, beside)
            and not (beside if k > i else elements[i]).comma
            and not sentence.nodes[beside.node].bare
        ):
            sentence.link(
                elements[i].node,
                beside.node,
                _roles_of(sentence, beside.node),
                "",
                wider=bool(sentence.nodes[beside.node].classes),
            )
            sentence.cost += 0.1
            del elements[i]
            continue
        i += 1


def _roles_of(sentence: _Sentence, n: int) -> Steps:
    return sentence.nodes[n].roles or frozenset({ANY})


def _is_adjective(sentence: _Sentence, element: _Element) -> bool:
    """Whether an element names a place by an adjective."""
    things = sentence.nodes[element.node].things if element.role == "N" else None
    if not things or not _is_of(sentence, sentence.nodes[element.node], frozenset({_TERRITORY})):
        return False
    text = spelling.fold(element.mention.text)
    if not sentence.lexicon.others.get(key(spelling.words(element.mention.text)), frozenset()) & things:
        return False
    names = {spelling.fold(label.value) for thing in things for label in sentence.facts.official.get(thing, ())}
    return text not in names and (element.mention.text[:1].islower() or sentence.grammar.tag == "en")


def _asker(sentence: _Sentence, mention: Mention, rest: Sequence[Mention]) -> _Element:
    """A question word: a node of its own, what stands before a noun that is asked for, or a relative pronoun."""
    what = mention.value
    last = sentence.elements[-1] if sentence.elements else None
    element = _Element("ask", mention, value=what)
    is_first = not any(e.role == "ask" or e.value in _ASKERS for e in sentence.elements)
    if last is not None and last.role in _VERBAL and not is_first and what in ("who", "whose", "where"):
        return _Element("rel", mention, value=what)
    if last is not None and not element.comma and _is_relative(sentence, what, last, is_first):
        return _Element("rel", mention, value={"what": "que"}.get(what, what))
    following = rest[0].role if rest else ""
    if what in ("which", "what") and following in ("noun", "thing", "mark", "number", "word", "prep", "and"):
        return element
    roles = sentence.lexicon.askers.get("where", _NOTHING).roles if what == "where" else frozenset[Step]()
    sort = {"where": "place", "when": "time", "why": "why", "how": "how"}.get(what, "")
    classes = _AGENTS if what in ("who", "whose") else frozenset[str]()
    node = sentence.add(Node(mention.text, mention.start, None, classes, roles, sort=sort, bare=True))
    return _Element("N", mention, node, what)


_ASKERS: Final = ("who", "what", "which", "where", "when", "whose", "why", "how")


def _is_relative(sentence: _Sentence, what: str, last: _Element, is_first: bool) -> bool:
    if sentence.grammar.tag == "en":
        if last.role == "prep":
            return what == "which" and not is_first
        return last.role in ("N", "pron") and (
            what in ("who", "whose") or (what in ("where", "which") and not is_first)
        )
    if last.role == "prep":
        return what == "which" and not is_first
    return last.role in ("N", "pron") and what in ("who", "what", "where")


def _set_aside(sentence: _Sentence) -> None:
    """Take out what is said by the way: whose words they are (according to), what is left aside (apart from)."""
    gone: set[int] = set()
    for i, element in enumerate(sentence.elements):
        if element.role == "mark" and element.value in ("source", "aside"):
            noun = next((k for k in range(i + 1, len(sentence.elements)) if sentence.elements[k].role == "N"), i)
            while noun + 2 < len(sentence.elements) and sentence.elements[noun + 1].role == "poss":
                noun += 2
            if element.value == "source" and noun > i:
                sentence.voices |= _people(sentence, sentence.nodes[sentence.elements[noun].node].things or frozenset())
            gone.update(range(i, noun + 1))
            for k in range(i, noun + 1):
                if sentence.elements[k].role == "N":
                    sentence.nodes[sentence.elements[k].node] = Node("", 0)
    sentence.elements = [e for i, e in enumerate(sentence.elements) if i not in gone]


def _people(sentence: _Sentence, things: frozenset[str]) -> set[str]:
    """Those whose words are meant by a name: people themselves, who hold a post, who work for an organisation."""
    into = sentence.facts.into
    return {*things, *(one for thing in things for p in (_HOLDS, _WORKS_FOR) for one in into.get(thing, {}).get(p, ()))}


def _choose(sentence: _Sentence) -> None:
    """Make one node of things to choose from: among A, B and C; A or B."""
    i = 0
    while i < len(sentence.elements):
        elements = sentence.elements
        run = _run(sentence, i)
        things = [e.node for e in run if e.role == "N"]
        among = i > 0 and elements[i - 1].role == "prep" and elements[i - 1].value in _AMONG
        either = any(e.mention.text.lower() in ("or", "ou") for e in run)
        if len(things) > 1 and (among or either):
            union = frozenset().union(*(sentence.nodes[n].things or frozenset() for n in things))
            text = ", ".join(sentence.nodes[n].text for n in things)
            sentence.nodes[things[0]] = replace(sentence.nodes[things[0]], things=union, text=text, sort="choice")
            for n in things[1:]:
                sentence.nodes[n] = Node("", 0)
            elements[i - among : i + len(run)] = [replace(run[0], role="choice")]
        i += 1


_AMONG: Final = ("among", "between", "parmi", "entre", "of", "de")


def _run(sentence: _Sentence, i: int) -> list[_Element]:
    """Things that stand one after the other, with only commas, and, or between them."""
    run: list[_Element] = []
    for element in sentence.elements[i:]:
        is_thing = element.role == "N" and sentence.is_thing(element.node)
        joined = not run or run[-1].role == "and" or element.comma
        if (is_thing and joined) or (element.role == "and" and run):
            run.append(element)
        else:
            break
    while run and run[-1].role == "and":
        run.pop()
    return run


# What is asked for


def _see_what_is_asked(sentence: _Sentence, clitic: bool) -> None:  # noqa: C901  (one case for each way to ask)
    elements = sentence.elements
    for i, element in enumerate(elements):
        if element.role == "N" and element.value in _ASKERS:
            sentence.ask(element.node)
        elif element.role == "ask" and sentence.asked >= 0:
            again = _asked_noun(sentence, i)
            if again >= 0 and element.comma:
                sentence.link(sentence.asked, again, frozenset({SAME}))
        elif element.role == "ask":
            sentence.ask(_asked_noun(sentence, i))
            if sentence.asked < 0:
                element.role, element.node = (
                    "N",
                    sentence.add(Node(element.mention.text, element.mention.start, bare=True)),
                )
                sentence.ask(element.node)
        elif element.role == "mark" and element.value == "exists" and i == 0:
            _asked_noun(sentence, i)
        elif element.role == "mark" and element.value in ("count", "share"):
            sentence.ask(_asked_noun(sentence, i))
        elif element.role == "mark" and element.value in ("most", "fewest", "more", "fewer"):
            sentence.counted = _asked_noun(sentence, i)
    sentence.marks = [e.value for e in elements if e.role == "mark"]
    _widen_kinds(sentence)
    _choose_asked(sentence)
    _point_back(sentence)
    _refer(sentence)
    first = next((e for e in elements if e.role not in ("number", "and")), None)
    if sentence.asked < 0 and first is not None and not set(sentence.marks) & {"count", "share", "rank"}:
        inverted = clitic and not any(e.role == "rel" and elements.index(e) < 2 for e in elements)
        sentence.truth = first.role in ("be", "do", "have") or inverted or first.value in ("exists", "truth")
    if sentence.asked < 0 and not sentence.truth:
        _ask_fragment(sentence)
    _narrow(sentence)


_ADJECTIVES: Final = ("kind", "count", "exact", "most", "fewest", "other", "first", "last", "only")


def _asked_noun(sentence: _Sentence, i: int) -> int:
    """The noun that a question word asks for: next but for numbers and adjectives, or after `of`."""
    words: list[int] = []
    rest = sentence.elements[i + 1 :]
    for k, element in enumerate(rest):
        if element.role in ("number", "and") or (element.role == "mark" and element.value in _ADJECTIVES):
            continue
        if element.role == "word":
            words.append(i + 1 + k)
            continue
        if element.role == "prep" and element.value in ("of", "de", "parmi", "among") and k <= 1 and not words:
            return next((e.node for e in rest[k + 1 :] if e.role == "N" and not sentence.is_thing(e.node)), -1)
        if element.role == "N":
            return _head(sentence, rest[k:])
        break
    return _partial(sentence, words) if words else -1


def _head(sentence: _Sentence, rest: Sequence[_Element]) -> int:
    """Of a name and a noun side by side the noun: which Walloon clusters."""
    if (
        sentence.is_thing(rest[0].node)
        and len(rest) > 1
        and rest[1].role == "N"
        and not sentence.is_thing(rest[1].node)
    ):
        return rest[1].node
    return rest[0].node


def _partial(sentence: _Sentence, words: Sequence[int]) -> int:
    """A node for whatever has these words in its name."""
    elements = [sentence.elements[k] for k in words]
    text = " ".join(e.mention.text for e in elements)
    node = sentence.add(Node(text, elements[0].mention.start, words=frozenset(e.value for e in elements)))
    elements[0].role, elements[0].node = "N", node
    for element in elements[1:]:
        element.role = "and"
    sentence.cost += 0.5
    return node


def _choose_asked(sentence: _Sentence) -> None:
    """Ask for one of the things that the question gives to choose from."""
    for element in sentence.elements:
        if element.role == "choice" and sentence.asked >= 0:
            sentence.link(sentence.asked, element.node, frozenset({SAME}))
            sentence.marks.append("choice")
    for element in sentence.elements:
        if element.role == "choice":
            element.role = "gone" if sentence.asked >= 0 else "N"
    sentence.elements = [e for e in sentence.elements if e.role != "gone"]


def _widen_kinds(sentence: _Sentence) -> None:
    """Kinds of people or companies may be categories of stakeholders, which have no names of their own."""
    for mark, noun in zip(sentence.elements, sentence.elements[1:], strict=False):
        if mark.role == "mark" and mark.value == "kind" and noun.role == "N":
            node = sentence.nodes[noun.node]
            if node.things is not None and _is_of(sentence, node, frozenset({_STAKEHOLDER})):
                sentence.nodes[noun.node] = replace(node, things=None, classes=frozenset({_STAKEHOLDER}))
            elif node.classes & _ACTORS:
                sentence.nodes[noun.node] = replace(node, classes=node.classes | {_STAKEHOLDER})


def _point_back(sentence: _Sentence) -> None:
    """A question word alone after a noun asks for what the noun names: two firms stand out, which ones."""
    node = sentence.nodes[sentence.asked] if sentence.asked >= 0 else None
    asker = next((e for e in sentence.elements if e.node == sentence.asked), None)
    if node is not None and asker is not None and not node.bare and node.things is None:
        before = [e.node for e in sentence.elements[: sentence.elements.index(asker)] if e.role == "N"]
        same = next(
            (n for n in before if key(spelling.words(sentence.nodes[n].text)) == key(spelling.words(node.text))), -1
        )
        if same >= 0:
            sentence.link(sentence.asked, same, frozenset({SAME}))
    if node is None or asker is None or not node.bare or asker.value != "which" or "choice" in sentence.marks:
        return
    earlier = [e.node for e in sentence.elements[: sentence.elements.index(asker)] if e.role == "N"]
    noun = next((n for n in earlier if not sentence.is_thing(n)), -1)
    if noun >= 0:
        sentence.link(sentence.asked, noun, frozenset({SAME}))


def _refer(sentence: _Sentence) -> None:
    """Let a pronoun stand for what is named before the question proper: X, what does it do?"""
    elements = sentence.elements
    at = next((i for i, e in enumerate(elements) if e.node == sentence.asked or e.role == "ask"), -1)
    first = next((i for i, e in enumerate(elements) if e.role == "N"), -1)
    if not 0 <= first < at:
        return
    pronoun = next((e for e in elements[first + 1 :] if e.role in ("pron", "clitic")), None)
    if pronoun is not None:
        pronoun.role, pronoun.node = "N", elements[first].node
        elements[first].role = "N"


def _ask_fragment(sentence: _Sentence) -> None:
    """In words that are no sentence, it is the first noun that names no thing which is asked for, else the thing."""
    nodes = [e.node for e in sentence.elements if e.role == "N"]
    nouns = [n for n in nodes if not sentence.is_thing(n)]
    sentence.ask((nouns or nodes or [-1])[0])


def _narrow(sentence: _Sentence) -> None:
    """A kind of thing that is asked for by the name of a concept stands for the narrower ones: which metals."""
    asks = any(e.role == "ask" or e.value in _ASKERS for e in sentence.elements)
    if sentence.asked < 0 or (asks and not any(e.role == "ask" for e in sentence.elements)) or len(sentence.nodes) < 2:
        return
    node, facts = sentence.nodes[sentence.asked], sentence.facts
    narrower = frozenset(n for t in node.things or () for n in facts.into.get(t, {}).get(_BROADER, ()))
    if _is_of(sentence, node, frozenset({_STAKEHOLDER})) and "kind" not in sentence.marks:
        sentence.cost += 0.8
        sentence.nodes[sentence.asked] = replace(node, things=(node.things or frozenset()) | narrower)
        return
    narrower = frozenset(n for t in node.things or () for n in facts.into.get(t, {}).get(_BROADER, ()))
    if narrower:
        sentence.nodes[sentence.asked] = replace(node, things=narrower)


# Links


def _connect(sentence: _Sentence, nearest: bool) -> None:
    taken = _complements(sentence, nearest)
    clauses, owner = _clauses(sentence)
    goal = -1
    for i, element in enumerate(sentence.elements):
        clause = clauses[owner[i]]
        if element.role in ("V", "F") or element.role in ("verb", "phrase"):
            goal = _connect_verb(sentence, i, clause, owner, taken, goal)
        elif element.role == "have" and not _is_auxiliary(sentence.elements, i):
            _connect_have(sentence, i, clause, owner, taken)
        elif element.role == "be" and not _has_verb(sentence.elements, i, owner):
            _connect_be(sentence, i, clause, owner, taken)
    _share_links(sentence)
    _hold_posts(sentence)
    _connect_fronted(sentence)


_VERBAL: Final = ("verb", "phrase")


def _complements(sentence: _Sentence, nearest: bool) -> set[int]:
    """Link what prepositions, genitives and mere closeness tie together; give the nodes that are so tied."""
    elements = sentence.elements
    taken: set[int] = set()
    for i, element in enumerate(elements):
        if element.role == "poss":
            owner, owned = _before(elements, i), _after(elements, i)
            if owner >= 0 and owned >= 0:
                _own(sentence, owner, owned, "’s")
                taken.add(owner)
        elif element.role == "prep":
            _connect_preposition(sentence, i, taken, nearest)
        elif element.role == "rel" and element.value in ("whose", "dont"):
            owned = _after(elements, i)
            if owned >= 0:
                _own(sentence, _before(elements, i), owned, element.value)
    for i, (left, right) in enumerate(pairwise(elements)):
        if left.role == right.role == "N" and not right.comma:
            _connect_neighbours(sentence, i, taken)
    return taken


def _own(sentence: _Sentence, owner: int, owned: int, text: str) -> None:
    node = sentence.nodes[owned]
    sentence.link(owner, owned, node.roles or frozenset({ANY}), text, wider=bool(node.classes))


def _before(elements: Sequence[_Element], i: int) -> int:
    return next((e.node for e in reversed(elements[:i]) if e.role == "N"), -1)


def _after(elements: Sequence[_Element], i: int) -> int:
    for element in elements[i + 1 :]:
        if element.role == "N":
            return element.node
        if element.role in (*_VERBAL, "be", "have", "do", "prep", "rel"):
            return -1
    return -1


def _connect_preposition(sentence: _Sentence, i: int, taken: set[int], nearest: bool) -> None:
    elements = sentence.elements
    complement, previous = _after(elements, i), elements[i - 1] if i else None
    if complement < 0 or previous is None or (previous.role in _VERBAL and _is_object_marker(sentence, i)):
        return
    speech = _speech(elements, i)
    spoken = any(e.role == "N" for e in elements[speech + 1 : i])
    if speech >= 0 and (sentence.is_thing(complement) if spoken else elements[i].value in _OF_SPEECH):
        return
    head = _before(elements, i) if nearest or elements[i].value in _OF else _head_of(sentence, i)
    if head < 0 or sentence.nodes[complement].sort in ("time", "year"):
        return
    if sentence.nodes[head].sort in ("time", "year", "place"):
        return
    if elements[i].value in ("without", "sans"):
        have = sentence.lexicon.have.get(sentence.grammar.tag, frozenset())
        sentence.link(head, complement, sentence.nodes[complement].roles or have, elements[i].mention.text, True)
        taken.add(complement)
        return
    steps = _preposition_steps(sentence, head, elements[i].value)
    if sentence.is_thing(head) and sentence.is_thing(complement):
        steps |= {ANY}
    sentence.link(
        head,
        complement,
        steps,
        elements[i].mention.text,
        wider=bool(sentence.nodes[head].roles and sentence.nodes[head].classes),
    )
    taken.add(complement)


_OF: Final = ("of", "de")


_OF_SPEECH: Final = ("of", "de", "about", "on", "sur", "a")


def _speech(elements: Sequence[_Element], i: int) -> int:
    """Where the verb stands by which someone says what comes here; -1 if it is no such speech."""
    for k in range(i - 1, -1, -1):
        if elements[k].role in _VERBAL:
            return k if _says(elements[k]) else -1
        if elements[k].role in ("rel", "be", "have"):
            return -1
    return -1


def _says(element: _Element) -> bool:
    return any(step == Step(_SPOKEN, inverse=True) for step in element.mention.steps)


def _is_object_marker(sentence: _Sentence, i: int) -> bool:
    """Whether what looks like a preposition only leads to a verb’s object or agent: rassemble des, founded by."""
    return sentence.elements[i].value in sentence.grammar.by


def _head_of(sentence: _Sentence, i: int) -> int:
    """What a preposition of place, purpose, ... is said of: the head of the nouns before it, not the last of them."""
    elements = sentence.elements
    head = _before(elements, i)
    k = next(k for k in range(i - 1, -1, -1) if elements[k].node == head) if head >= 0 else -1
    while k > 1 and elements[k - 1].role == "prep" and elements[k - 1].value in _OF and elements[k - 2].role == "N":
        k -= 2
    return elements[k].node if k >= 0 else -1


def _preposition_steps(sentence: _Sentence, head: int, preposition: str) -> Steps:
    roles = frozenset(step.back() for step in sentence.nodes[head].roles)
    said = sentence.lexicon.prepositions[sentence.grammar.tag].get(preposition, frozenset())
    if preposition in _OF:
        return roles or frozenset({ANY})
    return roles | said or frozenset({ANY})


def _connect_neighbours(sentence: _Sentence, i: int, taken: set[int]) -> None:
    """Two nouns side by side: a kind with a name, or a noun with what specifies it."""
    left, right = sentence.elements[i].node, sentence.elements[i + 1].node
    one, other = sentence.nodes[left], sentence.nodes[right]
    if one.bare or other.bare or left == right:
        return
    if (one.things is None) != (other.things is None):
        thing, kind = (one, other) if one.things is not None else (other, one)
        if sentence.asked not in (left, right) and _is_of(sentence, thing, kind.classes):
            sentence.link(left, right, frozenset({SAME}))
            taken.add(right)
            return
    if one.things is None and other.things is None and other.roles and not other.classes:
        sentence.link(left, right, frozenset({SAME}))
        return
    if sentence.asked == left and _is_subject(sentence, i + 1):
        return
    if other.things is not None and sentence.grammar.tag == "fr" and _begins_clause(sentence, i + 1):
        return
    head, modifier = (right, left) if other.things is None or one.things is not None else (left, right)
    _own(sentence, modifier, head, "")
    taken.add(modifier)
    sentence.cost += 0.1


def _is_of(sentence: _Sentence, thing: Node, classes: frozenset[str]) -> bool:
    return any(sentence.facts.types.get(one, frozenset()) & classes for one in thing.things or ())


def _is_subject(sentence: _Sentence, i: int) -> bool:
    """Whether a noun after the one asked for is the subject of a verb that has no other object: quels axes suit X."""
    for k, element in enumerate(sentence.elements[i + 1 :], i + 1):
        if element.role in (*_VERBAL, "have"):
            return _object(sentence, k) < 0
        if element.role in ("N", "be"):
            return False
    return False


def _begins_clause(sentence: _Sentence, i: int) -> bool:
    """Whether a name stands between what is asked for and the verb whose subject it is: quels acteurs X unit."""
    elements = sentence.elements
    before = {e.node for e in elements[:i] if e.role == "N"}
    following = elements[i + 1] if i + 1 < len(elements) else None
    return sentence.asked in before and following is not None and following.role in ("be", "have", "verb", "clitic")


# Clauses


def _clauses(sentence: _Sentence) -> tuple[list[_Clause], list[int]]:
    """The clauses of a sentence, and for each element the number of the one it is in."""
    clauses, stack, owner = [_Clause()], [0], []
    elements = sentence.elements
    for i, element in enumerate(elements):
        if element.role == "rel":
            clauses.append(_Clause(_before(elements, i), element.value))
            stack.append(len(clauses) - 1)
        elif element.comma and (element.role == "ask" or element.value in _ASKERS):
            del stack[1:]
        elif element.role in (*_VERBAL, "have", "be") and not _is_auxiliary_form(elements, i):
            if _is_reduced(elements, i):
                clauses.append(_Clause(_before(elements, i), "reduced", True))
                stack.append(len(clauses) - 1)
            else:
                joined = i > 0 and (elements[i - 1].role == "and" or _is_chained(elements, i))
                while len(stack) > 1 and clauses[stack[-1]].verb and not joined:
                    stack.pop()
                clauses[stack[-1]].verb = True
        owner.append(stack[-1])
    return clauses, owner


def _is_auxiliary_form(elements: Sequence[_Element], i: int) -> bool:
    return elements[i].role in ("have", "be") and _has_verb(elements, i, None)


def _is_chained(elements: Sequence[_Element], i: int) -> bool:
    """Whether a verb is the infinitive after one that says a goal: wants to build."""
    for element in reversed(elements[:i]):
        if element.role in _VERBAL:
            return _says_goal(element) and elements[i].role == "verb"
        if element.role in ("rel", "N", "have", "be"):
            return False
    return False


def _says_goal(element: _Element) -> bool:
    return any(step.property == _HAS_GOAL and not step.inverse for step in element.mention.steps)


def _is_reduced(elements: Sequence[_Element], i: int) -> bool:
    """Whether a participle or phrase is tied straight to the noun before it: companies active in, areas named by."""
    element, previous = elements[i], elements[i - 1] if i else None
    if previous is None or previous.role != "N" or element.role not in _VERBAL or previous.value in _ASKERS:
        return False
    auxiliary = _auxiliary(elements, i)
    if auxiliary and not (auxiliary == "be" and _is_predicate(elements, i)):
        return False
    if element.role == "phrase":
        return True
    following = elements[i + 1] if i + 1 < len(elements) else None
    gerund = element.mention.text.split()[0].lower().endswith("ing")
    return gerund or (element.mention.participle and following is not None and following.role == "prep")


def _is_predicate(elements: Sequence[_Element], i: int) -> bool:
    """Whether `what are` stands before the noun that a participle follows, so that the participle is the noun’s own."""
    nodes = [k for k, e in enumerate(elements[:i]) if e.role == "N"]
    if len(nodes) < 2:
        return False
    asker, noun = nodes[-2], nodes[-1]
    between = [e.role for e in elements[asker + 1 : noun]]
    return (
        elements[asker].value in ("what", "who", "which") and "be" in between and elements[noun].mention.role == "noun"
    )


def _auxiliary(elements: Sequence[_Element], i: int) -> str:
    """The form of to be or to have that a verb goes with, if one stands before it in its clause."""
    for k in range(i - 1, -1, -1):
        element = elements[k]
        if element.role in ("be", "have"):
            return element.role
        if element.role == "rel" or (element.role in _VERBAL and not _has_agent(elements, k)):
            return ""
    return ""


def _has_agent(elements: Sequence[_Element], k: int) -> bool:
    """Whether a participle is tied straight to a noun and has its agent after it: the institute led by X."""
    straight = k > 0 and elements[k - 1].role == "N" and elements[k].mention.participle
    return (
        straight and k + 1 < len(elements) and elements[k + 1].role == "prep" and elements[k + 1].value in ("by", "par")
    )


def _is_auxiliary(elements: Sequence[_Element], i: int) -> bool:
    for element in elements[i + 1 :]:
        if element.role in _VERBAL:
            return element.role == "verb" and element.mention.participle
        if element.role in ("rel", "have"):
            return False
        if element.role == "be":
            return True
    return False


def _has_verb(elements: Sequence[_Element], i: int, owner: Sequence[int] | None) -> bool:
    """Whether a form of to be or to have is followed by the verb or phrase that it goes with."""
    for k, element in enumerate(elements[i + 1 :], i + 1):
        if element.role in _VERBAL:
            if elements[i].role == "have":
                return element.role == "verb" and element.mention.participle
            return owner is None or owner[k] == owner[i]
        if element.role == "rel":
            return False
        if element.role in ("have", "be"):
            return elements[i].role == "have" and element.role == "be"
    return False


# Verbs


def _connect_verb(
    sentence: _Sentence, i: int, clause: _Clause, owner: Sequence[int], taken: set[int], goal: int
) -> int:
    """Link a verb’s subject and object; give the goal that a verb such as to want speaks of."""
    element = sentence.elements[i]
    subject, target = _arguments(sentence, i, clause, owner, taken)
    steps, negated = element.mention.steps, _is_negated(sentence, i, owner)
    if goal >= 0 and _is_chained(sentence.elements, i):
        _connect_goal(sentence, i, goal, target)
        return goal
    if _says_goal(element) and _next_is_word(sentence, i):
        new = sentence.add(Node(element.mention.text, element.mention.start, None, frozenset({_GOAL})))
        sentence.link(
            subject if subject != sentence.asked or target < 0 else target, new, steps, element.mention.text, negated
        )
        sentence.inverted = True
        _connect_goal(sentence, i + 1, new, sentence.asked if sentence.asked != subject else -1)
        return -1
    if _says_goal(element) and _next_verb(sentence, i, owner) >= 0:
        new = sentence.add(Node(element.mention.text, element.mention.start, None, frozenset({_GOAL})))
        sentence.link(subject, new, steps, element.mention.text, negated)
        return new
    if element.role == "verb" and _is_passive(sentence, i):
        agent = _agent(sentence, i)
        if agent < 0:
            agent = sentence.asked if _fronted(sentence) in sentence.grammar.by and sentence.asked != subject else -1
        taken.add(agent)
        subject, target = agent, subject
    if (subject < 0) != (target < 0):
        missing = sentence.add(Node("", element.mention.start))
        subject, target = (subject, missing) if target < 0 else (missing, target)
    steps = _as_members(sentence, _on_topics(sentence, steps, target), subject)
    sentence.link(subject, target, steps, element.mention.text, negated)
    if _says(element):
        for other in _content(sentence, i, owner):
            if other in taken:
                continue
            sentence.link(subject, other, steps, element.mention.text, negated)
    return -1


def _on_topics(sentence: _Sentence, steps: Steps, target: int) -> Steps:
    """A goal may be given by the topic that it addresses."""
    if target < 0 or sentence.nodes[target].things is None:
        return steps
    goals = {step.property for step in steps if step.property in (_HAS_GOAL, _CONTRIBUTES) and not step.inverse}
    return steps | {Step(f"{goal} {_ADDRESSES}") for goal in goals}


def _as_members(sentence: _Sentence, steps: Steps, subject: int) -> Steps:
    """Whoever takes part may do so by what the noun says: the partners that take part."""
    if subject < 0 or not steps & _MEMBERSHIP:
        return steps
    return steps | frozenset(step.back() for step in sentence.nodes[subject].roles)


def _content(sentence: _Sentence, i: int, owner: Sequence[int]) -> Iterator[int]:
    """All that is spoken of after a verb of speech."""
    for k, element in enumerate(sentence.elements[i + 1 :], i + 1):
        if element.role in ("rel", *_VERBAL) or owner[k] != owner[i]:
            return
        if element.role == "N":
            yield element.node


def _next_is_word(sentence: _Sentence, i: int) -> bool:
    following = next((e for e in sentence.elements[i + 1 :] if e.role not in ("clitic", "prep")), None)
    return following is not None and following.role == "word"


def _next_verb(sentence: _Sentence, i: int, owner: Sequence[int]) -> int:
    for k, element in enumerate(sentence.elements[i + 1 :], i + 1):
        if element.role == "verb" and owner[k] == owner[i]:
            return k
        if element.role in ("rel", "N", "have", "be"):
            break
    return -1


def _connect_goal(sentence: _Sentence, i: int, goal: int, target: int) -> None:
    """What a goal is about: an object of its verb; what is asked for may be the goal itself."""
    element = sentence.elements[i]
    right = _object(sentence, i)
    if right >= 0:
        sentence.link(goal, right, element.mention.steps | {ANY}, element.mention.text)
    node = sentence.nodes[sentence.asked] if sentence.asked >= 0 else None
    if node is not None and (target == sentence.asked or node.words) and (right < 0 or node.words):
        if sentence.inverted or node.bare or node.words:
            sentence.nodes[sentence.asked] = replace(node, classes=frozenset({_GOAL}))
            sentence.link(sentence.asked, goal, frozenset({SAME}))
        else:
            sentence.link(goal, sentence.asked, element.mention.steps | {ANY}, element.mention.text)


def _arguments(sentence: _Sentence, i: int, clause: _Clause, owner: Sequence[int], taken: set[int]) -> tuple[int, int]:
    """The nodes that are subject and object of a verb as the words stand."""
    left = _left(sentence, i, owner, taken)
    right = _object(sentence, i)
    if clause.antecedent >= 0:
        if clause.word == "reduced":
            return clause.antecedent, right
        if clause.word in ("whose", "dont"):
            return (left[-1] if left else -1), right
        if left:
            return left[-1], clause.antecedent
        return (right, clause.antecedent) if clause.word in ("que", "qu") else (clause.antecedent, right)
    front = sentence.asked if sentence.asked in left else -1
    others = [n for n in left if n != front]
    if front < 0:
        return (left[-1] if left else -1), right
    if others:
        return others[-1], right if right >= 0 else front
    if right >= 0 and _is_inverted(sentence, front):
        return right, front
    return front, right


def _left(sentence: _Sentence, i: int, owner: Sequence[int], taken: set[int]) -> list[int]:
    """The nodes of a verb’s clause before it that nothing ties to another yet."""
    found = [e.node for k, e in enumerate(sentence.elements[:i]) if e.role == "N" and owner[k] == owner[i]]
    return [n for n in found if n not in taken]


def _is_inverted(sentence: _Sentence, front: int) -> bool:
    """Whether the object is asked for, and stands before the verb, the subject after it: que vise X, à quoi sert X."""
    asker = next((e.value for e in sentence.elements if e.node == front), "")
    if sentence.nodes[front].sort in ("time", "year"):
        return False
    if sentence.grammar.tag == "fr":
        return asker == "what" or sentence.inverted or bool(_fronted(sentence))
    return bool(_fronted(sentence))


def _fronted(sentence: _Sentence) -> str:
    first = sentence.elements[0]
    return first.value if first.role == "prep" else ""


def _object(sentence: _Sentence, i: int) -> int:
    """The node right after a verb, but for what only marks it as the object."""
    for k, element in enumerate(sentence.elements[i + 1 :], i + 1):
        if element.role == "N":
            return element.node
        between = {e.role for e in sentence.elements[i + 1 : k]}
        marks = (
            between <= {"neg", "mark", "number"}
            and element.value == "de"
            and not sentence.elements[i].mention.preposition
        )
        marks = marks or (_says(sentence.elements[i]) and element.value in _OF_SPEECH)
        if element.role in (*_VERBAL, "be", "have", "rel") or (element.role == "prep" and not marks):
            return -1
    return -1


def _is_passive(sentence: _Sentence, i: int) -> bool:
    element = sentence.elements[i]
    if not element.mention.participle:
        return False
    by = _agent_marker(sentence, i)
    auxiliary = _auxiliary(sentence.elements, i)
    if auxiliary == "have":
        between = [e.mention.text.lower() for e in sentence.elements[:i] if e.role == "be"]
        return bool({"been", "été"} & set(between))
    return auxiliary == "be" or by


def _agent_marker(sentence: _Sentence, i: int) -> bool:
    following = sentence.elements[i + 1] if i + 1 < len(sentence.elements) else None
    return (
        following is not None
        and following.role == "prep"
        and following.value in sentence.grammar.by
        and following.value != "de"
    )


def _agent(sentence: _Sentence, i: int) -> int:
    return _after(sentence.elements, i + 1) if _agent_marker(sentence, i) else -1


def _is_negated(sentence: _Sentence, i: int, owner: Sequence[int]) -> bool:
    return any(e.role == "neg" and owner[k] == owner[i] for k, e in enumerate(sentence.elements))


def _connect_have(sentence: _Sentence, i: int, clause: _Clause, owner: Sequence[int], taken: set[int]) -> None:
    subject, target = _arguments(sentence, i, clause, owner, taken)
    if target < 0:
        return
    node = sentence.nodes[target]
    have = sentence.lexicon.have.get(sentence.grammar.tag, frozenset())
    steps = have if node.things is not None or not node.roles else node.roles
    wider = node.things is None and bool(node.classes)
    sentence.link(subject, target, steps, sentence.elements[i].mention.text, _is_negated(sentence, i, owner), wider)


def _connect_be(sentence: _Sentence, i: int, clause: _Clause, owner: Sequence[int], taken: set[int]) -> None:
    elements, nodes = sentence.elements, sentence.nodes
    left = _left(sentence, i, owner, taken)
    right = [
        e.node for k, e in enumerate(elements[i:], i) if e.role == "N" and owner[k] == owner[i] and e.node not in taken
    ]
    if clause.antecedent >= 0 and not left and clause.word not in ("whose", "dont"):
        left = [clause.antecedent]
    if left and right:
        one, other = left[-1], right[0]
    elif len(right) > 1:
        one, other = right[0], right[1]
    else:
        return
    place = next((n for n in (one, other) if nodes[n].sort == "place"), -1)
    negated, text = _is_negated(sentence, i, owner), elements[i].mention.text
    if place >= 0:
        sentence.link(one if place == other else other, place, nodes[place].roles, text, negated)
    else:
        sentence.link(one, other, frozenset({SAME}), text, negated)


# What follows from what is linked


def _connect_fronted(sentence: _Sentence) -> None:
    """In which cluster are X: the preposition before the question word says how."""
    if sentence.asked < 0 or not _fronted(sentence) or sentence.nodes[sentence.asked].sort:
        return
    if any(sentence.asked in (link.source, link.target) and SAME not in link.steps for link in sentence.links):
        return
    steps = sentence.lexicon.prepositions[sentence.grammar.tag].get(_fronted(sentence), frozenset())
    main = [e.node for e in sentence.elements if e.role == "N" and e.node != sentence.asked]
    sentence.links = [
        link for link in sentence.links if not (SAME in link.steps and sentence.asked in (link.source, link.target))
    ]
    if main and steps:
        sentence.link(main[0], sentence.asked, steps, sentence.elements[0].mention.text)


def _share_links(sentence: _Sentence) -> None:
    """What is said of one of two nouns with `and` between them is said of the other too."""
    elements = sentence.elements
    for k in range(1, len(elements) - 1):
        one, joint, other = elements[k - 1 : k + 2]
        if joint.role != "and" or one.role != "N" or other.role != "N":
            continue
        tied = {n for link in sentence.links for n in (link.source, link.target)}
        if other.node not in tied and one.node in tied:
            for link in list(sentence.links):
                if one.node in (link.source, link.target) and SAME not in link.steps:
                    source, target = (other.node if n == one.node else n for n in (link.source, link.target))
                    sentence.links.append(replace(link, source=source, target=target))


def _hold_posts(sentence: _Sentence) -> None:
    """Where a person is asked for by a post or a role, the person holds it."""
    for k, link in enumerate(list(sentence.links)):
        if SAME not in link.steps and Step(_HOLDS) not in link.steps:
            continue
        for person, post in ((link.source, link.target), (link.target, link.source)):
            one, other = sentence.nodes[person], sentence.nodes[post]
            if not other.things or not (one.classes & _AGENTS or one.bare):
                continue
            if _is_of(sentence, other, frozenset({_POST})):
                sentence.links[k] = replace(link, source=person, target=post, steps=frozenset({Step(_HOLDS)}))
            elif _is_of(sentence, other, frozenset({_ROLE})):
                sentence.links[k] = replace(link, source=person, target=post, steps=frozenset({Step(_ROLE_OF)}))
                sentence.links[:] = [_of_person(own, post, person) for own in sentence.links]


def _of_person(link: Link, role: int, person: int) -> Link:
    """What is said of a role with `of` is where the person works who has it."""
    if ANY not in link.steps or role not in (link.source, link.target):
        return link
    other = link.target if link.source == role else link.source
    return replace(link, source=person, target=other, steps=frozenset({Step(_WORKS_FOR)}), wider=False)
