"""Literals that differ in spelling only: the same value, as stores write it that keep values and not texts."""

import re
from typing import Final

_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_LITERAL: Final = re.compile(rf'(.*) "([^"\\]*)"\^\^<{_XSD}(\w+)>', re.DOTALL)
_INTEGERS: Final = {
    "integer", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "nonPositiveInteger",
    "negativeInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
}  # fmt: skip
_FLOATS: Final = {"double", "float"}


def value(line: str) -> str:
    """A triple with its literal in one spelling: numbers of one kind alike, booleans, and times in UTC as Z.

    >>> value('<a:a> <a:b> "1.50"^^<http://www.w3.org/2001/XMLSchema#decimal>')
    '<a:a> <a:b> decimal 1.5'
    >>> value('<a:a> <a:b> "1.50"')
    '<a:a> <a:b> "1.50"'
    """
    found = _LITERAL.fullmatch(line)
    if found is None:
        return line
    before, text, datatype = found.groups()
    spelt = _spelt(text.strip(), datatype)
    return line if spelt is None else f"{before} {spelt}"


def _spelt(text: str, datatype: str) -> str | None:
    if datatype in _INTEGERS and re.fullmatch(r"[+-]?[0-9]+", text):
        return f"integer {_plain(text)}"
    if datatype == "decimal" and re.fullmatch(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)", text):
        return f"decimal {_plain(text)}"
    if datatype in _FLOATS:
        return f"double {_float(text)}"
    if datatype == "boolean":
        return f"boolean { {'1': 'true', '0': 'false'}.get(text, text) }"
    if datatype in ("dateTime", "time"):
        return f"{datatype} {_moment(text)}"
    return None


def _plain(number: str) -> str:
    """A number without a sign or zeros that it does not need; of any length."""
    whole, _, part = number.lstrip("+-").partition(".")
    plain = f"{whole.lstrip('0') or '0'}.{part.rstrip('0')}".rstrip(".")
    return f"-{plain}" if number.startswith("-") and plain != "0" else plain


def _float(text: str) -> str:
    try:
        return repr(float(text))
    except ValueError:
        return text


def _moment(text: str) -> str:
    """A time without zeros at the end of its seconds, and in UTC as Z."""
    shortened = re.sub(r"(\.[0-9]*?)0+(?=Z|[+-]|$)", r"\1", text)
    return re.sub(r"\.?([+-]00:00|Z)$", "Z", shortened).rstrip(".")
