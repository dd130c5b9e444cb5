"""What hosts of static files need to know: types of files, a strict security policy, and which form a reader gets."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from .addresses import LANGUAGES, file_of

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)
"""The Content-Security-Policy of all pages: nothing from elsewhere, and no script or style within a page."""
TYPES: Final = {
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
    "gz": "application/gzip",
    "wasm": "application/wasm",
}
_SECURITY: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_IN_A_SITEMAP: Final = 40_000
"""Addresses in one file; the protocol (sitemaps.org) allows 50,000."""


def headers() -> str:
    """`_headers`, as Netlify, Cloudflare Pages and their kin read it."""
    lines = ["/*", *(f"  {name}: {value}" for name, value in _SECURITY.items()), "  Access-Control-Allow-Origin: *"]
    for ending, kind in TYPES.items():
        lines += [f"/*.{ending}", f"  Content-Type: {kind}"]
    return "\n".join(lines) + "\n"


def htaccess() -> str:
    """`.htaccess` for Apache: types, policy, and content negotiation for addresses without an ending."""
    lines = [f"AddType {kind.partition(';')[0]} .{ending}" for ending, kind in TYPES.items()]
    lines += ["AddDefaultCharset utf-8", "DirectoryIndex index.html", "Options -MultiViews"]
    lines += ["<IfModule mod_headers.c>"]
    lines += [f'Header always set {name} "{value}"' for name, value in _SECURITY.items()]
    lines += ["Header always set Access-Control-Allow-Origin *", "</IfModule>", "<IfModule mod_rewrite.c>"]
    lines += ["RewriteEngine On", "RewriteRule ^(id|auth)/(.+)$ doc/$2 [R=303,L]"]
    for ending, kind in (("ttl", "text/turtle"), ("jsonld", r"application/ld\+json"), ("nt", "application/n-triples")):
        lines += [f"RewriteCond %{{HTTP_ACCEPT}} {kind}", f"RewriteCond %{{REQUEST_FILENAME}}.{ending} -f"]
        lines += [f"RewriteRule ^doc/.+$ %{{REQUEST_URI}}.{ending} [L]"]
    lines += ["RewriteCond %{HTTP:Accept-Language} ^fr [NC]", "RewriteCond %{REQUEST_FILENAME}.fr.html -f"]
    lines += ["RewriteRule ^.+$ %{REQUEST_URI}.fr.html [L]"]
    lines += ["RewriteCond %{REQUEST_FILENAME}.html -f", "RewriteRule ^.+$ %{REQUEST_URI}.html [L]", "</IfModule>"]
    return "\n".join(lines) + "\n"


def w3id(base: str) -> str:
    """The rules by which w3id.org would lead the names of this graph to a deployment, for whoever registers them there.

    They are not registered. The rules go into the folder `terril` of w3id.org's repository.
    """
    lines = ["# Not registered with w3id.org yet.", "RewriteEngine On"]
    lines += [f"RewriteRule ^(id|auth)/(.+)$ {base}doc/$2 [R=303,NE,L]", f"RewriteRule ^ns$ {base}ns [R=303,NE,L]"]
    lines += [f"RewriteRule ^(.*)$ {base}$1 [R=302,NE,L]"]
    return "\n".join(lines) + "\n"


def robots(base: str | None) -> str:
    """`robots.txt`: all may read all."""
    return "User-agent: *\nAllow: /\n" + (f"Sitemap: {base}sitemap.xml\n" if base else "")


def sitemaps(paths: Iterable[str], base: str, languages: Iterable[str] = LANGUAGES) -> Iterator[tuple[str, str]]:
    """The sitemap of a site as files: one, or an index of several if there are very many pages."""
    tags = tuple(languages)
    rest = (base + quote(file_of(path, lang), safe="/~") for path in paths for lang in tags)
    part = list(islice(rest, _IN_A_SITEMAP))
    further = list(islice(rest, _IN_A_SITEMAP))
    if not further:
        yield "sitemap.xml", _sitemap("urlset", "url", part)
        return
    names: list[str] = []
    while part:
        names.append(f"sitemap-{len(names) + 1}.xml")
        yield names[-1], _sitemap("urlset", "url", part)
        part, further = further, list(islice(rest, _IN_A_SITEMAP))
    yield "sitemap.xml", _sitemap("sitemapindex", "sitemap", (base + name for name in names))


def _sitemap(root: str, each: str, addresses: Iterable[str]) -> str:
    told = "".join(f"<{each}><loc>{escape(address)}</loc></{each}>\n" for address in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{space}">\n{told}</{root}>\n'
