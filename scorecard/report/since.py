"""The rows of a scorecard whose figures differ from what was known at an earlier moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from scorecard.errors import MeasureError
from scorecard.report.row import Before, ScorecardRow


def changed_rows(rows: list[ScorecardRow], earlier: list[ScorecardRow]) -> list[ScorecardRow]:
    """Those of `rows` whose figure, its sums or its n is another than in `earlier`.

    The earlier figure stands beside each as `before`. A row that `earlier` does not hold had no
    figure then.
    """
    then = {_key(row): row for row in earlier}
    changed: list[ScorecardRow] = []
    for row in rows:
        was = then.get(_key(row))
        if (_figure(was) if was else (None, None, None, 0)) != _figure(row):
            before = Before(was.actual, was.n) if was else Before(None, 0)
            changed.append(replace(row, before=before))
    return changed


def refuse_reversed(option: str, since: datetime, as_of: datetime | None) -> None:
    """Raise `states-reversed` where the earlier moment lies after the later one."""
    if as_of is not None and as_of < since:
        raise MeasureError(
            "states-reversed",
            f"{option} {since:%Y-%m-%d %H:%M} UTC is later than "
            f"--as-of {as_of:%Y-%m-%d %H:%M} UTC.",
            hint=f"Give the earlier moment with {option}.",
        )


def _key(row: ScorecardRow) -> tuple[object, ...]:
    # All periods added up are one row, wherever they begin.
    return *row.series, None if row.all_periods else row.period


def _figure(row: ScorecardRow) -> tuple[float | None, float | None, float | None, int]:
    return row.actual, row.numerator, row.denominator, row.n
