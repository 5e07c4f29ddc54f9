"""A standard's figure in one period, broken down by a dimension: what its page shows as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scorecard.report.breakdown import NO_RECORDS
from scorecard.report.chart import interval_words
from scorecard.report.phrases import actual_words, gap_words
from scorecard.report.row import ScorecardRow
from scorecard.report.status_style import Style, style_of


@dataclass(frozen=True)
class PartLine:
    """One value of the dimension, such as one channel, ready to be shown."""

    name: str
    style: Style
    now: str
    gap: str
    n: int
    interval: str


@dataclass(frozen=True)
class PartTable:
    """All values of the dimension `by`: those furthest behind first, those not judged last."""

    by: str
    lines: tuple[PartLine, ...]


def part_table(by: str, rows: Sequence[ScorecardRow]) -> PartTable | None:
    """The table of the rows of one department and period; None where there are no records."""
    named = [(row.part.name, row) for row in rows if row.part and row.part.name != NO_RECORDS]
    if not named:
        return None
    ordered = sorted(named, key=lambda each: _place(each[1]))
    return PartTable(
        by,
        tuple(
            PartLine(
                name=name,
                style=style_of(row.status),
                now=actual_words(row),
                gap=gap_words(row),
                n=row.n,
                interval=interval_words(row),
            )
            for name, row in ordered
        ),
    )


def _place(row: ScorecardRow) -> tuple[bool, float, int]:
    judged = row.status.judged and row.service_gap is not None
    return not judged, (row.service_gap or 0.0) if judged else 0.0, -row.n
