"""The chart of a standard: figures with their intervals against the line of the expected value."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import plotly.graph_objects as go
import streamlit as st

from dashboard.theme import INK, LINE, MUTED, RULE, TARGET
from scorecard.judge.chart import Chart as Control
from scorecard.judge.chart import Variation
from scorecard.report.behaviour import Behaviour
from scorecard.report.behaviour_style import BAD, GOOD, PLAIN
from scorecard.report.chart import Chart, Point
from scorecard.report.phrases import shortened

# As many as stand side by side on a phone.
_TICKS = 5
_RINGS = {
    Variation.IMPROVING: GOOD,
    Variation.CONCERNING: BAD,
    Variation.NEUTRAL: PLAIN,
}
_FONT = "'Source Sans', 'Source Sans Pro', Arial, sans-serif"


def show_chart(chart: Chart, key: str, height: int = 330) -> None:
    """Draw the chart, with its alternative in words."""
    show_figure(figure(chart, height), key, f"{chart.title}. {chart.words}")


def show_figure(drawn: go.Figure, key: str, alt: str) -> None:
    """Draw a figure across the width of its column, with its alternative in words."""
    st.plotly_chart(
        drawn,
        width="stretch",
        theme=None,
        key=key,
        config={"displayModeBar": False, "scrollZoom": False},
        alt=alt,
    )


def dress(drawn: go.Figure, height: int, unit: str) -> None:
    """Give a figure its font, its margins and its two axes, the upright one in `unit`."""
    drawn.update_layout(
        height=height,
        margin={"l": 8, "r": 12, "t": 8, "b": 22},
        font={"family": _FONT, "size": 13, "color": INK},
        paper_bgcolor="#ffffff",
        plot_bgcolor="#ffffff",
        hovermode="closest",
        dragmode=False,
    )
    axis = {"fixedrange": True, "automargin": True, "tickfont": {"color": MUTED}}
    drawn.update_xaxes(showgrid=False, linecolor=RULE, **axis)
    drawn.update_yaxes(
        title={"text": "%" if unit == "percent" else unit, "standoff": 6},
        gridcolor="#eceff2",
        zeroline=False,
        **axis,
    )


def figure(chart: Chart, height: int = 330) -> go.Figure:
    """The Plotly figure: markers shaped by status, whiskers for intervals, steps of the target."""
    points = chart.points
    days = [point.row.period for point in points]
    drawn = go.Figure()
    if chart.behaviour is not None and chart.behaviour.chart is not None:
        _limits(drawn, chart.behaviour, chart.behaviour.chart)
    drawn.add_scatter(
        # From the first day of each period to its end: a step where the value changes, and a gap
        # where none is in force.
        x=[day for point in points for day in (point.row.period, point.end)],
        y=[point.row.expected for point in points for _ in range(2)],
        mode="lines",
        name="expected",
        line={"color": TARGET, "width": 2, "dash": "dash"},
        hovertemplate="%{customdata}<extra>expected</extra>",
        customdata=[point.expected for point in points for _ in range(2)],
    )
    actuals = [point.row.actual for point in points]
    drawn.add_scatter(
        x=days,
        y=actuals,
        mode="lines",
        name="actual",
        line={"color": LINE, "width": 2},
        hoverinfo="skip",
    )
    drawn.add_scatter(
        x=days,
        y=actuals,
        mode="markers",
        showlegend=False,
        marker={
            "size": 9,
            "symbol": [point.style.symbol for point in points],
            "color": [point.style.colour for point in points],
            "line": {"width": 1, "color": "#ffffff"},
        },
        error_y=_whiskers(chart),
        hovertemplate="%{customdata}<extra></extra>",
        customdata=[
            f"{point.period}: {point.now} {point.style.shape} {point.style.word}"
            for point in points
        ],
    )
    dress(drawn, height, chart.unit)
    drawn.update_layout(legend={"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom"})
    drawn.update_xaxes(
        tickvals=[point.row.period for point in _ticked(points)],
        ticktext=[point.label for point in _ticked(points)],
    )
    return drawn


def _limits(drawn: go.Figure, behaviour: Behaviour, chart: Control) -> None:
    """The mean and the limits of the control chart, a ring around each signal, and what happened.

    Each phase is drawn by itself: a line across the border of two would mean nothing.
    """
    days = [period.start for period in behaviour.periods]
    ends = [period.end for period in behaviour.periods]
    lines = [
        ("mean", chart.mean, "solid"),
        ("limits", chart.lower, "dot"),
        ("", chart.upper, "dot"),
    ]
    for number, phase in enumerate(chart.phases):
        start, last = phase.start, phase.start + phase.n - 1
        for name, values, dash in lines:
            drawn.add_scatter(
                x=[days[start], ends[last]],
                y=[values[start], values[start]],
                mode="lines",
                name=name,
                showlegend=bool(name) and number == 0,
                line={"color": MUTED, "width": 1, "dash": dash},
                hoverinfo="skip",
            )
    for kind, colour in _RINGS.items():
        places = [i for i, one in enumerate(chart.kinds) if one is kind]
        drawn.add_scatter(
            x=[days[i] for i in places],
            y=[float(chart.values[i]) for i in places],
            mode="markers",
            name=str(kind),
            showlegend=bool(places),
            marker={
                "size": 17,
                "symbol": "circle-open",
                "color": colour,
                "line": {"width": 2.5},
            },
            hoverinfo="skip",
        )
    left_out = [mark for mark in behaviour.marks if mark.kind == "left out"]
    drawn.add_scatter(
        x=[days[mark.place] for mark in left_out],
        y=[float(chart.values[mark.place]) for mark in left_out],
        mode="markers",
        name="left out",
        showlegend=bool(left_out),
        marker={"size": 17, "symbol": "x-thin", "line": {"width": 2, "color": MUTED}},
        hovertemplate="%{customdata}<extra>left out</extra>",
        customdata=[escape(mark.text) for mark in left_out],
    )
    for mark in behaviour.marks:
        if mark in left_out:
            continue
        drawn.add_vline(x=mark.day, line={"color": INK, "width": 1, "dash": "dot"})
        drawn.add_annotation(
            x=mark.day,
            y=0.02,
            yref="paper",
            yanchor="bottom",
            xanchor="left",
            text=escape(shortened(mark.text, 28)),
            showarrow=False,
            textangle=90,
            font={"size": 11, "color": INK},
        )


def _ticked(points: Sequence[Point]) -> Sequence[Point]:
    """The periods named below the chart: the last one, and others at even distances before it."""
    every = -(-len(points) // _TICKS) or 1
    return points[::-1][::every]


def _whiskers(chart: Chart) -> dict[str, object]:
    above = [_distance(point.row.high, point.row.actual) for point in chart.points]
    below = [_distance(point.row.actual, point.row.low) for point in chart.points]
    return {
        "type": "data",
        "symmetric": False,
        "array": above,
        "arrayminus": below,
        "visible": any(above) or any(below),
        "color": MUTED,
        "thickness": 1,
        "width": 3,
    }


def _distance(upper: float | None, lower: float | None) -> float:
    return 0.0 if upper is None or lower is None else max(0.0, upper - lower)
