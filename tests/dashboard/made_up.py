"""A made-up organisation with a filled ledger: what the pages are looked at with.

No records are landed; the figures are written as a run of measuring would leave them.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from math import sin
from pathlib import Path

from scorecard.declare.load import Declarations, load
from scorecard.declare.periods import between
from scorecard.ledger.measurements import DefinitionText, MeasurementRow, record_run
from scorecard.ledger.session import open_ledger
from scorecard.workspace import Workspace

HOSTILE = "<img src=x onerror=alert(1)> & =1+1"
DEPARTMENTS = {
    "public-works": "Public Works",
    "parks": "Parks and Recreation",
    "water": "Water and Sewer",
    "housing": "Housing and Inspections",
    "libraries": "Libraries",
    "transport": "Transport",
}
# By department: the share closed on time when the record begins, and its drift a month.
_SHARES = {
    "public-works": (84.0, -0.9),
    "parks": (70.0, 1.1),
    "water": (88.0, 0.1),
    "housing": (81.0, -0.15),
    "libraries": (95.0, 0.05),
    "transport": (79.0, 0.02),
}
_FIRST, _LAST = date(2024, 8, 1), date(2026, 8, 1)
_MOMENT = datetime(2026, 8, 9, 21, 30, tzinfo=UTC)
_TOPICS = {"Pothole": 0.5, "Street light": 0.3, "Sidewalk": 0.15, HOSTILE: 0.05}

# Of each department's requests; a tenth has no channel written.
_CHANNELS = {"Phone": 0.6, HOSTILE: 0.3, None: 0.1}

_SOURCES = """\
from scorecard import source, text, timestamp

source(
    "requests",
    key="case_id",
    department="department",
    dimensions={"topic": "topic", "channel": "channel"},
    columns={
        "case_id": text(required=True),
        "opened_at": timestamp(),
        "due_at": timestamp(planned=True),
        "closed_at": timestamp(),
        "department": text(),
        "topic": text(),
        "channel": text(),
    },
)
"""
_METRICS = """\
from scorecard import elapsed, metric, percentile, share


@metric(source="requests", at="closed_at", unit="percent", better="higher", min_n=20)
def closed_on_time(r):
    \"\"\"Share of closed requests that were closed by their due date.\"\"\"
    return share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)


@metric(source="requests", at="closed_at", unit="days", better="lower", min_n=20)
def days_to_close(r):
    \"\"\"Nine requests in ten are closed within this many days.\"\"\"
    return percentile(elapsed(r.opened_at, r.closed_at, "days"), 0.9)
"""


def write_declarations(folder: Path, *, synthetic: bool = True) -> Path:
    """The organisation's files, with one hostile title among the standards."""
    folder.mkdir(parents=True, exist_ok=True)
    departments = "".join(
        f'\n[[departments]]\nid = "{id}"\nname = "{name}"\nowner = "Director of {name}"\n'
        for id, name in DEPARTMENTS.items()
    )
    (folder / "organisation.toml").write_text(
        f'id = "bay-town"\nname = "Bay Town"\nsynthetic = {str(synthetic).lower()}\n'
        f'time_zone = "America/New_York"\nfiscal_year_start = 7\n{departments}'
    )
    (folder / "sources.py").write_text(_SOURCES)
    (folder / "metrics.py").write_text(_METRICS)
    standards = _standard(
        "closed-on-time",
        "Requests are closed on time",
        'departments = "all"\nmetric = "closed_on_time"\nby = ["channel"]\nowner = "City manager"',
        '{ from = 2024-07-01, at_least = 75, tolerance = 3, source = "Charter" },\n'
        '  { from = 2026-01-01, at_least = 80, tolerance = 3, source = "Re-audit" }',
        'promise = { text = "We answer four requests in five on time", value = 80 }\n'
        'events = [{ on = 2025-07-01, text = "New counter", kind = "action" }]\n',
    )
    for index, (id, name) in enumerate(DEPARTMENTS.items()):
        title = HOSTILE if id == "housing" else f"{name} closes nine requests in ten within a week"
        standards += _standard(
            f"{id}-days",
            title,
            f'department = "{id}"\nmetric = "days_to_close"\nowner = "{name} duty manager"',
            f"{{ from = 2024-07-01, at_most = {5 + index}, tolerance = 1 }}",
        )
    standards += _standard(
        "water-quarter",
        "Water requests are closed on time, quarter by quarter",
        'department = "water"\nmetric = "closed_on_time"\nperiod = "quarter"',
        "{ from = 2024-07-01, at_least = 95 }",
    )
    (folder / "standards.toml").write_text(standards)
    return folder


def fill_ledger(declarations: Declarations, workspace: Workspace, *, shift: float = 0.0) -> None:
    """One run of measuring over two years, the last month unfinished; `shift` moves every share."""
    rows: list[MeasurementRow] = []
    scopes: set[tuple[str, str]] = set()
    share = declarations.metrics["closed_on_time"]
    days = declarations.metrics["days_to_close"]
    for index, period in enumerate(between(_FIRST, _LAST, "month")):
        total = kept = 0
        for number, (department, (level, drift)) in enumerate(_SHARES.items()):
            n = 400 + 60 * number + 10 * (index % 5)
            percent = min(99.0, level + drift * index + 2.5 * sin(index + number) + shift)
            good = round(n * percent / 100)
            total, kept = total + n, kept + good
            rows.append(_share(share.fingerprint, "month", period.start, department, good, n))
            value = 4.0 + number * 1.1 + 0.12 * index * (number % 3) + sin(index * 0.7 + number)
            few = 6 if department == "libraries" and index % 4 == 0 else n
            rows.append(
                _row(
                    "days_to_close", days.fingerprint, "month", period.start, department, value, few
                )
            )
            for channel, weight in _CHANNELS.items():
                part = round(n * weight)
                met = round(part * (percent + 10 * weight - 5) / 100)
                scope = json.dumps({"channel": channel}, ensure_ascii=False)
                rows.append(
                    _share(share.fingerprint, "month", period.start, department, met, part, scope)
                )
            for topic, weight in _TOPICS.items():
                part = round(n * weight)
                met = round(part * (percent - 20 * weight) / 100)
                scope = json.dumps({"topic": topic}, ensure_ascii=False)
                rows.append(
                    _share(share.fingerprint, "month", period.start, department, met, part, scope)
                )
                slow = value * (0.6 + 2 * weight)
                rows.append(
                    _row(
                        "days_to_close",
                        days.fingerprint,
                        "month",
                        period.start,
                        department,
                        slow,
                        part,
                        scope,
                    )
                )
        rows.append(_share(share.fingerprint, "month", period.start, None, kept, total))
        rows.append(_share(share.fingerprint, "month", period.start, "unassigned", 20, 40))
    for period in between(_FIRST, _LAST, "quarter"):
        rows.append(_share(share.fingerprint, "quarter", period.start, "water", 1300, 1450))
    scopes |= {(row.metric, row.grain) for row in rows}
    with open_ledger(workspace.ledger) as ledger:
        record_run(
            ledger,
            declarations.organisation.id,
            "duckdb",
            {"requests": {"version": 0, "moment": _MOMENT.isoformat(), "rows": 60000}},
            [
                DefinitionText(metric.fingerprint, metric.name, metric.definition)
                for metric in declarations.metrics.values()
            ],
            rows,
            scopes,
        )


def make(root: Path, *, synthetic: bool = True) -> tuple[Path, Workspace]:
    """The folder of declarations and the workspace, measured once."""
    standards = write_declarations(root / "standards", synthetic=synthetic)
    workspace = Workspace(root / "workspace")
    fill_ledger(load(standards), workspace)
    return standards, workspace


def _standard(id: str, title: str, keys: str, expected: str, more: str = "") -> str:
    return (
        f'[[standard]]\nid = "{id}"\ntitle = {json.dumps(title)}\n{keys}\nreview = 2027-04-01\n'
        f"{more}expected = [\n  {expected},\n]\n\n"
    )


def _share(
    fingerprint: str,
    grain: str,
    period: date,
    department: str | None,
    kept: int,
    n: int,
    scope: str = "{}",
) -> MeasurementRow:
    return MeasurementRow(
        *("closed_on_time", fingerprint, grain, period, department, scope),
        *(100 * kept / n, float(kept), float(n), n),
    )


def _row(
    metric: str,
    fingerprint: str,
    grain: str,
    period: date,
    department: str | None,
    value: float,
    n: int,
    scope: str = "{}",
) -> MeasurementRow:
    return MeasurementRow(
        *(metric, fingerprint, grain, period, department, scope), value, None, None, n
    )
