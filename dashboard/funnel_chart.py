"""The funnel: each unit's figure by its size, between the lines that chance and scatter draw."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from dashboard.charts import dress, show_figure
from dashboard.theme import INK, LINE, MUTED, TARGET
from scorecard.judge.funnel_result import Curve, Funnel, Standing
from scorecard.judge.rounding import shown
from scorecard.report.compare import CompareLine, ComparePage
from scorecard.report.phrases import plain, shortened, with_unit
from scorecard.report.standing_style import standing_style

# As many names as stand on the chart; a pointer shows the others.
_NAMED = 6
_NAMED_STANDINGS = (
    *(Standing.LEARN, Standing.HELP, Standing.ABOVE, Standing.BELOW),
    Standing.WARNING,
)


class Key(NamedTuple):
    """A line of the funnel: its name, and how it is drawn."""

    name: str
    colour: str
    dash: str


_CHANCE = Key("chance alone", MUTED, "dot")
_WHOLE = Key("all together", MUTED, "solid")
_EXPECTED = Key("expected", TARGET, "dash")


def key_of(page: ComparePage) -> list[Key]:
    """The lines that are drawn, the widest limits first; empty where nothing is."""
    found = page.held.funnel
    if found is None or found.reason is not None:
        return []
    what = "chance alone" if page.held.chance is None else "usual spread"
    inner, outer = (f"{100 * found.levels[place].confidence:g} %" for place in (0, -1))
    keys = [Key(f"{what}, {outer}", LINE, "dash"), Key(f"{what}, {inner}", LINE, "dot")]
    if page.held.chance is not None:
        keys.append(_CHANCE._replace(name=f"chance alone, {outer}"))
    return [*keys, _WHOLE, *([_EXPECTED] if page.target is not None else [])]


def show_funnel(page: ComparePage, key: str, height: int = 240) -> None:
    """Draw the funnel, with its alternative in words."""
    alt = (
        f"{page.standard.title}: {page.units_word} by size on a funnel. {page.sentence} "
        f"{page.scatter}"
    )
    show_figure(figure(page, height), key, alt)


def figure(page: ComparePage, height: int = 240) -> go.Figure:
    """The Plotly figure: limits as curves, centre and expected value as lines, units as points."""
    drawn = go.Figure()
    found = page.held.funnel
    if found is not None and found.reason is None and found.centre is not None:
        _lines(drawn, page, found, found.centre)
    _points(drawn, page)
    dress(drawn, height, page.unit)
    drawn.update_layout(showlegend=False)
    drawn.update_xaxes(
        type="log",
        title={"text": "n: how many the figure is out of", "standoff": 6},
        tickvals=_ticks(page),
        ticktext=[f"{tick:,}" for tick in _ticks(page)],
    )
    return drawn


def _lines(drawn: go.Figure, page: ComparePage, found: Funnel, centre: float) -> None:
    scale = page.held.scale
    ends = [float(found.curve.sizes[0]), float(found.curve.sizes[-1])]
    for level, key in zip((-1, 0), key_of(page), strict=False):
        _pair(drawn, found.curve, level, scale, key)
    if page.held.chance is not None:
        _pair(drawn, page.held.chance, -1, scale, _CHANCE)
    _level(drawn, ends, scale * centre, _WHOLE)
    if page.target is not None:
        _level(drawn, ends, page.target, _EXPECTED)


def _pair(drawn: go.Figure, curve: Curve, level: int, scale: float, key: Key) -> None:
    for values in (curve.lower[level], curve.upper[level]):
        drawn.add_scatter(
            x=curve.sizes.tolist(),
            y=(scale * values).tolist(),
            mode="lines",
            line={"color": key.colour, "width": 1.4, "dash": key.dash},
            hoverinfo="skip",
        )


def _level(drawn: go.Figure, ends: Sequence[float], value: float, key: Key) -> None:
    drawn.add_scatter(
        x=ends,
        y=[value, value],
        mode="lines",
        line={"color": key.colour, "width": 2, "dash": key.dash},
        hoverinfo="skip",
    )


def _points(drawn: go.Figure, page: ComparePage) -> None:
    placed = [line for line in page.lines if _size(line) and line.row.actual is not None]
    styles = [standing_style(line.standing or Standing.NO_COMPARISON) for line in placed]
    drawn.add_scatter(
        x=[_size(line) for line in placed],
        y=[line.row.actual for line in placed],
        mode="markers",
        showlegend=False,
        marker={
            "size": [13 if _is_named(line) else 9 for line in placed],
            "symbol": [style.symbol for style in styles],
            "color": [style.colour for style in styles],
            "line": {"width": 1, "color": "#ffffff"},
        },
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[
            escape(f"{line.name}: {line.now}, n {line.row.n:,}; {style.word}")
            for line, style in zip(placed, styles, strict=True)
        ],
    )
    for line, across, up in _labelled(placed):
        drawn.add_annotation(
            x=across,
            y=up,
            text=escape(shortened(line.name, 26)),
            showarrow=False,
            xanchor="center",
            yshift=-14 if line.standing is Standing.LEARN else 14,
            font={"size": 12, "color": INK},
        )


def _labelled(placed: Sequence[CompareLine]) -> list[tuple[CompareLine, float, float]]:
    """Those who stand out, with where their names go; a name that would lie on another is left
    to the pointer."""
    heights = [line.row.actual or 0.0 for line in placed]
    room = 0.07 * (max(heights) - min(heights)) if heights else 0.0
    found: list[tuple[CompareLine, float, float]] = []
    for line in sorted((line for line in placed if _is_named(line)), key=_far):
        across, up = float(np.log10(_size(line) or 1.0)), line.row.actual or 0.0
        if all(abs(across - x) > 0.6 or abs(up - y) > room for _, x, y in found):
            found.append((line, across, up))
    return found[:_NAMED]


def _is_named(line: CompareLine) -> bool:
    return line.standing in _NAMED_STANDINGS


def _far(line: CompareLine) -> tuple[bool, str]:
    return line.standing is Standing.WARNING, line.name


def _size(line: CompareLine) -> float | None:
    """Where the unit stands: at what its figure is divided by, as the funnel's lines do."""
    return line.row.denominator or None


def _ticks(page: ComparePage) -> list[int]:
    sizes = [size for line in page.lines if (size := _size(line))]
    if not sizes:
        return []
    low, high = int(np.floor(np.log10(min(sizes)))), int(np.ceil(np.log10(max(sizes))))
    steps = (1, 3) if high - low < 4 else (1,)
    return [step * 10**power for power in range(max(low, 0), high + 1) for step in steps]


def size_words(page: ComparePage) -> str:
    """How to read the funnel, below it."""
    centre = page.held.funnel.centre if page.held.funnel else None
    if centre is None:
        return ""
    whole = with_unit(shown(page.held.scale * centre, page.unit), page.unit)
    expected = (
        f"; expected is {with_unit(plain(page.target), page.unit)}"
        if page.target is not None
        else ""
    )
    return (
        f"Larger to the right. All together: {whole}{expected}. Within the lines, size explains "
        "the difference; a pointer shows each name."
    )
