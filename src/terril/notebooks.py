"""What makes a record show itself in a notebook: the methods that IPython and its kin look for."""

from collections.abc import Collection
from importlib import import_module
from typing import cast


class Displayed:
    """A record that notebooks show as a page and terminals as text.

    The pages are made by `terril.display`, which stands above every record that it shows, and is therefore looked up by
    its name, and only when a notebook asks.
    """

    def _repr_html_(self) -> str:
        """The record as HTML."""
        return cast(str, import_module("terril.display").html(self))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, str]:
        """The record by media type; `include` and `exclude` say which types are wanted, as IPython defines them."""
        display = import_module("terril.display")
        makers = {"text/plain": display.text, "text/html": display.html}
        wanted = {name for name in makers if (not include or name in include) and name not in (exclude or ())}
        return {name: make(self) for name, make in makers.items() if name in wanted}
