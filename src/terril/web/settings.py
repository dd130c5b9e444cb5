"""The settings of a server: what it serves, where, and to whom it gives leave to write."""

import json
from dataclasses import asdict, dataclass, field
from typing import Final

from .limits import Limits

TOKEN: Final = "TERRIL_TOKEN"
"""The variable of the environment that holds the token of those who may write; it is no setting, since it is secret."""


@dataclass(frozen=True)
class Settings:
    """What a worker must know.

    `folder` holds the versions of the graph, `home` is the project; `base` is the address under which the public sees
    the server; `writable` says whether the token in TERRIL_TOKEN gives leave to write, `gated` whether what is written
    must pass the project's shapes.
    """

    folder: str
    home: str
    base: str
    writable: bool = False
    gated: bool = True
    limits: Limits = field(default_factory=Limits)

    def as_text(self) -> str:
        """The settings as one argument of a command line; no secret is among them."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> "Settings":
        given = json.loads(text)
        return cls(**{**given, "limits": Limits(**given["limits"])})
