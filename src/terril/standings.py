"""Questions of yes or no about what a thing is, which post somebody holds, and where something lies."""

from typing import Final

import pyoxigraph as ox

from .clues import Clue
from .comparison import SYNONYM
from .facts import TYPE, things
from .features import AGENTS, PEOPLE
from .grammar import GRAMMARS
from .lexicon import Step
from .names import AUTH, expand
from .search import Search
from .verdicts import Judgement, Matter, has, is_verbal, own_groups, unsaid


def kind_asked(search: Search) -> Clue | None:
    """The noun for what a question asks whether the one thing that it names is, if it says nothing of it besides."""
    asked = search.asked
    named = [clue for clue in asked.clues if clue.role == "name" and not clue.things & search.memory.hubs]
    start = named[0].start if named else 0
    kinds = [clue for clue in asked.clues if clue.role == "word" and clue.noun.classes - AGENTS and clue.start > start]
    plain = not any(is_verbal(search, clue) for clue in asked.clues if clue not in kinds)
    return kinds[-1] if len(named) == 1 and kinds and plain and not has(search) else None


def by_kind(search: Search, kind: Clue) -> Judgement | None:
    """Yes, if what is named is of a kind, and all else that is said of it is told where it is said to be so."""
    known, asked = search.memory, search.asked
    above = known.lexicon.superclasses
    wide = frozenset[str]().union(*(above.get(one, frozenset()) - {one} for one in kind.noun.classes))
    for thing in sorted(asked.named - known.hubs):
        for one in sorted(known.facts.types.get(thing, frozenset()) & (kind.noun.classes - wide)):
            graphs = known.facts.stands.get((thing, TYPE, ox.NamedNode(one)), frozenset())
            told = frozenset(graph.removesuffix("-reading") for graph in graphs) & known.gists.keys()
            told = told or frozenset(sorted(known.about.get(thing, ()))[:1])
            rest = [clue for clue in asked.clues if clue is not kind]
            if told and not unsaid(search, Matter(thing, told), rest):
                return Judgement(min(told), not asked.negated)
    return None


def by_post(search: Search) -> Judgement | None:
    """Whether somebody holds the post that a question names: no, if theirs in the same body is another."""
    asked = search.asked
    people = [thing for thing in sorted(asked.named) if search.is_of(thing, PEOPLE)]
    titles = [clue for clue in asked.clues if clue.role == "word" and (not clue.relations or _roles(clue))]
    if len(people) != 1 or len(titles) != 1 or asked.negated:
        return None
    held = [group for group in own_groups(search, people[0]) if group.step == _HOLDS]
    said = [_of_post(search, people[0], titles[0], str(post), told) for g in held for post, told in g.told.items()]
    return next((one for one in said if one is not None), None)


def _of_post(search: Search, person: str, title: Clue, post: str, told: frozenset[str]) -> Judgement | None:
    """What a post that somebody holds says to whether they have a title."""
    out = search.memory.facts.out.get(post, {})
    role, body = frozenset(things(out.get(_ROLE, ()))), frozenset(things(out.get(_POST_IN, ())))
    rest = [clue for clue in search.asked.clues if clue is not title]
    if not told or not role or unsaid(search, Matter(post, told), rest):
        return None
    if role.union(*(search.upwards(one) for one in role)) & _roles(title):
        return Judgement(min(told), truth=True)
    other = not has(search) and body & search.asked.named and not _is_so(search, title, person)
    return Judgement(min(told), truth=False) if other else None


_HOLDS: Final = Step(expand("org:holds"))
_ROLE: Final = expand("org:role")
_POST_IN: Final = expand("org:postIn")


def _roles(clue: Clue) -> frozenset[str]:
    """The roles that a word names, as a noun or as a verb: directs."""
    return frozenset(one for one in clue.things | clue.relations if one.startswith(_ROLES))


def _is_so(search: Search, clue: Clue, thing: str) -> bool:
    """Whether a thing is called so, or one of its own facts leads to what is."""
    values = (v for g in own_groups(search, thing) if g.step != _HOLDS for v in g.told if isinstance(v, str))
    return any(search.comparison.called(clue, one) >= SYNONYM for one in (thing, *values))


_ROLES: Final = AUTH + "role/"


def by_place(search: Search) -> Judgement | None:
    """Yes, if of two places or things that a question names the first lies within the second, however far up."""
    asked = search.asked
    named = [clue for clue in asked.clues if clue.role == "name"]
    others = [clue for clue in asked.clues if clue not in named]
    if len(named) != 2 or asked.negated or not all(clue.relations & _LYING for clue in others):
        return None
    before = asked.tokens[named[1].start - 1].word
    between = asked.tokens[named[1].start - 2].word if before in GRAMMARS[asked.tag].articles else before
    if between not in _WITHIN:
        return None
    told = [_leading_up(search, thing, named[1].things) for thing in sorted(named[0].things)]
    return next((Judgement(min(passages), truth=True) for passages in told if passages), None)


_LYING: Final = frozenset(expand(f"terril:{name}") for name in ("locatedIn", "within", "basedAt"))
_WITHIN: Final = frozenset(["in", "within", "inside", "en", "a", "dans", "au"])
_AT: Final = tuple(expand(name) for name in ("terril:locatedIn", "terril:within", "terril:basedAt"))


def _leading_up(search: Search, thing: str, places: frozenset[str]) -> frozenset[str]:
    """The passages that say where a thing lies, if that lies in turn in one of some places; none if they do not."""
    facts, gists = search.memory.facts, search.memory.gists
    passages: set[str] = set()
    found, new = frozenset[str](), {thing}
    while new:
        steps = [(one, p, o) for one in new for p in _AT for o in facts.out.get(one, {}).get(p, ())]
        passages.update(graph.removesuffix("-reading") for step in steps for graph in facts.stands[step])
        found |= new
        new = set(things(o for _, _, o in steps)) - found
    return frozenset(passages & gists.keys()) if found & places else frozenset()
