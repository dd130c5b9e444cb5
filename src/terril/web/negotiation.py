"""Content negotiation: which of the things on offer a client likes best (RFC 9110, section 12.5)."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

_MOST: Final = 64
"""Members of a header that are read: nobody has a use for more."""

_MEMBER: Final = re.compile(r"""\s*(?P<name>[^\s;,"]+)(?P<parameters>(?:\s*;[^;,"]*(?:"[^"]*")?)*)\s*""")
_QUALITY: Final = re.compile(r"(?:^|;)\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*(?=;|$)", re.IGNORECASE)


class Range(NamedTuple):
    """What a client likes: a media type, a coding or a language, perhaps with a star, and how much (0 to 1)."""

    name: str
    quality: float


def ranges(header: str) -> Iterator[Range]:
    """The members of an Accept header of any kind; what is malformed is passed over.

    >>> list(ranges("text/turtle;q=0.5, */*;q=0.1"))
    [Range(name='text/turtle', quality=0.5), Range(name='*/*', quality=0.1)]
    """
    for part in header.split(",", _MOST)[:_MOST]:
        member = _MEMBER.fullmatch(part)
        if member is None:
            continue
        quality = _QUALITY.search(member["parameters"])
        if quality is not None or not re.search(r";\s*q\s*=", member["parameters"], re.IGNORECASE):
            yield Range(member["name"].lower(), float(quality[1]) if quality else 1.0)


@lru_cache(maxsize=1024)
def media_type(header: str | None, offers: tuple[str, ...]) -> str | None:
    """The media type on offer that an Accept header likes best; of several alike, the first; None if it likes none.

    >>> media_type("text/html, text/*;q=0.5", ("text/csv", "application/json"))
    'text/csv'
    >>> media_type("image/png", ("text/csv",)) is None
    True
    """
    if header is None or not header.strip():
        return offers[0]
    wanted = list(ranges(header))
    return _best([(offer, _quality(wanted, (offer, offer.partition("/")[0] + "/*", "*/*"))) for offer in offers])


def language(header: str | None, offers: tuple[str, ...]) -> str:
    """The language on offer that an Accept-Language header likes best; the first if it likes none (RFC 4647, lookup).

    >>> language("fr-BE, en;q=0.8", ("en", "fr"))
    'fr'
    """
    wanted = [(one.name.partition("-")[0], one.quality) for one in ranges(header or "")]
    best = {name: max(q for other, q in wanted if other == name) for name, _ in wanted}
    return _best([(offer, best.get(offer, best.get("*", 0.0))) for offer in offers]) or offers[0]


def accepts_gzip(header: str | None) -> bool:
    """Whether a client takes an answer in gzip."""
    return bool(header) and _quality(list(ranges(header or "")), ("gzip", "*")) > 0


def _quality(wanted: Sequence[Range], names: Sequence[str]) -> float:
    """How much the most specific of these names is liked that is mentioned at all."""
    for name in names:
        found = [one.quality for one in wanted if one.name == name]
        if found:
            return max(found)
    return 0.0


def _best(rated: Sequence[tuple[str, float]]) -> str | None:
    offer, quality = max(rated, key=lambda one: one[1])
    return offer if quality > 0 else None
