"""SPARQL endpoints elsewhere, reached over HTTP (SPARQL 1.1 Protocol): whole answers, or a sentence why not."""

import logging
import math
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from http.client import HTTPException, IncompleteRead
from typing import IO, TYPE_CHECKING, Final, NamedTuple, cast
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pyoxigraph as ox

from .dialects import Named, cut_short, most_rows, understood
from .engine import Renaming, TooMany, one_line, result
from .errors import BadQuery, BadValue, EndpointFailed
from .paging import Paged, is_round, paged
from .results import Result, Solutions, Term, Triples, Truth
from .syntax import Checked, check, check_syntax
from .transport import MAX_BYTES, Access, Body, Passing, TooLarge, origin, patiently, seconds_to_wait, send

if TYPE_CHECKING:
    from urllib.request import Request

_log = logging.getLogger("terril")


@dataclass(frozen=True)
class Endpoint:
    """A SPARQL 1.1 endpoint.

    `user` with `password` (HTTP Basic, or Digest where the endpoint asks for it), `token` (Bearer) and `headers` are
    sent to the origin of `url` alone, and shown nowhere. `timeout` is in seconds, and the limit for one query with its
    pages and repetitions: what fails for a reason that may pass (a connection that breaks, HTTP status 429, 502, 503 or
    504) is asked again, at most `retries` times. At most `max_rows` rows or triples are read. Raises `BadValue` for
    credentials that exclude each other or cannot be sent, and for limits that are none.
    """

    url: str
    timeout: float = 30.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    retries: int = 2
    max_rows: int = 200_000

    def __post_init__(self) -> None:
        if self.user is not None and self.token is not None:
            raise BadValue(f"{self.name} is given both a user and a token. Give one of them.")
        if (self.user is None) != (self.password is None):
            raise BadValue(f"{self.name} is given a user without a password, or the reverse. Give both.")
        if not all(_is_sendable(text) for header in self.access.shown().items() for text in header):
            raise BadValue(
                f"{self.name} is given a token or a header with a character that HTTP cannot send. Correct it."
            )
        if not 0 < self.timeout <= _DAY or self.retries < 0 or self.max_rows < 1:
            raise BadValue(
                f"{self.name} needs a time limit above 0 seconds and of no more than a day, no fewer than 0 retries, "
                "and 1 row or more."
            )

    def query(self, sparql: str) -> Result:
        """Answer a query, in pages if the endpoint gives only so many rows at a time.

        Raises `BadQuery` if it is no SPARQL or may not be run, `EndpointFailed` if the endpoint cannot be reached,
        refuses, takes too long, or answers with anything but a whole result of the kind asked for.
        """
        checked = check(sparql)
        self.check_address()
        inquiry = _Inquiry(self, checked, time.monotonic() + self.timeout)
        reply = inquiry.ask(sparql)
        match reply.result:
            case Solutions() if reply.result.rows:
                return inquiry.whole(reply.result, paged(sparql), reply.is_cut)
            case Triples():
                inquiry.check_whole(len(reply.result), reply.is_cut)
        return reply.result

    @property
    def name(self) -> str:
        """The address as it may be shown."""
        return shown(self.url)

    @property
    def access(self) -> Access:
        """What shows it who asks."""
        return Access(self.headers, self.user, self.password, self.token)

    def hidden(self, text: str) -> str:
        """The text without the credentials, and without what the address shows only to the endpoint."""
        _, _, inquiry = self.url.partition("?")
        text = self.access.hidden(text)
        return text.replace(inquiry, "…") if inquiry else text

    def words(self, body: bytes) -> str:
        """What a server says, without its HTML, on one line."""
        text = re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", " ", body.decode(errors="replace"), flags=re.DOTALL)
        return self.hidden(one_line(text))[:300] or "it gave no reason."

    def check_address(self) -> None:
        """Raise `EndpointFailed` for what is no address of an endpoint."""
        if re.search(r"//[^/]*@", self.url):
            raise EndpointFailed(
                f"{self.name} is given with a user name in it. Leave it out, and give the user with --user and the "
                "password in TERRIL_PASSWORD; from Python, to terril.Endpoint."
            )
        if not re.match(r"https?://", self.url, re.IGNORECASE):
            raise EndpointFailed(f"{self.name!r} is no http address. Name a SPARQL endpoint, such as https://….")
        if not self.url.isascii():
            raise EndpointFailed(
                f"{self.name} has characters that no address is sent with. Write its host as DNS has it (xn--…), and "
                "others after a percent sign."
            )
        if self.access.shown() and re.match(r"http://", self.url, re.IGNORECASE):
            _warn_of_plain_text(self.name)


def shown(url: str) -> str:
    """An address without a password, and without its query, which may hold a key.

    >>> shown("https://me:secret@example.org/sparql?key=secret")
    'https://example.org/sparql?…'
    """
    return one_line(re.sub(r"\?.*", "?…", re.sub(r"//[^/]*@", "//", url), flags=re.DOTALL))


_DAY: Final = 86_400.0  # seconds


def _is_sendable(text: str) -> bool:
    return text.isprintable() and all(ord(char) < 256 for char in text)


@lru_cache(maxsize=64)
def _warn_of_plain_text(name: str) -> None:
    """Say so once."""
    try:
        host = urlsplit(name).hostname
    except ValueError:
        return
    if host not in ("localhost", "127.0.0.1", "::1"):
        _log.warning("%s is asked without encryption: others may read the credentials. Use https.", name)


class _Reply(NamedTuple):
    """A result, and whether the server says that it stopped at a number of rows."""

    result: Result
    is_cut: bool


@dataclass(frozen=True)
class _Inquiry:
    """One query to an endpoint, to be answered before the deadline, a moment of the monotonic clock."""

    endpoint: Endpoint
    checked: Checked
    deadline: float

    # In pages

    def whole(self, first: Solutions, query: Paged, is_cut: bool) -> Solutions:
        """All the rows, of which the endpoint has given the first, if that may not be all."""
        size = len(first)
        if size == query.limit or not (is_cut or is_round(size)):
            return first
        try:
            more, _ = self._page(query, first.variables, size, 1)
        except EndpointFailed as error:
            if query.can_be_nested:
                return self.whole(first, replace(query, is_nested=True), is_cut)
            if is_cut:
                raise EndpointFailed(f"{self._name} gives {size:,} rows at most, and no more pages: {error}") from error
            _log.warning(
                "%s gave exactly %s rows, and not whether there are more: the answer may be cut. Ask for less, in "
                "parts. (%s)", self._name, f"{size:,}", error,
            )  # fmt: skip
            return first
        return self._pages(query, first.variables, size) if more else first

    def _pages(self, query: Paged, columns: tuple[str, ...], size: int) -> Solutions:
        _log.info("%s gives %s rows at a time: asking for pages", self._name, f"{size:,}")
        rename = Renaming()
        rows: list[tuple[Term | None, ...]] = []
        limit = math.inf if query.limit is None else query.limit
        while (asked := int(min(size, limit - len(rows)))) > 0:
            page, is_cut = self._page(query, columns, len(rows), asked)
            number = len(rows)
            rows += (tuple(rename(term, number) for term in row) for row in page)
            if len(rows) > self.endpoint.max_rows:
                raise self._too_many()
            if not page or (len(page) < asked and not is_cut):
                break
        return Solutions(columns, tuple(rows))

    def _page(
        self, query: Paged, columns: tuple[str, ...], start: int, size: int
    ) -> tuple[tuple[tuple[Term | None, ...], ...], bool]:
        """The rows of a page, and whether the endpoint says that it has cut even that."""
        reply = self.ask(query.page(columns, start, size))
        assert isinstance(reply.result, Solutions)
        return reply.result.rows, reply.is_cut

    def check_whole(self, size: int, is_cut: bool) -> None:
        """See to it that a graph, for which there are no pages, does not pass for whole if it is not."""
        if is_cut:
            raise EndpointFailed(f"{self._name} gives {size:,} triples at most, and there are more. Ask for less.")
        if size >= 1000 and size % 1000 == 0:
            _log.warning("%s gave exactly %s triples: the answer may be cut. Ask in parts.", self._name, f"{size:,}")

    # One request

    def ask(self, sparql: str) -> _Reply:
        """Ask, and again if that may help."""
        try:
            return patiently(partial(self._attempt, sparql), self.deadline, self.endpoint.retries)
        except TimeoutError:
            raise self._late() from None

    def _attempt(self, sparql: str) -> _Reply:
        """Ask once. Failures are raised outside the handlers: a parser's answer, which the errors that they would name
        as their causes keep, must be freed in this very thread.
        """
        try:
            body = send(self._request(sparql), self.endpoint.access, self.deadline)
        except HTTPError as refusal:
            failure: EndpointFailed | BadQuery = self._refusal(sparql, refusal)
        except (HTTPException, OSError, ValueError) as error:
            failure = self._silence(error)
        else:
            return self._reply(body)
        raise failure

    def _request(self, sparql: str) -> "Request":
        from SPARQLWrapper import JSON, POST, TURTLE, SPARQLWrapper

        form = self.checked.form
        wrapper = SPARQLWrapper(self.endpoint.url)
        wrapper.setMethod(POST)
        wrapper.setQuery(sparql)
        wrapper.queryType = form  # its own reading of the query guesses, and takes what it does not know for a SELECT
        wrapper.setReturnFormat(TURTLE if form in _GRAPH_FORMS else JSON)
        wrapper.setOnlyConneg(True)
        wrapper.addCustomHttpHeader("Accept", _ACCEPT_GRAPH if form in _GRAPH_FORMS else _ACCEPT_ROWS)
        wrapper.addCustomHttpHeader("Accept-Encoding", "gzip")
        # Its own way of sending has no limit for the whole, and shows credentials to whoever it is redirected to.
        request: Request = wrapper._createRequest()
        # A form is Latin-1 to Java's servers unless it says what it is.
        request.add_header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
        return request

    def _reply(self, body: Body) -> _Reply:
        failure = self._partial(body)
        if failure is None:
            try:
                found = self._read(body)
                return _Reply(found, most_rows(body) <= (0 if isinstance(found, Truth) else len(found)))
            except (SyntaxError, ValueError) as error:
                end = f"It ends: …{self._words(body.end)}" if body.end.strip() else "It is empty."
                failure = EndpointFailed(
                    f"{self._name} sent an answer that is damaged or cut short: {one_line(str(error))}. {end}"
                )
            except (HTTPException, OSError) as error:
                failure = self._silence(error)
            except TooMany:
                failure = self._too_many()
            except MemoryError as error:  # also of the parser, whose longest text is 16 MB
                reason = one_line(str(error)) or "none is left"
                failure = EndpointFailed(f"{self._name} sent more than fits into memory: {reason}. Ask for less.")
        raise failure

    def _read(self, body: Body) -> Result:
        form, media_type = self.checked.form, str(body.headers.get("Content-Type") or "")
        most = self.endpoint.max_rows
        found: Result | None = None
        if form in _GRAPH_FORMS and (rdf := ox.RdfFormat.from_media_type(media_type)):
            quads = ox.parse(cast("IO[bytes]", body), rdf, base_iri=self.endpoint.url)
            found = result((quad.triple for quad in quads), most)
        rows = ox.QueryResultsFormat.from_media_type(media_type)
        if form not in _GRAPH_FORMS and rows not in (None, ox.QueryResultsFormat.CSV):
            found = understood(result(ox.parse_query_results(cast("IO[bytes]", Named(body)), rows), most))
        if found is None or isinstance(found, Truth) != (form == "ASK"):
            told = one_line(media_type) or "nothing known"
            said = self._words(body.end + body.words(_MOST_WORDS))
            raise EndpointFailed(f"{self._name} answered a {form} with {told}: {said}")
        if isinstance(found, Solutions):
            self._check_columns(found)
        return found

    def _check_columns(self, solutions: Solutions) -> None:
        columns = self.checked.columns
        if columns and solutions.variables != columns:
            asked, given = (one_line(" ".join(names)) for names in (columns, solutions.variables))
            raise EndpointFailed(
                f"{self._name} was asked for the columns {asked}, and answered with {given or 'none'}."
            )

    # Failures

    def _refusal(self, sparql: str, refusal: HTTPError) -> EndpointFailed | BadQuery:
        if refusal.code == 400:
            try:
                check_syntax(sparql)
            except BadQuery as error:
                return error
        said = self._words(Body(refusal, self.deadline).words(_MOST_WORDS))
        wait = seconds_to_wait(refusal.headers.get("Retry-After")) if refusal.code in _BUSY else None
        told = f"{self._name} refused the query with HTTP status {refusal.code}: {said}"
        if hint := self._hint(refusal, wait):
            told = f"{told.rstrip('.')}. {hint}"
        return Passing(told, wait) if refusal.code in _BUSY else EndpointFailed(told)

    def _hint(self, refusal: HTTPError, wait: float | None) -> str:
        """What to do about a refusal, if that is plain."""
        access = self.endpoint.access
        if wait is not None:
            return f"It asks to wait {wait:,.0f} seconds: ask later, or allow more time (--timeout)."
        if refusal.code not in (401, 403):
            return ""
        if not access.shown():
            return "Say who asks: --user with the password in TERRIL_PASSWORD, or --token."
        if origin(str(refusal.url)) != origin(self.endpoint.url):
            return f"It redirects to {shown(str(refusal.url))}, which got no credentials. Name that address, if it may."
        return "Check the credentials given."

    def _silence(self, error: Exception) -> EndpointFailed:
        reason = getattr(error, "reason", None) or error
        if isinstance(reason, TimeoutError):
            return self._late()
        if isinstance(reason, TooLarge):
            most = f"{MAX_BYTES / 2**20:,.0f} MB"
            return EndpointFailed(f"{self._name} sent more than {most}, the most that is read. Ask for less, in parts.")
        if isinstance(reason, IncompleteRead):
            return Passing(f"{self._name} cut the connection in the middle of its answer. Ask again, or for less.")
        words = getattr(reason, "strerror", None) or str(reason) or type(reason).__name__
        told = f"{self._name} did not answer: {self._hidden(one_line(words)).rstrip('.')}."
        told += " Check the address and that it is running."
        passing = isinstance(reason, ConnectionError) and not isinstance(reason, ConnectionRefusedError)
        return Passing(told) if passing else EndpointFailed(told)

    def _partial(self, body: Body) -> EndpointFailed | None:
        reason = cut_short(body)
        if reason is None:
            return None
        said = self._hidden(one_line(reason))[:300]
        return EndpointFailed(f"{self._name} gave only a part of the answer: {said}. Ask for less.")

    def _late(self) -> EndpointFailed:
        return EndpointFailed(
            f"{self._name} did not give its whole answer within {self.endpoint.timeout:g} seconds. "
            "Ask for less, or allow more time (--timeout)."
        )

    def _too_many(self) -> EndpointFailed:
        return EndpointFailed(
            f"{self._name} has more than {self.endpoint.max_rows:,} rows or triples to give, the most that are read. "
            "Ask for less with LIMIT, or allow more (--max-rows)."
        )

    @property
    def _name(self) -> str:
        return self.endpoint.name

    def _hidden(self, text: str) -> str:
        return self.endpoint.hidden(text)

    def _words(self, body: bytes) -> str:
        return self.endpoint.words(body)


_ACCEPT_ROWS: Final = "application/sparql-results+json, application/sparql-results+xml;q=0.5"
_ACCEPT_GRAPH: Final = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.5"
_GRAPH_FORMS: Final = ("CONSTRUCT", "DESCRIBE")
_BUSY: Final = (429, 502, 503, 504)
_MOST_WORDS: Final = 10_000  # bytes
