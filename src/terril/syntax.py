"""Query text, before an engine sees it: its tokens, its limits, and where it is wrong.

Deep nesting and long chains of operators bring an engine's parser down with the whole process, long joins keep its
planner busy for minutes, and SERVICE makes it call other machines. What passes `check` only reads, and only the store
that is asked.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple, TypeAlias

import pyoxigraph as ox

from .errors import BadQuery
from .names import PREFIXES

MAX_SIZE: Final = 1_000_000
"""Longest query, in bytes of UTF-8."""
MAX_DEPTH: Final = 128
"""Deepest nesting of brackets, braces and parentheses."""
MAX_TOKENS: Final = 2_000
"""Most tokens besides the terms in VALUES blocks: the engine's stack ends at chains of about 4,500."""
MAX_JOINS: Final = 100
"""Most triple patterns, steps of paths and groups that are joined: a planner's time grows with the cube of them."""

_FORMS: Final = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_UPDATES: Final = ("INSERT", "DELETE", "LOAD", "CLEAR", "CREATE", "DROP", "COPY", "MOVE", "ADD", "WITH")
_PROLOGUE: Final = ("BASE", "PREFIX", "VERSION")


class Token(NamedTuple):
    """A piece of a query: its kind (iri, string, variable, name, word, number, tag or sign), text and offset."""

    kind: str
    text: str
    start: int


_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s++|\#[^\r\n]*+)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
        | "(?!"")(?:[^"\\\r\n]|\\.)*" | '(?!'')(?:[^'\\\r\n]|\\.)*')
    | (?P<unclosed>["'])
    | (?P<variable>[?$]\w++)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*)
    | (?P<name>(?:[^\W\d](?:[\w\u00B7-]|\.++(?=[\w-]))*)?:(?:[\w\u00B7:%-]|\\.|\.++(?=[\w:%\\-]))*)
    | (?P<word>[^\W\d](?:[\w\u00B7-]|\.++(?=[\w-]))*)
    | (?P<number>(?:\d++\.?+\d*+|\.\d++)(?:[eE][+-]?\d++)?)
    | (?P<sign>&&|\|\||\^\^|!=|<=|>=|<<|>>|.)
    """,
    re.VERBOSE | re.DOTALL,
)


def tokens(sparql: str) -> Iterator[Token]:
    """Cut a query into tokens, without white space and comments.

    Raises `BadQuery` for a string that is never closed.

    >>> [token.text for token in tokens("ASK { ?s rdfs:label 'a } # b' } # c")]
    ['ASK', '{', '?s', 'rdfs:label', "'a } # b'", '}']
    """
    for match in _TOKEN.finditer(sparql):
        kind = match.lastgroup or "sign"
        if kind == "unclosed":
            raise _located(sparql, match.start(), "a string begins here and is never closed")
        if kind != "space":
            yield Token(kind, match.group(), match.start())


class DataBlock(NamedTuple):
    """A VALUES block: its variables, whether in brackets, the offsets of its braces, the number of tokens between."""

    variables: tuple[str, ...]
    bracketed: bool
    opening: int
    closing: int
    size: int


def data_blocks(found: Sequence[Token]) -> Iterator[DataBlock]:
    """The VALUES blocks among the tokens of a query."""
    for i, token in enumerate(found):
        if token.kind != "word" or token.text.upper() != "VALUES":
            continue
        brace = _skip(found, i + 1, lambda t: t.kind == "variable" or t.text in ("(", ")"))
        end = _skip(found, brace + 1, lambda t: t.text not in ("{", "}"))
        if end < len(found) and found[brace].text == "{" and found[end].text == "}":
            variables = tuple(t.text[1:] for t in found[i + 1 : brace] if t.kind == "variable")
            bracketed = found[i + 1].text == "("
            yield DataBlock(variables, bracketed, found[brace].start, found[end].start, end - brace - 1)


def _skip(found: Sequence[Token], start: int, passes: Callable[[Token], bool]) -> int:
    while start < len(found) and passes(found[start]):
        start += 1
    return start


def batches(pieces: Sequence[str], most: int) -> Iterator[slice]:
    """Cut pieces of query text into batches of at most `most`, each well below the longest query that is read.

    >>> list(batches(["a", "b", "c"], most=2))
    [slice(0, 2, None), slice(2, 3, None)]
    """
    start = size = 0
    for i, piece in enumerate(pieces):
        size += len(piece)
        if i > start and (i - start == most or size > MAX_SIZE // 4):
            yield slice(start, i)
            start, size = i, len(piece)
    if pieces:
        yield slice(start, len(pieces))


class Checked(NamedTuple):
    """A query that may be run: its form, whether FROM names its dataset, and the columns that its SELECT names.

    SELECT * names none.
    """

    form: str
    names_dataset: bool
    columns: tuple[str, ...]


def check(sparql: str) -> Checked:
    """Refuse a query that is too large or too deep for a parser, that updates, or that reaches out to other machines.

    Says nothing of its syntax otherwise. Raises `BadQuery`.

    >>> check("SELECT * WHERE { SERVICE <http://example.org/sparql> { ?s ?p ?o } }")
    Traceback (most recent call last):
    terril.errors.BadQuery: SERVICE is refused: a query may not call another endpoint. Ask that endpoint by itself.
    """
    found = _bounded(sparql)
    words = _words(found)
    form = next((word for word in words if word not in _PROLOGUE), "")
    updates = [word for word in (form, *words) if word in _UPDATES]
    if updates:
        raise BadQuery(f"{updates[0]} is an update, and a query may only read. {_ASK_WITH}")
    if form not in _FORMS:
        raise BadQuery(f"This is no SPARQL query: it begins with {_begin(found)}. {_ASK_WITH}")
    if _calls_service(found):
        raise BadQuery("SERVICE is refused: a query may not call another endpoint. Ask that endpoint by itself.")
    return Checked(form, "FROM" in words, tuple(token.text[1:] for token in _columns(found)))


def check_update(sparql: str) -> None:
    """Refuse an update that is too large or too deep for a parser, or that reaches out to other machines.

    Says nothing of its syntax otherwise. Raises `BadQuery`.

    >>> check_update("LOAD <http://example.org/data.ttl>")
    Traceback (most recent call last):
    terril.errors.BadQuery: LOAD is refused: an update may not fetch from elsewhere. Send the data itself.
    """
    found = _bounded(sparql)
    if "LOAD" in _words(found):
        raise BadQuery("LOAD is refused: an update may not fetch from elsewhere. Send the data itself.")
    if found and _calls_service(found):
        raise BadQuery("SERVICE is refused: an update may not call another endpoint. Ask that endpoint by itself.")


def _bounded(sparql: str) -> list[Token]:
    """The tokens of a text that is neither too large nor too deep for a parser."""
    _check_size(sparql)
    found = list(tokens(sparql))
    _check_nesting(sparql, found)
    _check_length(outside := list(_outside_data(found)))
    _check_joins(outside)
    return found


def _words(found: Sequence[Token]) -> list[str]:
    return [token.text.upper() for token in found if token.kind == "word"]


def _columns(found: Sequence[Token]) -> Iterator[Token]:
    """The variables that the outer SELECT names, computed ones included."""
    start = next((i for i, token in enumerate(found) if token.text.upper() == "SELECT"), len(found))
    depth = 0
    for before, token in zip(found[start:], found[start + 1 :], strict=False):
        if token.text in ("{", "*") and not depth:
            return
        depth += (token.text == "(") - (token.text == ")")
        if token.kind == "variable" and (depth == 0 or (depth == 1 and before.text.upper() == "AS")):
            yield token


_ASK_WITH: Final = "Ask with SELECT, ASK, CONSTRUCT or DESCRIBE."


def _begin(found: Sequence[Token]) -> str:
    return repr(found[0].text[:40]) if found else "nothing"


def _check_size(sparql: str) -> None:
    try:
        size = len(sparql.encode())
    except UnicodeEncodeError as error:
        raise BadQuery(f"The query is no UTF-8 text: character {error.start + 1} is half of a pair.") from None
    if size > MAX_SIZE:
        raise BadQuery(f"The query has {size:,} bytes; at most {MAX_SIZE:,} are read. Ask in smaller parts.")


def _check_nesting(sparql: str, found: Sequence[Token]) -> None:
    opened: list[str] = []
    before = Token("sign", "", 0)
    for token in found:
        # Within an expression `?a<b(c>` may be a comparison: there, what looks like an IRI is searched too.
        hidden = token.kind == "iri" and before.kind != "sign" and opened[-1:] == ["("]
        for part in token.text if hidden else (token.text,):
            if part in _CLOSED_BY:
                opened.append(part)
            elif part in _CLOSED_BY.values() and opened:
                opened.pop()
            if len(opened) > MAX_DEPTH:
                reason = f"brackets are nested more than {MAX_DEPTH} deep here, which is refused"
                raise _located(sparql, token.start, reason)
        before = token


_CLOSED_BY: Final = {"(": ")", "[": "]", "{": "}", "<<": ">>"}


def _outside_data(found: Sequence[Token]) -> Iterator[Token]:
    """The tokens without the terms in VALUES blocks and the triples in INSERT DATA and DELETE DATA."""
    closing = {block.opening: block.closing for block in data_blocks(found)} | dict(_triple_data(found))
    end = 0
    for token in found:
        if token.start >= end:
            yield token
            end = closing.get(token.start, end)


def _triple_data(found: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The offsets of the braces around the triples of INSERT DATA and DELETE DATA."""
    for i, (token, after) in enumerate(pairwise(found)):
        if token.kind != "word" or token.text.upper() != "DATA" or after.text != "{":
            continue
        depth = 0
        for inner in found[i + 1 :]:
            depth += (inner.text == "{") - (inner.text == "}")
            if not depth:
                yield after.start, inner.start
                break


def _check_length(found: Sequence[Token]) -> None:
    if len(found) > MAX_TOKENS:
        raise BadQuery(
            f"The query has {len(found):,} tokens besides the terms in VALUES blocks; at most {MAX_TOKENS:,} are read. "
            "Put lists of terms into a VALUES block, or ask in smaller parts."
        )


_NEXT: Final = {"subject": "verb", "verb": "object", "object": "end", "end": "verb", "item": "item", "clause": "clause"}
"""Where in a triple one stands after a term; a term at the end begins a triple, as `1.` may hide the dot before it."""
_MOVES: Final = {".": "subject", ";": "verb", ",": "object", "/": "verb", "|": "verb"}
_BEGINS: Final = {"properties": "verb", "path": "verb", "collection": "item"}
_NOT_JOINED: Final = ("outside", "expression", "template", "triple")


@dataclass
class _Opened:
    """A bracket that is open: what it is, where in a triple its reading stands, and how much it joins.

    Its kind is group, properties (of a blank node), path, collection, or one of those in which no pattern stands:
    outside (of the braces of a SELECT), expression, template, triple (term). Joined are patterns, steps and groups.
    """

    kind: str
    branch: bool = False
    position: str = "subject"
    size: int = 0
    latest: int = 0

    def close(self, inner: "_Opened") -> None:
        """Add what an inner bracket joins: of the branches of a UNION the largest only, as each is planned alone."""
        size = inner.size or int(inner.kind == "group")
        counted = self.latest if inner.branch else 0
        self.size += max(size - counted, 0)
        self.latest = max(size, counted)

    def read(self, token: Token, before: Token) -> None:
        """Go on by a token that is no bracket, and count the triple or the step of a path that it completes."""
        if self.kind in _NOT_JOINED:
            # In `FILTER(?a<1)?s?p?o.FILTER(1>?b)` what looks like an IRI is a comparison, and triples behind it.
            hides = self.kind == "expression" and token.kind == "iri" and before.kind != "sign" and ")" in token.text
            self.size += len(re.findall(r"[.;,/]|\)(?!\))", token.text)) if hides else 0
            return
        if token.text in _MOVES:
            self.position = _MOVES[token.text]
            self.size += token.text == "/" or before.text + token.text == "{|"
        elif token.text == "~":  # what reifies the triple is a triple too, and may be named next
            self.size += 1
            self.position = "clause"
        elif token.kind == "word" and token.text.lower() not in ("a", "true", "false"):
            self.kind = "outside" if token.text.upper() == "SELECT" else self.kind
            self.position = "clause"
        elif token.kind not in ("sign", "tag") and before.text != "^^":
            self.take_term()

    def take_term(self) -> None:
        """Count the triple or the item of a collection that a term completes."""
        self.size += self.position in ("object", "item")
        self.position = _NEXT[self.position]

    def open(self, token: Token, before: Token) -> "_Opened":
        """The bracket that a token opens within this one, which goes on behind it."""
        kind = self._inner_kind(token, before)
        if self.kind not in _NOT_JOINED:
            if kind in ("group", "expression"):
                self.position = "subject"
            elif kind == "path":
                self.position = "object"
            else:
                self.take_term()
        return _Opened(kind, before.text.upper() == "UNION", _BEGINS.get(kind, "subject"))

    def _inner_kind(self, token: Token, before: Token) -> str:
        if self.kind == "template" or (token.text == "{" and before.text.upper() == "CONSTRUCT"):
            return "template"
        if token.text == "{":
            return "group"
        if self.kind in _NOT_JOINED:
            return "triple" if self.kind == "triple" else "expression"
        if token.text == "(":
            return {"clause": "expression", "verb": "path"}.get(self.position, "collection")
        return "properties" if token.text == "[" else "triple"


def _check_joins(found: Sequence[Token]) -> None:
    joined = _joins(found)
    if joined > MAX_JOINS:
        raise BadQuery(
            f"The query joins {joined:,} triple patterns, steps of paths and groups; at most {MAX_JOINS} are read. "
            "Put lists of terms into a VALUES block, or ask in smaller parts."
        )


def _joins(found: Sequence[Token]) -> int:
    """How many patterns the largest join of a query has, at most."""
    opened = [_Opened("outside")]
    before = Token("sign", "", 0)
    for token in found:
        if token.text in _CLOSED_BY:
            opened.append(opened[-1].open(token, before))
        elif token.text in _CLOSED_BY.values() and len(opened) > 1:
            inner = opened.pop()
            # A triple term ends in )>>; what ends in >> alone is reified, by a triple of its own.
            inner.size += inner.kind == "triple" and token.text == ">>" and before.text != ")"
            opened[-1].close(inner)
        else:
            opened[-1].read(token, before)
        before = token
    return sum(bracket.size for bracket in opened)


def _calls_service(found: Sequence[Token]) -> bool:
    """Whether a SERVICE clause may be read from this; engines also accept the keyword without white space after it."""
    for before, token, after in zip((found[0], *found), found, (*found[1:], found[-1]), strict=False):
        if "SERVICE" in token.text.upper() and (
            token.kind == "word"
            or (token.kind == "name" and after.text == "{" and before.text.upper() not in ("GRAPH", "FROM", "NAMED"))
        ):
            return True
    return False


def check_syntax(sparql: str) -> None:
    """Raise `BadQuery` if this is no SPARQL. To be called on what `check` lets through."""
    try:
        ox.Store().query(sparql)  # an empty graph answers without work
    except SyntaxError:
        raise syntax_error(sparql) from None


def syntax_error(sparql: str, base: str | None = None) -> BadQuery:
    """The sentence for what is no SPARQL: where it goes wrong, and what is the matter there.

    Relative IRIs are relative to `base`; without one they are wrong where the text itself says no BASE.
    """
    found = list(tokens(sparql))
    for offset, reason in (*_broken_iris(sparql, found), *_undeclared(found), *_unpaired(sparql, found)):
        return _located(sparql, offset, reason)
    place, said = _stop(found, base)
    for token, reason in _told(found, place, said):
        return _located(sparql, token.start, reason)
    # The engine lists every token that it could have gone on with; only what it says in words is of use.
    words = re.search(r"(?:expected|, |one of) ?([A-Z]\w*(?: [\w*]+)+)", said)
    if place == len(found):
        return _located(sparql, len(sparql), words[1] if words else "the query ends too early")
    text = found[place].text
    return _located(sparql, found[place].start, words[1] if words else f"{text[:40]!r} is not expected here")


def update_error(sparql: str, said: str) -> BadQuery:
    """The sentence for what is no SPARQL update, of which a parser said where it stopped."""
    found = list(tokens(sparql))
    for offset, reason in (*_broken_iris(sparql, found), *_undeclared(found), *_unpaired(sparql, found)):
        return _located(sparql, offset, reason)
    place = re.search(r"error at (\d+):(\d+)", said)
    where = f"From line {place[1]}, column {place[2]} on, this" if place else "This"
    return BadQuery(f"{where} is no SPARQL update. Mend it there.")


_Fault: TypeAlias = tuple[int, str]
"""An offset, and what is wrong there."""


def _broken_iris(sparql: str, found: Sequence[Token]) -> Iterator[_Fault]:
    for token in found:
        if token.text == "<" and re.compile(r"<\w+://[^<>{}\n]*>").match(sparql, token.start):
            yield token.start, "an IRI begins here that holds a space or a sign that no IRI may hold; write it as %20"


def _undeclared(found: Sequence[Token]) -> Iterator[_Fault]:
    """Prefixed names whose prefix no PREFIX declares."""
    declared = {"_"}
    before = ""
    for token in found:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and before == "PREFIX":
            declared.add(prefix)
        elif token.kind == "name" and prefix not in declared:
            space = PREFIXES.get(prefix, "…")
            yield token.start, f"the prefix {prefix}: is not declared; add PREFIX {prefix}: <{space}>"
        before = token.text.upper()


def _unpaired(sparql: str, found: Sequence[Token]) -> Iterator[_Fault]:
    """Brackets that are closed by others, or never."""
    opened: list[Token] = []
    for token in found:
        if token.text in _CLOSED_BY:
            opened.append(token)
        elif token.text in _CLOSED_BY.values() and opened:
            opening = opened.pop()
            if _CLOSED_BY[opening.text] != token.text:
                yield token.start, f"{token.text!r} stands where {_named(sparql, opening)} is not closed yet"
    if opened:
        yield len(sparql), f"the query ends too early: {_named(sparql, opened[-1])} is not closed"


def _named(sparql: str, token: Token) -> str:
    line, column = _position(sparql, token.start)
    return f"{token.text!r} of line {line}, column {column}"


def _told(found: Sequence[Token], place: int, said: str) -> Iterator[tuple[Token, str]]:
    """What the engine means by words that do not say it, and the token that they are about."""
    token = found[min(place, len(found) - 1)]
    if "IRI parsing failed" in said:
        what = "is malformed" if ":" in token.text else "is relative, and no BASE says to what"
        yield token, f"the IRI {token.text[:60]} {what}; write it whole"
    if token.text.startswith("_:") and "unreported" in said:
        yield token, f"{token.text} stands in another group already, and a blank node may not; write a variable"
    if "SELECT contains a variable that is unbound" in said:
        for bare in _ungrouped(found):
            yield bare, f"{bare.text} is neither in GROUP BY nor computed from a group"
    if token.text == "}":
        for bound in _rebound(found[:place]):
            yield bound, f"BIND gives a value to {bound.text}, which may have one already; give it another name"


def _ungrouped(found: Sequence[Token]) -> Iterator[Token]:
    """The variables of the outer SELECT that it neither computes nor groups by."""
    start = max(i for i, token in enumerate(found) if i == 0 or token.text.upper() == "GROUP")
    end = _skip(found, start, lambda token: token.text.upper() not in ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"))
    grouped = {token.text[1:] for token in found[start:end]} if start else set()
    computed = {token.start for before, token in pairwise(found) if before.text.upper() == "AS"}
    return (t for t in _columns(found) if t.text[1:] not in grouped and t.start not in computed)


def _rebound(found: Sequence[Token]) -> Iterator[Token]:
    """The variables of the group that ends here that BIND computes though they stand before it in the group."""
    depth, start = 1, len(found)
    while depth and start:
        start -= 1
        depth += (found[start].text == "}") - (found[start].text == "{")
    seen, before = set[str](), ""
    for token in found[start:]:
        if token.kind == "variable":
            if before == "AS" and token.text[1:] in seen:
                yield token
            seen.add(token.text[1:])
        before = token.text.upper()


_GAP: Final = 20
"""Longer than any keyword: the engine tells not where a keyword is missing, but where one would end."""


def _stop(found: Sequence[Token], base: str | None = None) -> tuple[int, str]:
    """The number of the token at which the engine stops reading, or of tokens if at the end, and what it expects."""
    wide, starts = "", list[int]()
    for token, after in zip(found, (*found[1:], Token("sign", "", -1)), strict=True):
        starts.append(len(wide))
        joined = after.start == token.start + len(token.text) and token.text + after.text in _JOINED
        is_signed = token.text in ("+", "-") and after.kind == "number"
        wide += re.sub(r"[\r\n]", " ", token.text) + ("" if joined or is_signed else " " * _GAP)
    try:
        ox.Store().query(wide + " " * _GAP, base_iri=base)
    except SyntaxError as error:
        _, column, said = re.split(r"[: ]+", str(error).removeprefix("error at "), maxsplit=2)
        at = int(column) - 1
        return (len(found) if at >= len(wide) else bisect_right(starts, at) - 1), said
    return len(found), NOWHERE


NOWHERE: Final = "expected Something before this to be otherwise"

_JOINED: Final = ("<<(", ")>>", "{|", "|}")
"""Signs of RDF 1.2 that are made of two tokens."""


def _located(sparql: str, offset: int, reason: str) -> BadQuery:
    """The error with line and column, and the line itself with a caret under the place."""
    offset = min(offset, len(sparql.rstrip()))
    line, column = _position(sparql, offset)
    text = re.split(_LINE_END, sparql)[line - 1].replace("\t", " ")
    first = max(0, column - 61)
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text[first : column + 39])
    return BadQuery(
        f"The query cannot be read: line {line}, column {column}: {reason}.\n  {shown}\n  {' ' * (column - 1 - first)}^"
    )


_LINE_END: Final = r"\r\n|\r|\n"


def _position(sparql: str, offset: int) -> tuple[int, int]:
    """Line and column, both from 1."""
    before = re.split(_LINE_END, sparql[:offset])
    return len(before), len(before[-1]) + 1
