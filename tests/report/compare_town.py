"""A town whose departments are compared: declarations without records, and rows made by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

from scorecard.declare.load import Declarations, load
from scorecard.declare.periods import containing
from scorecard.report.compare import ComparePage, compare_page
from scorecard.report.row import Part, ScorecardRow
from tests.report.rows_builder import row

JULY, JUNE, JULY_BEFORE = date(2026, 7, 1), date(2026, 6, 1), date(2025, 7, 1)
_SOURCES = """
    from scorecard import number, source, text, timestamp

    source(
        "requests",
        key="id",
        department="department",
        dimensions={"topic": "topic", "channel": "channel", "person": "handled_by"},
        columns={
            "id": text(required=True),
            "opened_at": timestamp(),
            "closed_at": timestamp(),
            "due_at": timestamp(planned=True),
            "score": number(),
            "department": text(),
            "topic": text(),
            "channel": text(),
            "handled_by": text(),
        },
    )
"""
_METRICS = '''
    from scorecard import count, elapsed, mean, median, metric, rate, share

    @metric(source="requests", at="closed_at", unit="percent", better="higher", min_n=5)
    def on_time(r):
        """Share closed on time."""
        return share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)

    @metric(source="requests", at="closed_at", unit="number", better="higher")
    def score(r):
        """Mean score."""
        return mean(r.score)

    @metric(source="requests", at="closed_at", unit="number", better="lower")
    def late_per_hundred(r):
        """Late requests for every 100."""
        return rate(count(r.closed_at > r.due_at), count(r.due_at.known), per=100)

    @metric(source="requests", at="closed_at", unit="days", better="lower")
    def days(r):
        """Half are closed within."""
        return median(elapsed(r.opened_at, r.closed_at, "days"))

    @metric(source="requests", at="closed_at", unit="count", better="lower")
    def late(r):
        """How many are late."""
        return count(r.closed_at > r.due_at)
'''
_STANDARD = """
    [[standard]]
    id = "{id}"
    title = "{id}"
    metric = "{metric}"
    {keys}
    expected = [{{ from = 2024-01-01, {side} = {value} }}]
"""
_STANDARDS = (
    ("on-time", "on_time", 'departments = "all"\nby = ["channel", "person"]', "at_least", 80),
    ("score", "score", 'departments = "all"', "at_least", 3),
    ("late-per-hundred", "late_per_hundred", 'departments = "all"', "at_most", 20),
    ("days", "days", 'departments = "all"', "at_most", 3),
    ("late", "late", 'departments = "all"', "at_most", 30),
    ("own", "on_time", 'department = "d1"\nwhere = { topic = "Pothole" }', "at_least", 80),
)


def declared(folder: Path, departments: int = 12, *, synthetic: bool = False) -> Declarations:
    """The town with departments d1, d2, …, called D1, D2, …"""
    names = "".join(f'\n[[departments]]\nid = "d{i}"\nname = "D{i}"\n' for i in _up_to(departments))
    (folder / "organisation.toml").write_text(
        f'id = "town"\nname = "Town"\nsynthetic = {str(synthetic).lower()}\n'
        f'time_zone = "America/New_York"\n{names}'
    )
    (folder / "sources.py").write_text(dedent(_SOURCES))
    (folder / "metrics.py").write_text(dedent(_METRICS))
    (folder / "standards.toml").write_text(
        "\n".join(
            dedent(_STANDARD.format(id=id, metric=metric, keys=keys, side=side, value=value))
            for id, metric, keys, side, value in _STANDARDS
        ).replace("\n    ", "\n")
    )
    return load(folder)


def shares(
    sums: Sequence[tuple[int, int]], period: date = JULY, standard: str = "on-time", **given: Any
) -> list[ScorecardRow]:
    """One row a department, d1 first, with so many of so many; (0, 0) is no data."""
    return [
        one(f"d{place}", above, below, period, standard, **given)
        for place, (above, below) in enumerate(sums, start=1)
    ]


def one(
    department: str | None,
    above: float,
    below: float,
    period: date = JULY,
    standard: str = "on-time",
    **given: Any,
) -> ScorecardRow:
    """One row of the share (or, with `scale`, of what is divided otherwise)."""
    scale = given.pop("scale", 100.0)
    channel = given.pop("channel", None)
    facts: dict[str, Any] = {
        "unit": "percent",
        "better": "higher",
        "expected": 80.0,
        "tolerance": 0.0,
        "shared": True,
        "n": int(below),
        "numerator": float(above) if below else None,
        "denominator": float(below) if below else None,
    } | given
    squares = facts.pop("squares", None)
    made = row(
        scale * above / below if below else None,
        standard=standard,
        title=standard,
        metric=standard.replace("-", "_"),
        department=department,
        period=period,
        **facts,
    )
    part = None if channel is None else Part("channel", channel, channel)
    return replace(made, squares=squares, part=part)


def page(
    declarations: Declarations,
    rows: Sequence[ScorecardRow],
    standard: str = "on-time",
    parts: Sequence[ScorecardRow] = (),
    **asked: Any,
) -> ComparePage:
    """The comparison of a standard over these rows."""
    found = declarations.standards[standard]
    return compare_page(declarations, rows, found, parts=lambda by: parts, **asked)


def year_to(last: date) -> list[date]:
    """The first days of the twelve months that end with this one, oldest first."""
    months = [containing(last, "month")]
    while len(months) < 12:
        months.append(months[-1].previous())
    return [month.start for month in reversed(months)]


def _up_to(count: int) -> range:
    return range(1, count + 1)
