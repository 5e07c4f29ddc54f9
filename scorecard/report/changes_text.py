"""What changed between two states, in words for a terminal, or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from scorecard.judge.rounding import shown
from scorecard.measure.between import Between, Change, ChangedRow
from scorecard.report.changes import Changes, State, kept_no_rows

_KINDS = {
    "entered": "entered the figure",
    "left": "left the figure",
    "now_kept": "kept now, not kept before",
    "no_longer_kept": "not kept now, kept before",
    "value_changed": "with another value",
}
_ENTERED = {
    "not landed": "not known before",
    "elsewhere": "of another department or topic before",
    "no time": "without {at} before",
    "another period": "in another period before, by {at}",
    "values": "not counted before, by its values",
    "knowledge of time": "not to be judged before: the records did not reach so far in time",
}
_LEFT = {
    "not landed": "not landed any more",
    "elsewhere": "of another department or topic now",
    "no time": "without {at} now",
    "another period": "in another period now, by {at}",
    "values": "not counted now, by its values",
    "knowledge of time": "counted only while the records reached less far in time",
}
_CHANGED = {
    "values": "values changed",
    "knowledge of time": "the records reach further in time",
}


def explained_since(found: Changes, format: str) -> str:
    """The changes as "text" or "json"."""
    return _json(found) if format == "json" else _text(found)


def reason_text(kind: str, reason: str, at: str) -> str:
    """Why rows changed a figure in this way, in words."""
    words = {"entered": _ENTERED, "left": _LEFT}.get(kind, _CHANGED)
    return words[reason].format(at=at)


def _json(found: Changes) -> str:
    row, rows = found.after.row, found.between
    body: dict[str, Any] = {
        "standard": row.standard,
        "metric": row.metric,
        "department": row.department,
        "period": row.period.isoformat(),
        "grain": row.grain,
        "unit": row.unit,
        **({"synthetic": True} if found.synthetic else {}),
        "source": found.source,
        "at": found.at,
        "before": _state(found.before),
        "after": _state(found.after),
        "difference": found.difference,
        "same_definition": found.same_definition,
        "known_until_moved": found.before.known_until != found.after.known_until,
        "reckoned_n_before": None if rows is None else _whole(rows.n_before),
        "reckoned_n_after": None if rows is None else _whole(rows.n_after),
        "rows_entered": None if rows is None else rows.rows_of("entered"),
        "rows_left": None if rows is None else rows.rows_of("left"),
        "rows_same": None if rows is None else rows.same,
        "changes": [
            asdict(change) | {"n": _whole(change.n)} for change in (rows.changes if rows else ())
        ],
        "rows": [asdict(one) for one in (rows.rows if rows else ())],
    }
    return json.dumps(body, indent=2, ensure_ascii=False) + "\n"


def _state(state: State) -> dict[str, Any]:
    row = state.row
    return {
        "known_at": state.run.known_at.isoformat(),
        "run": state.run.id,
        "known_until": state.known_until.isoformat(),
        "landed_version": state.landed_version,
        "fingerprint": state.fingerprint,
        "actual": row.actual,
        "numerator": row.numerator,
        "denominator": row.denominator,
        "n": row.n,
        "expected": row.expected,
        "status": str(row.status),
        "files": [
            {"file": batch.file_name, "sha256": batch.file_sha256} for batch in state.batches
        ],
    }


def _text(found: Changes) -> str:
    row = found.after.row
    lines = [
        f"{row.title} ({row.standard})",
        f"{row.department_name}, {row.label}" + (" (synthetic data)" if found.synthetic else ""),
        "",
        *_columns(_figures(found)),
        "",
        *_difference(found),
        "",
        *_files(found),
    ]
    if found.between is not None:
        lines += ["", *_why(found, found.between)]
        if found.between.rows:
            lines += ["", "Rows that did it", *_rows(found.between.rows, found.at)]
    return "\n".join(lines) + "\n"


def _figures(found: Changes) -> list[list[str]]:
    states = found.before, found.after
    lines = [["", "before", "after"]]
    lines.append(["  known at", *(f"{s.run.known_at:%Y-%m-%d %H:%M:%S} UTC" for s in states)])
    lines.append(["  records reach to", *(f"{s.known_until:%Y-%m-%d %H:%M} UTC" for s in states)])
    lines.append(["  actual", *(_figure(s.row.actual, s.row.unit) for s in states)])
    for name in ("numerator", "denominator"):
        values = [getattr(s.row, name) for s in states]
        if values != [None, None]:
            lines.append([f"  {name}", *("–" if v is None else f"{v:,.10g}" for v in values)])
    lines.append(["  n", *(f"{s.row.n:,}" for s in states)])
    lines.append(["  status", *(str(s.row.status) for s in states)])
    lines.append(["  landed version", *(_version(s) for s in states)])
    lines.append(["  definition", *(s.fingerprint[:12] for s in states)])
    return lines


def _version(state: State) -> str:
    return "–" if state.landed_version is None else str(state.landed_version)


def _figure(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{shown(value, unit)} {'%' if unit == 'percent' else unit}"


def _difference(found: Changes) -> list[str]:
    unit = found.after.row.unit
    if not found.same_definition:
        return [
            "The definition of the metric has changed: the figures answer different questions.",
            "Each is shown as it was measured; their rows are not compared.",
        ]
    difference = found.difference
    words = "percentage points" if unit == "percent" else unit
    lines = (
        []
        if difference is None
        else [f"Difference: {shown(difference, unit, 0.0, signed=True)} {words}"]
    )
    if found.before.run.id == found.after.run.id:
        lines.append("Nothing was measured in between: both are one state.")
    if found.between is None:
        reason = "no row adds its own part to this figure"
        if kept_no_rows(found.before, found.after):
            reason = "the database does not keep how its rows were"
        lines.append(f"Which rows did it cannot be told: {reason}.")
        return lines
    for state in found.reckoned_otherwise:
        was = found.between.n_before if state is found.before else found.between.n_after
        when = f"{state.run.known_at:%Y-%m-%d %H:%M} UTC"
        lines += [
            f"Note: by the declarations of today, the rows known at {when} give n = {was:,.10g},",
            f"and {state.row.n:,} was recorded. The contract, a department's names or the standard",
            "have changed since; rows are compared as they are declared today.",
        ]
    return lines or ["One of the two states has no figure."]


def _files(found: Changes) -> list[str]:
    old = {batch.id for batch in found.before.batches}
    fresh = [batch for batch in found.after.batches if batch.id not in old]
    if not fresh:
        return ["No file was imported in between."]
    return ["Imported in between"] + [
        f"  {batch.file_name}  known to {batch.moment:%Y-%m-%d %H:%M} UTC, "
        f"{batch.rows_new:,} new, {batch.rows_changed:,} changed, SHA-256 {batch.file_sha256[:12]}"
        for batch in fresh
    ]


def _why(found: Changes, rows: Between) -> list[str]:
    lines = ["Why, in rows"]
    for kind, words in _KINDS.items():
        of_kind = [change for change in rows.changes if change.kind == kind]
        if of_kind:
            lines.append(f"  {sum(change.rows for change in of_kind):>10,} {words}")
            lines += [f"  {_reason(change, found.at)}" for change in of_kind]
    lines.append(f"  {rows.same:>10,} as before")
    moved = _whole(sum(change.n for change in rows.changes))
    lines.append(
        f"  n: {_whole(rows.n_before):,} {'-' if moved < 0 else '+'} {abs(moved):,}"
        f" = {_whole(rows.n_after):,}"
    )
    return lines


def _reason(change: Change, at: str) -> str:
    sums = f"n {_whole(change.n):+,}"
    if change.numerator is not None:
        sums += f", numerator {change.numerator:+,.10g}"
    return f"    {change.rows:>10,} {reason_text(change.kind, change.reason, at)} ({sums})"


def _rows(rows: tuple[ChangedRow, ...], at: str) -> list[str]:
    """Two lines a row, before and after, under the names of what the metric reads."""
    some = next(side for row in rows for side in (row.before, row.after) if side)
    lines = [[*rows[0].key, "", *some]]
    for row in rows:
        for word, side in (("before", row.before), ("after", row.after)):
            cells = ["(not landed)"] if side is None else [value or "–" for value in side.values()]
            key = list(row.key.values()) if word == "before" else [""] * len(row.key)
            lines.append([*key, word, *cells, *[""] * (len(some) - len(cells))])
        lines[-1].append(f"{_KINDS[row.kind]}: {reason_text(row.kind, row.reason, at)}")
    return [f"  {line}" for line in _columns(lines)]


def _columns(lines: list[list[str]]) -> list[str]:
    width = max(map(len, lines))
    full = [line + [""] * (width - len(line)) for line in lines]
    widths = [max(len(line[i]) for line in full) for i in range(width)]
    return [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in full
    ]


def _whole(number: float) -> int | float:
    return int(number) if number == int(number) else number
