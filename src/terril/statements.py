"""Where a Turtle or TriG text says something: the lines of its subjects and blocks, which parsers do not keep."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

_TOKEN: Final = re.compile(
    r"""
      (?P<skipped> \s+ | \#[^\n]* | @?prefix\s+[^\s:<>]*:\s*<[^>]*> | @?base\s*<[^>]*> )
    | (?P<term>
        \"{3}(?:[^"\\] | \\. | "{1,2}(?!"))*\"{3} | '{3}(?:[^'\\] | \\. | '{1,2}(?!'))*'{3}
      | "(?:[^"\\] | \\.)*" | '(?:[^'\\] | \\.)*'
      | <[^<>"{}|^`\s]*>
      | (?:[^\s<>"'{}()\[\].;,\\\#] | \\. | \.(?![\s<>"'{}()\[\];,\#]|$))+
      )
    | (?P<mark> . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def lines(text: str, prefixes: Mapping[str, str], graph: str) -> dict[tuple[str, str], int]:
    """Return the line, from 1, on which each subject is first described in each graph, and each block begins, by the
    IRIs of graph and subject; the block stands under its own name twice. `graph` is what the default graph is called.

    The text must be right: what is none is passed over. Nameless things are left out.

    >>> text = "x:a x:p 'l. {' .\\nx:g {\\n  x:b x:p [ x:q 1 ] .\\n}"
    >>> lines(text, {"x": "urn:"}, "urn:file")
    {('urn:file', 'urn:a'): 1, ('urn:g', 'urn:g'): 2, ('urn:g', 'urn:b'): 3}
    """
    found: dict[tuple[str, str], int] = {}
    for line, block, term in _statements(text):
        place = graph if block is None else _iri(block, prefixes)
        found.setdefault((place, _iri(term, prefixes)), line)
    return found


def _statements(text: str) -> Iterator[tuple[int, str | None, str]]:
    """The line, the block and the first term of every statement and every block."""
    block, first, depth = None, None, 0
    for line, token in _tokens(text):
        if token == "{":
            block = first[1] if first else None
            if block and first:
                yield first[0], block, block
            first = None
        elif depth == 0 and token in (".", "}"):
            if first and first[1]:
                yield first[0], block, first[1]
            first, block = None, None if token == "}" else block
        elif token in ("[", "(", "]", ")"):
            depth += 1 if token in "[(" else -1
            first = first or (line, "")
        elif first is None and token.upper() != "GRAPH":
            first = (line, token)


def _tokens(text: str) -> Iterator[tuple[int, str]]:
    line = 1
    for match in _TOKEN.finditer(text):
        if match.lastgroup != "skipped":
            yield line, match[0]
        line += match[0].count("\n")


def _iri(term: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = term.partition(":")
    return term[1:-1] if term.startswith("<") else prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)
