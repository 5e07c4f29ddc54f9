"""Small made-up scorecards for tests of the view models and the pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from scorecard.declare.organisation import Department, Organisation
from scorecard.declare.periods import Grain, Period, containing
from scorecard.judge.status import judge
from scorecard.report.row import ScorecardRow

KNOWN_AT = datetime(2026, 8, 2, 6, 30, tzinfo=UTC)


def town(
    *, synthetic: bool = False, departments: tuple[str, ...] = ("roads", "parks")
) -> Organisation:
    """An organisation with the departments named by their ids."""
    return Organisation(
        id="town",
        name="Town",
        synthetic=synthetic,
        time_zone="America/New_York",
        departments=[
            Department(id=id, name=id.title(), owner=f"{id.title()} director") for id in departments
        ],
    )


def row(actual: float | None = None, **given: Any) -> ScorecardRow:
    """One row: `actual` days against at most 3 expected, in July 2026, unless told otherwise."""
    facts: dict[str, Any] = {
        "standard": "potholes",
        "title": "Potholes are filled within three days",
        "department": "roads",
        "unit": "days",
        "better": "lower",
        "expected": 3.0,
        "tolerance": 1.0,
        "period": date(2026, 7, 1),
        "grain": "month",
        "n": 100,
        "min_n": 0,
        "complete": True,
        "shared": False,
        "owner": "Street operations manager",
        "weight": 1.0,
        "numerator": None,
        "denominator": None,
        "low": None,
        "high": None,
    } | given
    min_n = facts.pop("min_n")
    department = facts["department"]
    names = {None: "Town", "unassigned": "Unassigned"}
    facts.setdefault("department_name", names.get(department) or str(department).title())
    facts.setdefault("metric", facts["standard"].replace("-", "_"))
    facts["n"] = facts["n"] if actual is not None else 0
    verdict = judge(
        actual,
        facts["expected"],
        facts["better"],
        tolerance=facts["tolerance"] or 0.0,
        n=facts["n"],
        min_n=min_n,
        complete=facts["complete"],
    )
    period = Period(facts["period"], facts["grain"])
    return ScorecardRow(
        **facts,
        label=period.label,
        actual=actual,
        gap=verdict.gap,
        service_gap=verdict.service_gap,
        status=verdict.status,
        known_at=KNOWN_AT,
    )


def months(
    actuals: Sequence[float | None], last: date = date(2026, 7, 1), **given: Any
) -> list[ScorecardRow]:
    """Rows of consecutive months (or another `grain`), the last of which begins on `last`."""
    grain: Grain = given.pop("grain", "month")
    period = containing(last, grain)
    rows: list[ScorecardRow] = []
    for actual in reversed(actuals):
        rows.append(row(actual, period=period.start, grain=grain, **given))
        period = period.previous()
    return rows[::-1]


SHARE: dict[str, Any] = {
    "standard": "closed-on-time",
    "title": "Requests are closed on time",
    "unit": "percent",
    "better": "higher",
    "expected": 80.0,
    "tolerance": 2.0,
    "shared": True,
    "owner": "Service manager",
}


def city_rows() -> list[ScorecardRow]:
    """A year of two departments: a shared share, roads' own days, and the whole organisation."""
    rows: list[ScorecardRow] = []
    shares = {
        None: [80, 81, 80.5, 80, 79.9, 79, 78, 78.2, 78.4, 78.1, 78.3, 78.5],
        "roads": [82, 81, 80, 79, 78, 77, 76, 75, 74, 72, 71, 70],
        "parks": [79, 80, 81, 82, 83, 84, 85, 86, 87, 88, 89, 90],
        "unassigned": [50.0] * 12,
    }
    for department, values in shares.items():
        for each, share in zip(
            months(list(values), **SHARE, department=department), values, strict=True
        ):
            rows.append(
                row(
                    float(share),
                    **SHARE,
                    department=department,
                    period=each.period,
                    n=1000,
                    numerator=share * 10.0,
                    denominator=1000.0,
                    low=share - 2.5,
                    high=share + 2.4,
                )
            )
    rows += months([2.0, 2.5, 2.8, 3.1, 3.4, 3.9, 4.2, 5.0, 6.1, 7.5, 9.0, 12.4])
    return rows
