"""Responses: what a server sends back, as plain values, and problems as RFC 9457 asks for them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final


@dataclass(frozen=True)
class Response:
    """A whole answer: status, body and headers (names in lower case)."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Problem(Exception):
    """A request that cannot be answered: the status of HTTP, a sentence for its sender, and further headers."""

    def __init__(self, status: int, detail: str, **headers: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.args = (status, detail)  # so that it can be handed from process to process
        self.headers = {name.replace("_", "-").lower(): value for name, value in headers.items()}


PROBLEM: Final = "application/problem+json"
"""The media type of problems."""


def of_problem(problem: Problem) -> Response:
    """A problem as a response.

    >>> of_problem(Problem(405, "Ask with GET or POST.", Allow="GET, POST")).headers["allow"]
    'GET, POST'
    """
    content = {"title": HTTPStatus(problem.status).phrase, "status": problem.status, "detail": problem.detail}
    # A sign that begins a tag is written so that nothing takes it for one, whatever it thinks that this is.
    body = json.dumps(content, ensure_ascii=True).replace("<", "\\u003c").encode()
    return Response(problem.status, body, {"content-type": PROBLEM, "cache-control": "no-store", **problem.headers})
