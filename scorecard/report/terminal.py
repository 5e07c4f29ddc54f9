"""Rows of a scorecard as text for a terminal, as JSON, or as CSV."""

from __future__ import annotations

from scorecard.declare.load import Declarations
from scorecard.judge.rollup import met
from scorecard.judge.rounding import shown
from scorecard.report.export import to_csv, to_json
from scorecard.report.row import ScorecardRow

_UNIT = {"percent": " %", "count": "", "number": ""}
_HEADINGS = (
    "standard",
    "department",
    "period",
    "actual",
    "expected",
    "gap",
    "n",
    "status",
    "confidence",
)
_BEFORE = ("before", "n before")
_RIGHT = {"actual", "expected", "gap", "n", *_BEFORE}


def written(rows: list[ScorecardRow], format: str, declarations: Declarations) -> str:
    """The rows in a format: "table", "json" or "csv"."""
    synthetic = declarations.organisation.synthetic
    if format == "json":
        return to_json(rows, synthetic=synthetic)
    if format == "csv":
        return to_csv(rows, synthetic=synthetic)
    return table(rows, declarations)


def table(rows: list[ScorecardRow], declarations: Declarations) -> str:
    """An aligned table, with a last line that counts what is met of what could be judged."""
    organisation = declarations.organisation
    title = organisation.name + (" (synthetic data)" if organisation.synthetic else "")
    two_states = any(row.before for row in rows)
    if not rows:
        return f"{title}: nothing measured yet. Import records and run: scorecard measure\n"
    by = rows[0].part.by if rows[0].part else None
    headings = [*_HEADINGS, *(_BEFORE if two_states else ())]
    if by is not None:
        headings.insert(2, by)
    lines = [headings, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(headings))]
    text = [title]
    for line in lines:
        cells = (
            cell.rjust(width) if heading in _RIGHT else cell.ljust(width)
            for cell, width, heading in zip(line, widths, headings, strict=True)
        )
        text.append("  ".join(cells).rstrip())
    if two_states:
        text.append(f"{len(rows):,} figures are others than were known then.")
        return "\n".join(text) + "\n"
    total = met((row.status, row.weight) for row in rows)
    text.append(
        f"{total.met:,} of {total.judged:,} rows met"
        + (f"; {total.unknown:,} not judged" if total.unknown else "")
        + "."
    )
    return "\n".join(text) + "\n"


def _cells(row: ScorecardRow) -> tuple[str, ...]:
    unit = _UNIT.get(row.unit, f" {row.unit}")
    actual = shown(
        row.actual, row.unit, row.expected, str(row.status), tolerance=row.tolerance or 0
    )
    gap = shown(row.gap, row.unit, 0.0, str(row.status), tolerance=row.tolerance or 0, signed=True)
    before: tuple[str, ...] = ()
    if row.before is not None:
        known = row.before.actual is not None
        before = shown(row.before.actual, row.unit) + (unit if known else ""), f"{row.before.n:,}"
    return (
        row.standard,
        row.department_name,
        *((row.part.name,) if row.part else ()),
        row.label,
        actual + (unit if row.actual is not None else ""),
        "–" if row.expected is None else f"{row.expected:g}{unit}",
        gap,
        f"{row.n:,}",
        str(row.status),
        str(row.confidence or "–"),
        *before,
    )
