"""A reader of SPARQL 1.1 queries, for taking apart what a query matches.

Reads queries that an engine has accepted already: it finds the structure, and leaves judging the syntax to the engine.
Expressions and data stay text, so that what is built from them asks exactly what the query asked.
"""

from itertools import count
from typing import Literal

import pyoxigraph as ox

from . import names
from .clauses import Slot, Variable
from .errors import BadQuery
from .patterns import (
    RESERVED,
    Bind,
    Branch,
    Choice,
    Data,
    Dataset,
    Element,
    Exists,
    Expression,
    Filter,
    Group,
    InGraph,
    Key,
    Minus,
    Optional,
    Path,
    Query,
    Repeat,
    Select,
    Sequence,
    Step,
    Subquery,
    TriplePattern,
    Union,
    reverse,
)
from .syntax import Token, tokens

_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
_END = Token("end", "", -1)


def parse(sparql: str) -> Query:
    """Take a query apart. Raises `BadQuery` for what this reader does not know, such as the terms of RDF 1.2.

    >>> query = parse("PREFIX e: <https://example.org/> SELECT ?c WHERE { ?c e:in/e:of e:belgium }")
    >>> [pattern.predicate.value for pattern in query.select.where.elements]
    ['https://example.org/in', 'https://example.org/of']
    """
    return _Reader(sparql).query()


class _Reader:
    """A place in the tokens of a query; each method reads one production of the grammar and moves on."""

    def __init__(self, sparql: str) -> None:
        self._sparql = sparql
        self._tokens = [part for token in tokens(sparql) for part in _parts(token)]
        self._at = 0
        self._prologue = ""
        self._unnamed = count()

    # Tokens

    @property
    def _next(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    @property
    def _word(self) -> str:
        """The next token as a keyword: in capitals, empty if it is no word."""
        return self._next.text.upper() if self._next.kind == "word" else ""

    def _take(self) -> Token:
        token = self._next
        self._at += 1
        return token

    def _skip(self, *texts: str) -> bool:
        """Move past the next token if it is one of these keywords or signs."""
        fits = self._next.kind in ("word", "sign") and self._next.text.upper() in texts
        self._at += fits
        return fits

    def _expect(self, text: str) -> None:
        if not self._skip(text):
            raise self._unknown(f"{text} is expected")

    def _unknown(self, what: str) -> BadQuery:
        line = self._sparql.count("\n", 0, self._next.start) + 1 if self._next is not _END else "last"
        return BadQuery(
            f"The query cannot be explained: {what} where it says {self._next.text!r} (line {line}). "
            "Ask for the same in SPARQL 1.1 without extensions."
        )

    def _text(self, start: int) -> str:
        """The query from token number `start` up to the next token."""
        first, last = self._tokens[start], self._tokens[self._at - 1]
        return self._sparql[first.start : last.start + len(last.text)]

    def _fresh(self) -> Variable:
        return Variable(f"{RESERVED}{next(self._unnamed)}")

    # Queries

    def query(self) -> Query:
        while self._word in ("PREFIX", "BASE", "VERSION"):
            self._at += 3 if self._word == "PREFIX" else 2
        self._prologue = self._text(0) if self._at else ""
        form = self._take().text.upper()
        match form:
            case "SELECT":
                select, dataset = self._select()
                return Query(self._prologue, form, dataset, select)
            case "ASK":
                return Query(self._prologue, form, self._dataset(), self._body(()))
            case "CONSTRUCT":
                return self._construct()
        while self._next is not _END and self._word != "FROM":
            self._take()
        return Query(self._prologue, form, self._dataset(), Select((), Group(()), ""))

    def _construct(self) -> Query:
        template = self._template() if self._next.text == "{" else None
        dataset = self._dataset()
        select = self._body(())
        if template is None:
            template = tuple(e for e in select.where.elements if isinstance(e, TriplePattern))
        return Query(self._prologue, "CONSTRUCT", dataset, select, template)

    def _template(self) -> tuple[TriplePattern, ...]:
        found: list[Element] = []
        self._expect("{")
        while not self._skip("}"):
            self._triples(found)
            self._skip(".")
        return tuple(element for element in found if isinstance(element, TriplePattern))

    def _select(self) -> tuple[Select, Dataset]:
        self._skip("DISTINCT", "REDUCED")
        projection = None if self._skip("*") else self._projection()
        dataset = self._dataset()
        return self._body(projection), dataset

    def _projection(self) -> tuple[Variable | Bind, ...]:
        items: list[Variable | Bind] = []
        while self._next.kind == "variable" or self._next.text == "(":
            items.append(self._variable() if self._next.kind == "variable" else self._named_expression())
        return tuple(items)

    def _named_expression(self) -> Bind:
        self._expect("(")
        expression = self._expression()
        self._expect("AS")
        variable = self._variable()
        self._expect(")")
        return Bind(expression, variable)

    def _dataset(self) -> Dataset:
        start = self._at
        graphs: list[ox.NamedNode] = []
        while self._skip("FROM"):
            if self._skip("NAMED"):
                self._take()
            else:
                graphs.append(self._iri())
        return Dataset(self._text(start), tuple(graphs)) if self._at > start else Dataset()

    def _body(self, projection: tuple[Variable | Bind, ...] | None) -> Select:
        self._skip("WHERE")
        start = self._at
        where, text = self._group(), self._text(start)
        keys: list[Key] = []
        if self._skip("GROUP"):
            self._expect("BY")
            while self._next.kind in ("variable", "iri", "name", "word") or self._next.text == "(":
                if self._word in ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"):
                    break
                keys.append(self._key())
        having = self._having()
        self._modifiers()
        data = self._data() if self._skip("VALUES") else None
        texts = [having, *(item.expression.text for item in projection or () if isinstance(item, Bind))]
        return Select(projection, where, text, bool(keys) or any(map(_aggregates, texts)), tuple(keys), having, data)

    def _key(self) -> Key:
        if self._next.kind == "variable":
            return Key(self._variable())
        if self._next.text != "(":
            return Key(self._fresh(), self._call())
        self._expect("(")
        expression = self._expression()
        variable = self._variable() if self._skip("AS") else self._fresh()
        self._expect(")")
        return Key(variable, expression)

    def _having(self) -> str:
        start = self._at
        if self._skip("HAVING"):
            while self._next.kind in ("iri", "name") or self._next.text == "(" or self._begins_call():
                self._constraint()
        return self._text(start) if self._at > start else ""

    def _begins_call(self) -> bool:
        return bool(self._word) and self._word not in ("ORDER", "LIMIT", "OFFSET", "VALUES")

    def _modifiers(self) -> None:
        """ORDER BY, LIMIT and OFFSET: of no account for a row that is already known."""
        depth = 0
        while self._next is not _END and not (depth == 0 and (self._word == "VALUES" or self._next.text == "}")):
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(self._take().text, 0)

    # Groups

    def _group(self) -> Group:
        self._expect("{")
        if self._word == "SELECT":
            elements: list[Element] = [self._subquery()]
            self._expect("}")
            return Group(tuple(elements))
        elements = []
        while not self._skip("}"):
            if not self._skip("."):
                self._element(elements)
        return Group(tuple(elements))

    def _subquery(self) -> Subquery:
        start = self._at
        self._expect("SELECT")
        select, _ = self._select()
        return Subquery(select, self._text(start))

    def _element(self, elements: list[Element]) -> None:
        if self._next.text == "{":
            elements.append(self._union())
        elif self._word in ("SERVICE", "LATERAL"):
            raise self._unknown(f"{self._word} is not known here")
        elif self._skip("OPTIONAL"):
            elements.append(self._optional())
        elif self._skip("GRAPH"):
            elements.append(InGraph(self._node([]), self._group()))
        elif self._skip("MINUS"):
            elements.append(self._minus())
        elif self._skip("FILTER"):
            plain = self._word in ("EXISTS", "NOT")
            elements.append(Filter(self._constraint(), plain))
        elif self._skip("BIND"):
            elements.append(self._named_expression())
        elif self._skip("VALUES"):
            elements.append(self._data())
        else:
            self._triples(elements)

    def _union(self) -> Union:
        branches = [Branch(self._group(), self._fresh())]
        while self._skip("UNION"):
            branches.append(Branch(self._group(), self._fresh()))
        return Union(tuple(branches))

    def _optional(self) -> Optional:
        start = self._at
        group = self._group()
        return Optional(group, self._fresh(), self._text(start))

    def _minus(self) -> Minus:
        start = self._at
        group = self._group()
        return Minus(group, self._text(start))

    def _data(self) -> Data:
        start = self._at
        single = self._next.kind == "variable"
        variables: list[Variable] = []
        while not self._skip("{"):
            variables += [Variable(self._next.text[1:])] if self._next.kind == "variable" else []
            self._take()
        incomplete: set[Variable] = set()
        row: list[str] = []
        while not self._skip("}"):
            row = [] if single or self._next.text == "(" else row
            if self._next.text != "(":
                row += [] if self._next.text == ")" else [self._value()]
                incomplete.update(v for v, text in zip(variables, row, strict=False) if text.upper() == "UNDEF")
            else:
                self._take()
            self._skip(")")
        return Data(tuple(variables), frozenset(variables) - incomplete, self._text(start))

    def _value(self) -> str:
        if self._word == "UNDEF":
            return self._take().text
        return str(self._node([]))

    # Expressions

    def _constraint(self) -> Expression:
        if self._word in ("EXISTS", "NOT"):
            start = self._at
            test = self._exists()
            return Expression(self._text(start), (test,))
        return self._call()

    def _call(self) -> Expression:
        """An expression in parentheses, or a function and its arguments."""
        start = self._at
        if self._next.text != "(":
            self._take()
        self._expect("(")
        inner = self._expression()
        self._expect(")")
        return Expression(self._text(start), inner.tests)

    def _expression(self) -> Expression:
        """What stands before an AS or the parenthesis that closes this expression."""
        start, depth = self._at, 0
        tests: list[Exists] = []
        while depth or self._next.text != ")":
            if self._word == "EXISTS" or (self._word == "NOT" and self._tokens[self._at + 1].text.upper() == "EXISTS"):
                tests.append(self._exists())
                continue
            if depth == 0 and self._word == "AS":
                break
            depth += {"(": 1, ")": -1}.get(self._take().text, 0)
            if self._next is _END:
                raise self._unknown(") is expected")
        return Expression(self._text(start) if self._at > start else "", tuple(tests))

    def _exists(self) -> Exists:
        first = self._at
        negated = self._skip("NOT")
        self._expect("EXISTS")
        start = self._at
        group = self._group()
        return Exists(group, self._ground(first, self._at, negated), self._text(start))

    def _ground(self, first: int, last: int, negated: bool) -> Literal["found", "absent", "either"]:
        """What a condition can rest on in the test from token `first` to before `last`.

        A FILTER of tests joined by nothing but && and || holds because some of them do; in any other expression the
        outcome counts, whichever it is.
        """
        while self._tokens[first - 1].text.upper() != "FILTER":
            before, after = self._tokens[first - 1].text, self._tokens[last].text
            if before == "!":
                first, negated = first - 1, not negated
            elif before in ("(", "&&", "||") and after in (")", "&&", "||"):
                first, last = self._brackets(first, last)
            else:
                return "either"
        return "absent" if negated else "found"

    def _brackets(self, first: int, last: int) -> tuple[int, int]:
        """The tokens from first to before last with all that stands in brackets with them."""
        depth = 0
        while depth < 1:
            first -= 1
            depth += {"(": 1, ")": -1}.get(self._tokens[first].text, 0)
        while depth > 0:
            depth += {"(": 1, ")": -1}.get(self._tokens[last].text, 0)
            last += 1
        return first, last

    # Triples

    def _triples(self, found: list[Element]) -> None:
        described = self._next.text in ("[", "(")
        subject = self._node(found)
        if not (described and self._next.text in (".", "}")):
            self._properties(subject, found)

    def _properties(self, subject: Slot, found: list[Element]) -> None:
        while True:
            predicate = self._variable() if self._next.kind == "variable" else self._path()
            while True:
                found += self._joined(subject, predicate, self._node(found))
                if not self._skip(","):
                    break
            if not self._skip(";"):
                return
            while self._skip(";"):
                pass
            if self._next.text in (".", "}", "]") or self._next is _END:
                return

    def _joined(self, subject: Slot, predicate: Variable | Path, object: Slot) -> list[Element]:
        """Two nodes joined by a path, as the patterns that the path is short for."""
        match predicate:
            case Variable() | Repeat():
                return [TriplePattern(subject, predicate, object)]
            case Step((), (iri,), False):
                return [TriplePattern(object, iri, subject)]
            case Step((iri,), (), False):
                return [TriplePattern(subject, iri, object)]
            case Step(forward, backward):
                return self._joined_otherwise(subject, forward, backward, object)
            case Sequence(parts):
                nodes = [subject, *(self._fresh() for _ in parts[1:]), object]
                joins = zip(nodes, parts, nodes[1:], strict=False)
                return [element for join in joins for element in self._joined(*join)]
            case Choice(parts):
                branches = (Group(tuple(self._joined(subject, part, object))) for part in parts)
                return [Union(tuple(Branch(group, self._fresh()) for group in branches))]

    def _joined_otherwise(
        self, subject: Slot, forward: tuple[ox.NamedNode, ...], backward: tuple[ox.NamedNode, ...], object: Slot
    ) -> list[Element]:
        """Two nodes joined by a predicate that is none of these."""
        if forward and backward:
            return self._joined(subject, Choice((Step(forward, (), True), Step((), backward, True))), object)
        predicate = self._fresh()
        ends = (object, subject) if backward else (subject, object)
        others = ", ".join(map(str, forward or backward))
        condition = Expression(f"(?{predicate.name} NOT IN ({others}))")
        return [TriplePattern(ends[0], predicate, ends[1]), Filter(condition)]

    def _node(self, found: list[Element]) -> Slot:
        token = self._next
        if token.kind == "variable":
            return self._variable()
        if token.text == "[":
            return self._blank(found)
        if token.text == "(":
            return self._collection(found)
        if token.text.startswith("_:"):
            return Variable(f"{RESERVED}blank_{self._take().text[2:]}")
        return self._term()

    def _blank(self, found: list[Element]) -> Variable:
        self._expect("[")
        node = self._fresh()
        if self._next.text != "]":
            self._properties(node, found)
        self._expect("]")
        return node

    def _collection(self, found: list[Element]) -> Slot:
        self._expect("(")
        members: list[Slot] = []
        while not self._skip(")"):
            members.append(self._node(found))
        rest: Slot = _RDF_NIL
        for member in reversed(members):
            node = self._fresh()
            found.append(TriplePattern(node, _RDF_FIRST, member))
            found.append(TriplePattern(node, _RDF_REST, rest))
            rest = node
        return rest

    def _variable(self) -> Variable:
        if self._next.kind != "variable":
            raise self._unknown("a variable is expected")
        return Variable(self._take().text[1:])

    def _term(self) -> ox.NamedNode | ox.Literal:
        start = self._at
        self._skip("+", "-")
        if self._next.kind not in ("iri", "name", "string", "number") and self._word not in ("TRUE", "FALSE"):
            raise self._unknown("a term is expected")
        if self._take().kind == "string" and (self._skip("^^") or self._next.kind == "tag"):
            self._take()
        return self._resolve(self._text(start))

    def _resolve(self, text: str) -> ox.NamedNode | ox.Literal:
        """Turtle writes terms and prefixes as SPARQL does, so its parser settles what they stand for."""
        turtle = f"{self._prologue}\n<urn:x:s> <urn:x:p> {text} ."
        (quad,) = ox.parse(turtle, ox.RdfFormat.TURTLE)
        if not isinstance(quad.object, ox.NamedNode | ox.Literal):
            raise self._unknown("a name or a literal is expected")
        return quad.object

    def _iri(self) -> ox.NamedNode:
        if self._next.text == "a":
            self._take()
            return _RDF_TYPE
        term = self._term()
        if not isinstance(term, ox.NamedNode):
            raise self._unknown("a predicate is expected")
        return term

    # Paths

    def _path(self) -> Path:
        parts = [self._sequence()]
        while self._skip("|"):
            parts.append(self._sequence())
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def _sequence(self) -> Path:
        parts = [self._path_element()]
        while self._skip("/"):
            parts.append(self._path_element())
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _path_element(self) -> Path:
        back = self._skip("^")
        path = self._path_primary()
        sign = self._next.text if self._next.text in _REPEATS else ""
        if sign:
            self._take()
            path = Repeat(path, *_REPEATS[sign])
        return reverse(path) if back else path

    def _path_primary(self) -> Path:
        if self._skip("("):
            path = self._path()
            self._expect(")")
            return path
        return self._negated() if self._skip("!") else Step((self._iri(),))

    def _negated(self) -> Step:
        forward: list[ox.NamedNode] = []
        backward: list[ox.NamedNode] = []
        several = self._skip("(")
        while not (several and self._skip(")")):
            (backward if self._skip("^") else forward).append(self._iri())
            self._skip("|")
            if not several:
                break
        return Step(tuple(forward), tuple(backward), negated=True)


_RDF_TYPE = ox.NamedNode(names.expand("rdf:type"))
_RDF_FIRST = ox.NamedNode(names.expand("rdf:first"))
_RDF_REST = ox.NamedNode(names.expand("rdf:rest"))
_RDF_NIL = ox.NamedNode(names.expand("rdf:nil"))
_REPEATS = {"*": (0, True), "+": (1, True), "?": (0, False)}


def _parts(token: Token) -> tuple[Token, ...]:
    """A number before a full stop is an integer: `?s ?p 1.` ends a triple."""
    if token.kind == "number" and token.text.endswith("."):
        return Token("number", token.text[:-1], token.start), Token("sign", ".", token.start + len(token.text) - 1)
    return (token,)


def _aggregates(text: str) -> bool:
    return any(token.kind == "word" and token.text.upper() in _AGGREGATES for token in tokens(text))
