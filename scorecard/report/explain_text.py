"""An explanation in words for a terminal, or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from scorecard.judge.rounding import shown
from scorecard.report.chart import interval_words
from scorecard.report.explain import Explanation
from scorecard.report.explain_derived import DerivedExplanation
from scorecard.report.explain_derived_text import derived_body, derived_lines
from scorecard.report.row import ScorecardRow

# What is to be known of an explanation that rests on no files.
IN_DATABASE = (
    "The records live in a database, which does not keep how they were. Rows and counts are those",
    "it holds now; the figure is of the time when it was measured.",
)


def explained(found: Explanation | DerivedExplanation, format: str) -> str:
    """The explanation as "text" or "json"."""
    derived = isinstance(found, DerivedExplanation)
    if format == "json":
        body = {
            **found.row.as_json(),
            **({"synthetic": True} if found.synthetic else {}),
            **(derived_body(found) if derived else _body(found)),
        }
        return json.dumps(body, indent=2, ensure_ascii=False) + "\n"
    below = derived_lines(found) if derived else _below(found)
    return "\n".join([*_figure(found.row, found.synthetic), *below]) + "\n"


def _body(found: Explanation) -> dict[str, Any]:
    behind = found.behind
    return {
        "description": found.description,
        "definition": json.loads(found.definition),
        "fingerprint": found.fingerprint,
        "engine": found.engine,
        "source": found.source,
        "landed_version": found.landed_version,
        "at": found.at,
        "rows_landed": behind.landed,
        "rows_in_scope": behind.in_scope,
        "rows_without_time": behind.without_time,
        "rows_in_period": behind.in_period,
        "rows_counted": behind.counted,
        "exclusions": [asdict(left) for left in behind.left_out],
        "sql": behind.sql,
        "batches": [
            {
                "file": batch.file_name,
                "sha256": batch.file_sha256,
                "moment": batch.moment.isoformat(),
                "imported_at": batch.imported_at.isoformat(),
                "rows_read": batch.rows_read,
                "rows_quarantined": batch.rows_quarantined,
            }
            for batch in found.batches
        ],
        "rows": list(behind.rows),
    }


def _figure(row: ScorecardRow, synthetic: bool) -> list[str]:
    unit = "%" if row.unit == "percent" else row.unit
    lines = [
        f"{row.title} ({row.standard})",
        f"{row.department_name}, {row.label}: {row.status}"
        + (" (synthetic data)" if synthetic else ""),
        "",
        f"  actual       {shown(row.actual, row.unit)}{'' if row.actual is None else f' {unit}'}",
        f"  expected     {'–' if row.expected is None else f'{row.expected:g} {unit}'}",
        f"  gap          {shown(row.gap, row.unit, signed=True)} "
        + ("percentage points" if row.unit == "percent" else unit),
        f"  n            {row.n:,}",
    ]
    if row.numerator is not None:
        lines.append(f"  numerator    {row.numerator:,.10g}")
    if row.denominator is not None:
        lines.append(f"  denominator  {row.denominator:,.10g}")
    if row.low is not None:
        lines.append(f"  interval     {interval_words(row)} (95 %)")
    if row.confidence is not None:
        lines.append(f"  confidence   {row.confidence}")
    return lines


def _below(found: Explanation) -> list[str]:
    row, behind = found.row, found.behind
    return [
        "",
        f"What is measured ({row.metric}, fingerprint {found.fingerprint[:12]})",
        f"  {found.description}",
        "",
        f"Which rows count (source {found.source}, {_state(found)})",
        f"  {behind.landed:>10,} rows {'there' if found.landed_version is None else 'landed'}",
        f"  {behind.in_scope:>10,} of them in scope",
        f"  {behind.without_time:>10,} of those cannot be placed in a period: no {found.at}",
        f"  {behind.in_period:>10,} {_placed(found)} {row.label} by {found.at}",
        *(f"  {-left.rows:>10,} {left.reason}" for left in behind.left_out),
        f"  {behind.counted:>10,} rows count",
        "",
        *(["From these files"] if found.landed_version is not None else IN_DATABASE),
        *(
            f"  {batch.file_name}  known to {batch.moment:%Y-%m-%d %H:%M} UTC, "
            f"{batch.rows_read:,} rows, {batch.rows_quarantined:,} quarantined, "
            f"SHA-256 {batch.file_sha256[:12]}"
            for batch in found.batches
        ),
        "",
        f"By this statement ({found.engine})",
        *(f"  {line}" for line in behind.sql.splitlines()),
        "",
        "Rows behind it",
        *(f"  {line}" for line in _rows(found)),
    ]


def _state(found: Explanation) -> str:
    if found.landed_version is None:
        return "as the database holds it now"
    return f"landed version {found.landed_version}"


def _placed(found: Explanation) -> str:
    return "came in until the end of" if found.at_end else "fall in"


def _rows(found: Explanation) -> list[str]:
    if not found.behind.rows:
        return ["(none)"]
    names = [*found.behind.rows[0]]
    lines = [names] + [
        ["–" if row[name] is None else str(row[name]) for name in names]
        for row in found.behind.rows
    ]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
