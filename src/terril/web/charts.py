"""Small charts as inline SVG: drawn with classes and attributes alone, so that a strict security policy lets them be.

The colours are those of the style sheet. Each chart says in words what it shows.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from markupsafe import Markup, escape

_WIDE: Final = 200
_HIGH: Final = 12


def share(percent: float, label: str) -> Markup:
    """A bar of which a part is full.

    >>> "full" in share(20, "20 of 100")
    True
    """
    part = min(max(percent, 0.0), 100.0) / 100 * _WIDE
    return _svg(_WIDE, _HIGH, label, _bar("rail", 0, _WIDE) + _bar("full", 0, part))


def part(value: float, whole: float, label: str) -> Markup:
    """A part against the whole that it belongs to."""
    return share(100 * value / whole if whole > 0 else 0, label)


def scale(value: float, label: str, written: Callable[[str], str]) -> Markup:
    """A number on a scale that ends at the next power of ten; `written` writes numbers for a reader."""
    end = 10 ** max(1, math.ceil(math.log10(value))) if value > 0 else 10
    return share(100 * value / end, label.format(written(f"{value:.10g}"), written(str(end))))


def top(places: int, label: str) -> Markup:
    """The first places of a ranking, as steps that get lower."""
    count = min(max(places, 1), 25)
    step = _WIDE / count
    bars = "".join(
        f'<rect class="full" x="{_n(i * step)}" y="{_n(2 + i * 8 / count)}" width="{_n(step * 0.8)}" '
        f'height="{_n(_HIGH - 2 - i * 8 / count)}"/>'
        for i in range(count)
    )
    return _svg(_WIDE, _HIGH, label, bars)


def stretches(parts: Iterable[tuple[int, int, str, str, str]], length: int, label: str) -> Markup:
    """A text as a strip: its passages from start to end, each with its class, the address it leads to, its title.

    Long texts are drawn over several rows, so that a passage can be hit.
    """
    length = max(length, 1)
    rows = min(max(length // 1500, 1), 8)
    per_row = -(-length // rows)
    drawn = [_rail(row, per_row, length) for row in range(rows)]
    for start, end, kind, href, title in parts:
        for row in range(max(start, 0) // per_row, min(max(end - 1, 0) // per_row + 1, rows)):
            left, right = max(start - row * per_row, 0), min(end - row * per_row, per_row)
            drawn.append(_stretch(row, left / per_row * 1000, (right - left) / per_row * 1000, kind, href, title))
    return _svg(1000, rows * 26, label, "".join(drawn), "strip")


def _rail(row: int, per_row: int, length: int) -> str:
    width = min(length - row * per_row, per_row) / per_row * 1000
    return f'<rect class="rail" x="0" y="{row * 26}" width="{_n(width)}" height="20"/>'


def _stretch(row: int, x: float, width: float, kind: str, href: str, title: str) -> str:
    box = f'x="{_n(x + 0.6)}" y="{row * 26}" width="{_n(max(width - 1.2, 1))}" height="20"'
    drawn = f'<rect class="{escape(kind)}" {box}><title>{escape(title)}</title></rect>'
    return f'<a href="{escape(href)}" tabindex="-1">{drawn}</a>' if href else drawn


def here(start: int, end: int, length: int, label: str) -> Markup:
    """Where in a text a passage stands."""
    length = max(length, 1)
    left, right = (1000 * min(max(at, 0), length) / length for at in (start, end))
    mark = f'<rect class="full" x="{_n(left)}" y="0" width="{_n(max(right - left, 3))}" height="14"/>'
    return _svg(1000, 14, label, '<rect class="rail" x="0" y="4" width="1000" height="6"/>' + mark, "strip")


def timeline(years: Sequence[int], label: str) -> Markup:
    """Years on a line, from the first to the last."""
    first, last = min(years), max(years)
    span = max(last - first, 1)
    drawn = ['<line class="axis" x1="20" y1="14" x2="980" y2="14"/>']
    taken = -100.0
    for year in sorted(set(years)):
        x = 20 + (year - first) / span * 960
        drawn.append(f'<circle class="full" cx="{_n(x)}" cy="14" r="6"/>')
        if x - taken > 60:
            anchor = "start" if x < 60 else "end" if x > 940 else "middle"
            drawn.append(f'<text x="{_n(x)}" y="40" text-anchor="{anchor}">{year}</text>')
            taken = x
    return _svg(1000, 46, label, "".join(drawn), "years")


# The class diagram


def tree(below: Mapping[str, Sequence[str]], tops: Sequence[str], names: Mapping[str, tuple[str, str]]) -> list[Markup]:
    """A drawing for each top class with all that is below it; `names` gives each its label and address."""
    return [_tree(top, below, names) for top in tops]


_LINE: Final = 22
_STEP: Final = 26


def _tree(top: str, below: Mapping[str, Sequence[str]], names: Mapping[str, tuple[str, str]]) -> Markup:
    rows: list[tuple[int, str, int]] = []
    _place(top, 0, -1, below, rows, frozenset())
    lines = [
        f'<path class="axis" d="M{_x(depth) - 16} {_y(parent) + 8}V{_y(row)}H{_x(depth) - 4}"/>'
        for row, (depth, _, parent) in enumerate(rows)
        if parent >= 0
    ]
    texts = [
        f'<a href="{escape(href)}"><text x="{_x(depth)}" y="{_y(row) + 5}">{escape(label)}</text></a>'
        for row, (depth, (label, href)) in enumerate((depth, names[name]) for depth, name, _ in rows)
    ]
    width = max(_x(depth) + 8 * len(names[name][0]) for depth, name, _ in rows) + 10
    drawing = "".join(lines + texts)
    # Not an image to assistive technology: the names in it are links.
    return Markup(f'<svg class="tree" viewBox="0 0 {width} {len(rows) * _LINE}" width="{width}">{drawing}</svg>')


def _place(
    name: str,
    depth: int,
    parent: int,
    below: Mapping[str, Sequence[str]],
    rows: list[tuple[int, str, int]],
    above: frozenset[str],
) -> None:
    rows.append((depth, name, parent))
    row = len(rows) - 1
    for narrower in below.get(name, ()):
        if narrower not in above | {name}:
            _place(narrower, depth + 1, row, below, rows, above | {name})


def _x(depth: int) -> int:
    return 4 + depth * _STEP


def _y(row: int) -> int:
    return row * _LINE + _LINE // 2


# Drawing


def _bar(kind: str, x: float, width: float) -> str:
    return f'<rect class="{kind}" x="{_n(x)}" y="3" width="{_n(width)}" height="6" rx="3"/>'


def _svg(width: int, height: int, label: str, drawing: str, kind: str = "chart") -> Markup:
    # A drawing with links in it is no image: its links must stay within reach.
    role = f'role="img" aria-label="{escape(label)}"' if "<a " not in drawing else f'aria-label="{escape(label)}"'
    return Markup(f'<svg class="{kind}" viewBox="0 0 {width} {height}" {role}>{drawing}</svg>')


def _n(value: float) -> str:
    """A coordinate, as short as it can be."""
    return f"{value:.1f}".removesuffix(".0")
