"""Addresses of pages: which page describes a thing, which thing a page is about, and how pages link to each other.

A page has a path such as `doc/strand/smart-maintenance`, whose files are `….html` (English), `….fr.html`, `….ttl` and
so on. Links are relative, so the same page works under a server, on a static host in any folder, and from a disk.
"""

import re
from typing import Final
from urllib.parse import quote, urlsplit

from ..names import AUTH, BASE, ID, NS, SCHEMES, compact

LANGUAGES: Final = ("en", "fr")
"""Languages that pages are written in; the first one has no suffix of its own."""

DATA: Final = ("ttl", "jsonld", "nt")
"""Endings of the files of data beside the page of a thing."""

CONTEXT: Final = "ns/context.jsonld"
"""Where the context for JSON-LD is."""

_LONGEST: Final = 200
"""Bytes of a file's name without its ending; file systems take 255."""
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPED: Final = re.compile(r"~([0-9A-F]{2})")
_INDEX: Final = re.compile(r"index(-\d+)?")


def path_of(iri: str) -> str | None:
    """The path of the page that describes a thing or a concept; None for what lies elsewhere or has no page.

    What could mean something to a file system or a server is escaped: `~` and two hexadecimal digits for a byte.

    >>> path_of("https://w3id.org/terril/id/passage/namur-clusters/0-14")
    'doc/passage/namur-clusters/0-14'
    >>> path_of("https://w3id.org/terril/auth/topic/../x.ttl")
    'doc/topic/~2E~2E/x~2Ettl'
    """
    space = ID if iri.startswith(ID) else AUTH
    kind, _, name = iri.removeprefix(space).partition("/")
    if not iri.startswith(space) or not name or (kind in SCHEMES) != (space == AUTH):
        return None
    segments = [_escaped(part) for part in (kind, *name.split("/"))]
    fits = all(0 < len(segment) <= _LONGEST for segment in segments) and sum(map(len, segments)) < 5 * _LONGEST
    return "/".join(("doc", *segments)) if fits else None


def iri_of(path: str) -> str | None:
    """The IRI of the thing that a page describes, if it is the page of one.

    >>> iri_of("doc/topic/~2E~2E/x~2Ettl")
    'https://w3id.org/terril/auth/topic/../x.ttl'
    """
    doc, _, rest = path.partition("/")
    kind, _, name = rest.partition("/")
    if doc != "doc" or not name or any(_INDEX.fullmatch(segment) for segment in name.split("/")):
        return None
    try:
        iri = (AUTH if kind in SCHEMES else ID) + _unescaped(rest)
    except UnicodeDecodeError:
        return None
    return iri if path_of(iri) == path else None


def further_of(path: str, number: int) -> str:
    """The path of one of the pages that tell all facts of a thing; no thing has such a path.

    >>> further_of("doc/territory/wallonia", 2)
    'doc/territory/wallonia/~facts-2'
    """
    return f"{path}/~facts-{number}"


def page_of(iri: str) -> str | None:
    """The path of the page that tells of an IRI, with a fragment if it is one of many there.

    >>> page_of("https://w3id.org/terril/ns#hasStrand")
    'ns#hasStrand'
    """
    if iri.startswith(NS) and _PLAIN.fullmatch(iri.removeprefix(NS)):
        return f"ns#{iri.removeprefix(NS)}"
    return path_of(iri)


def anchor(iri: str) -> str:
    """Where on its page a term of a vocabulary is.

    >>> anchor("https://w3id.org/terril/ns#hasStrand"), anchor("http://www.w3.org/ns/org#Role")
    ('hasStrand', 'org-Role')
    """
    return iri.removeprefix(NS) if iri.startswith(NS) else compact(iri).replace(":", "-")


def file_of(path: str, lang: str = LANGUAGES[0]) -> str:
    """The file of a page.

    >>> file_of("doc/strand/x"), file_of("doc/strand/x", "fr")
    ('doc/strand/x.html', 'doc/strand/x.fr.html')
    """
    return f"{path}.html" if lang == LANGUAGES[0] else f"{path}.{lang}.html"


def link(path: str, to: str, lang: str = LANGUAGES[0]) -> str:
    """The relative address, on the page `path`, of the page `to`, which may have a fragment.

    >>> link("doc/strand/x", "ns#hasStrand", "fr")
    '../../ns.fr.html#hasStrand'
    """
    page, mark, fragment = to.partition("#")
    return f"{root(path)}{file_of(page, lang)}{mark}{fragment}"


def root(path: str) -> str:
    """The relative address of the top folder from a page.

    >>> root("doc/strand/x"), root("index")
    ('../../', '')
    """
    return "../" * path.count("/")


def canonical(path: str, base: str = BASE) -> str:
    """The full address of a page, without ending."""
    return base + ("" if path == "index" else path)


def harmless(address: str) -> str | None:
    """An address that may stand in a link: http, https or mailto, without what a browser would read otherwise.

    >>> harmless("javascript:alert(1)"), harmless("https://example.org/é")
    (None, 'https://example.org/%C3%A9')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_known = parts.scheme in ("mailto", "http", "https") and bool(parts.netloc or parts.scheme == "mailto")
    return (
        quote(address, safe=":/?#[]@!$&'()*+,;=%~") if is_known and not re.search(r"[\s\x00-\x1f]", address) else None
    )


def _escaped(segment: str) -> str:
    if _PLAIN.fullmatch(segment) and not _INDEX.fullmatch(segment):
        return segment
    first, rest = (segment[:1], segment[1:]) if _INDEX.fullmatch(segment) else ("", segment)
    return "".join(map(_hexed, first.encode())) + re.sub(
        r"[^A-Za-z0-9_-]", lambda found: "".join(map(_hexed, found[0].encode("utf-8", "replace"))), rest
    )


def _hexed(byte: int) -> str:
    return f"~{byte:02X}"


def _unescaped(text: str) -> str:
    raw = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return raw.encode("latin-1", "replace").decode("utf-8")
