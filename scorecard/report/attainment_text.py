"""The scorecard figure as text for a terminal, or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence

from scorecard.report.attainment import AttainmentPage, Kept, dimension_name
from scorecard.report.phrases import period_words
from scorecard.report.text_table import aligned, printable

_WIDTH = 100


def written(page: AttainmentPage | None, format: str, period: str | None = None) -> str:
    """The page in a format, "table" or "json"; `period` is what was asked for, should it be None.

    JSON is null where there is no figure.
    """
    if format == "json":
        return json.dumps(page.as_json() if page else None, indent=1, ensure_ascii=False) + "\n"
    if page is None:
        if period is None:
            return "Nothing has been measured yet: import records, then measure.\n"
        return (
            f"No figure was measured in {printable(period)}. Without --period: the newest judged.\n"
        )
    return _table(page)


def _table(page: AttainmentPage) -> str:
    synthetic = " (synthetic data)" if page.synthetic else ""
    title = f"{page.name}{synthetic}, {period_words(page.period)}: {page.sentence}"
    # A number and its sign stay on one line.
    wrapped = textwrap.fill(printable(title).replace(" %", "\u00a0%"), _WIDTH)
    text = [wrapped.replace("\u00a0%", " %"), ""]
    text += _lines("Quality dimension", page, page.dimensions)
    if page.department is None:
        text += ["", *_lines("Department", page, page.departments)]
    text += ["", "How each point arose", *_points(page)]
    return "\n".join(text) + "\n"


def _lines(heading: str, page: AttainmentPage, lines: Sequence[Kept]) -> list[str]:
    headings = (
        heading,
        "Kept, by weight",
        "Standards met",
        "Not judged",
        f"Against {period_words(page.period.previous())}",
    )
    rows = [
        (printable(each.name), each.range, each.count, f"{each.met.unknown:,}", each.change_words)
        for each in (*lines, page.whole)
    ]
    return aligned(headings, rows, right={"Not judged"})


def _points(page: AttainmentPage) -> list[str]:
    rows = [
        (
            point.row.standard,
            printable(point.row.department_name),
            dimension_name(point.dimension) if point.dimension else "–",
            point.points_words,
            point.why + (f" ({point.own_period})" if point.own_period else ""),
        )
        for point in page.points
    ]
    return aligned(("Standard", "Department", "Dimension", "Points", "Why"), rows)
