"""The quality of sources as text for a terminal, as JSON, or as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from scorecard.csv_cell import csv_cell
from scorecard.observe.quality.finding import Finding
from scorecard.report.quality import CheckLine, QualityPage
from scorecard.report.text_table import aligned, printable

_HEADINGS = ("", "check", "column", "count", "share of n", "before", "trend", "example")
_RIGHT = {"count", "share of n", "before"}
_FILE = ("source", "file", "file_sha256", "moment", "imported_at")
_AGE = ("age_days", "expected_every_days", "stale", "mended_since")
_CHECK = ("check", "column", "count", "of", "share", "notable", "count_before", "of_before")
_LISTS = ("trend", "examples")


def written(pages: Sequence[QualityPage], format: str) -> str:
    """The pages in a format: "table", "json" or "csv"."""
    return {"table": _table, "json": _json, "csv": _csv}[format](pages)


def checks_table(lines: Sequence[CheckLine]) -> str:
    """The checks that found something, now or before, and a count of the others."""
    shown = [line for line in lines if line.now.notable or _found(line.now) or _found(line.before)]
    text = [""]
    if shown:
        rows = [tuple(map(printable, _cells(line))) for line in shown]
        text += aligned(_HEADINGS, rows, _RIGHT)
    quiet = len([line for line in lines if line not in shown and line.now.count is not None])
    if quiet:
        text.append(f"{quiet:,} check{'' if quiet == 1 else 's'} found nothing.")
    if any(line.now.code == "volume" and line.now.of is None for line in lines):
        text.append("The first file: its rows and its mix have nothing to be compared with.")
    return "\n".join(text) + "\n"


def _table(pages: Sequence[QualityPage]) -> str:
    return "\n".join(_section(page) for page in pages)


def _section(page: QualityPage) -> str:
    title = page.source + (" (synthetic data)" if page.synthetic else "")
    latest = page.latest
    if latest is None:
        return f"{title}: no file has been examined. Import one.\n"
    count = sum(line.now.notable for line in page.lines) + (page.stale is True)
    looked = f"{count:,} thing{'' if count == 1 else 's'} to look at" if count else "all quiet"
    imported = f"{latest.imported_at:%Y-%m-%d %H:%M} UTC"
    text = [
        f"{title}: {looked}",
        f"  latest file {printable(latest.file_name)}, imported {imported}",
        f"  {_age(page)}",
    ]
    if page.mended_since:
        rows = "1 row was" if page.mended_since == 1 else f"{page.mended_since:,} rows were"
        text.append(f"  {rows} mended out of quarantine since")
    return "\n".join(text) + "\n" + checks_table(page.lines)


def _age(page: QualityPage) -> str:
    if page.age is None:
        return "the records know no moment"
    known = f"the records know until {_days(abs(page.age))} "
    known += "ago" if page.age >= timedelta(0) else "ahead of the clock"
    if page.expected_every is None:
        return f"{known}; the contract does not say how often they should come"
    late = "overdue" if page.stale else "in time"
    return f"{known}, expected every {_days(page.expected_every)}: {late}"


def _days(span: timedelta) -> str:
    days = span / timedelta(days=1)
    return f"{days:,.1f} days" if abs(days) >= 1 else f"{days * 24:,.1f} hours"


def _found(one: Finding | None) -> bool:
    return one is not None and one.code != "volume" and bool(one.count)


def _cells(line: CheckLine) -> tuple[str, ...]:
    now = line.now
    trend = " ".join(_short(one) for one in line.trend)
    example = now.examples[0] if now.examples else ""
    return (
        "!" if now.notable else "",
        now.code,
        now.column or "–",
        "–" if now.count is None else f"{now.count:,}",
        _share(now),
        "–" if line.before is None or line.before.count is None else f"{line.before.count:,}",
        trend,
        example,
    )


def _share(one: Finding) -> str:
    """The share with what it is of; of the rows of a file, what is usual."""
    if one.count is None or not one.of:
        return "–"
    return f"{_percent(one.count / one.of)} % of {one.of:,}"


def _short(one: Finding | None) -> str:
    if one is None or one.count is None:
        return "–"
    if one.code == "volume":
        return f"{one.count:,}"
    return _percent(one.count / one.of) if one.of else "–"


def _percent(share: float) -> str:
    """A percentage with one decimal; what is not quite none, or not quite all, does not say so."""
    text = f"{share * 100:,.1f}"
    if share > 0 and text == "0.0":
        return "<0.1"
    return ">99.9" if share < 1 and text == "100.0" else text


def _json(pages: Sequence[QualityPage]) -> str:
    made = [_of_page(page) | {"checks": [_of_check(line) for line in page.lines]} for page in pages]
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _csv(pages: Sequence[QualityPage]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    synthetic = ("synthetic",) if any(page.synthetic for page in pages) else ()
    writer.writerow((*_FILE, *_AGE, *synthetic, *_CHECK, *_LISTS))
    for page in pages:
        for line in page.lines:
            check = _of_check(line)
            lists = {
                "trend": " ".join("–" if s is None else f"{s:g}" for s in check["trend"]),
                "examples": "; ".join(check["examples"]),
            }
            row = _of_page(page) | check | lists
            writer.writerow([csv_cell(value) for value in row.values()])
    return text.getvalue()


def _of_page(page: QualityPage) -> dict[str, Any]:
    latest, day = page.latest, timedelta(days=1)
    file = (
        (None,) * 4
        if latest is None
        else (
            latest.file_name,
            latest.file_sha256,
            latest.moment.isoformat(),
            latest.imported_at.isoformat(),
        )
    )
    age = None if page.age is None else round(page.age / day, 3)
    every = page.expected_every / day if page.expected_every else None
    made = dict(zip(_FILE, (page.source, *file), strict=True))
    made |= dict(zip(_AGE, (age, every, page.stale, page.mended_since), strict=True))
    return made | ({"synthetic": True} if page.synthetic else {})


def _of_check(line: CheckLine) -> dict[str, Any]:
    now, before = line.now, line.before
    values = (now.code, now.column, now.count, now.of, _ratio(now), now.notable)
    values = (*values, before and before.count, before and before.of)
    made: dict[str, Any] = dict(zip(_CHECK, values, strict=True))
    made["trend"] = [None if one is None else _ratio(one) for one in line.trend]
    return made | {"examples": list(now.examples)}


def _ratio(one: Finding) -> float | None:
    """The share as a percentage; None where there is none."""
    return None if one.count is None or not one.of else round(100 * one.count / one.of, 4)
