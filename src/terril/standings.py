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
    """Yes, if what is named is of a kind, and all else that is said of it is told where it is said to be so; no, if it
    is of a kind that rules this one out.
    """
    known, asked = search.memory, search.asked
    above = known.lexicon.superclasses
    wide = frozenset[str]().union(*(above.get(one, frozenset()) - {one} for one in kind.noun.classes))
    rest = [clue for clue in asked.clues if clue is not kind]
    for thing in sorted(asked.named - known.hubs):
        types = known.facts.types.get(thing, frozenset())
        so = sorted(types & (kind.noun.classes - wide))
        otherwise = sorted(one for one in types if kind.noun.classes and _rules_out(search, one, kind.noun.classes))
        for one in so or otherwise:
            told = _told_kind(search, thing, one)
            if told and not unsaid(search, Matter(thing, told), rest):
                return Judgement(min(told), bool(so) != asked.negated)
    return None


def _told_kind(search: Search, thing: str, kind: str) -> frozenset[str]:
    """The passages that say that a thing is of a kind, else one that speaks of it."""
    known = search.memory
    graphs = known.facts.stands.get((thing, TYPE, ox.NamedNode(kind)), frozenset())
    told = frozenset(graph.removesuffix("-reading") for graph in graphs) & known.gists.keys()
    return told or frozenset(sorted(known.about.get(thing, ()))[:1])


def _rules_out(search: Search, one: str, others: frozenset[str]) -> bool:
    """Whether nothing of one kind is of any of some others, as the ontology says."""
    lexicon = search.memory.lexicon
    return all(
        any(frozenset((one, up)) in lexicon.disjoint for up in lexicon.superclasses.get(other, frozenset()) | {other})
        for other in others
    )


def by_post(search: Search) -> Judgement | None:
    """Whether somebody holds the post that a question names: no, if theirs in the same body is another."""
    asked = search.asked
    people = [thing for thing in sorted(asked.named) if search.is_of(thing, PEOPLE)]
    titles = [clue for clue in asked.clues if clue.role == "word" and (not clue.relations or _roles(clue))]
    if len(people) != 1 or len(titles) != 1 or asked.negated:
        return None
    held = [group for group in own_groups(search, people[0]) if group.step == _HOLDS]
    said = [_of_post(search, people[0], titles[0], str(post), told) for g in held for post, told in g.told.items()]
    return next((one for one in said if one is not None), None) or _of_another(search, people[0], titles[0])


def _of_another(search: Search, person: str, title: Clue) -> Judgement | None:
    """No, if a question asks whether somebody is the one who has a title, and the one post with it is another's."""
    asked, known = search.asked, search.memory
    before = asked.tokens[title.start - 1].word if title.start else ""
    roles = _roles(title)
    if before not in _THE or has(search) or not roles:
        return None
    posts = {
        group.fixed: group
        for group in known.groups
        if group.step == _HOLDS.back() and not group.narrow and _is_in_role(search, group.fixed, roles)
    }
    if len(posts) != 1:
        return None
    post, group = next(iter(posts.items()))
    rest = [clue for clue in asked.clues if clue is not title and person not in clue.things]
    if person in group.told or not group.passages or unsaid(search, Matter(post, group.passages), rest):
        return None
    return Judgement(min(group.passages), truth=False)


def _is_in_role(search: Search, post: str, roles: frozenset[str]) -> bool:
    """Whether a post is one of some roles."""
    own = frozenset(things(search.memory.facts.out.get(post, {}).get(_ROLE, ())))
    return bool(own.union(*(search.upwards(one) for one in own)) & roles)


_THE: Final = frozenset(["the", "le", "la", "l"])


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
    """Yes, if of two places or things that a question names the first lies within the second, however far up; no, if it
    lies within another place of the same kind.
    """
    asked = search.asked
    named = [clue for clue in asked.clues if clue.role == "name"]
    others = [clue for clue in asked.clues if clue not in named]
    if len(named) != 2 or asked.negated or not all(clue.relations & _LYING for clue in others):
        return None
    before = asked.tokens[named[1].start - 1].word
    between = asked.tokens[named[1].start - 2].word if before in GRAMMARS[asked.tag].articles else before
    if between not in _WITHIN:
        return None
    for thing in sorted(named[0].things):
        found, passages = _leading_up(search, thing)
        if passages and found & named[1].things:
            return Judgement(min(passages), truth=True)
        if passages and any(_is_elsewhere(search, found, place) for place in named[1].things):
            return Judgement(min(passages), truth=False)
    return None


def _is_elsewhere(search: Search, places: frozenset[str], place: str) -> bool:
    """Whether among the places where something lies is one of the same kind as another place."""
    kinds = search.memory.facts.types
    kind = kinds.get(place, frozenset()) & _TERRITORIES
    return any(kinds.get(one, frozenset()) & kind for one in places - {place})


_LYING: Final = frozenset(expand(f"terril:{name}") for name in ("locatedIn", "within", "basedAt"))
_WITHIN: Final = frozenset(["in", "within", "inside", "en", "a", "dans", "au"])
_TERRITORIES: Final = frozenset(expand(f"terril:{name}") for name in ("Country", "Region", "Province", "Municipality"))
_AT: Final = tuple(expand(name) for name in ("terril:locatedIn", "terril:within", "terril:basedAt"))


def _leading_up(search: Search, thing: str) -> tuple[frozenset[str], frozenset[str]]:
    """Where a thing lies, and where that lies in turn, with the passages that say the first that passages say of it."""
    facts, gists = search.memory.facts, search.memory.gists
    passages, found, new = frozenset[str](), frozenset[str](), {thing}
    while new:
        steps = [(one, p, o) for one in new for p in _AT for o in facts.out.get(one, {}).get(p, ())]
        told = frozenset(graph.removesuffix("-reading") for step in steps for graph in facts.stands[step])
        passages = passages or told & gists.keys()
        found |= new
        new = set(things(o for _, _, o in steps)) - found
    return found - {thing}, passages
