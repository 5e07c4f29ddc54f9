"""A sheet of the cases to examine, to be filled in by a spreadsheet or by hand, and read back.

One line for each case and criterion: audit, sample, case, stratum, criterion, outcome, remark, and
behind them what the record of the case says. Outcome and remark are empty; whoever re-checks gets a
sheet of the same form, so that it does not show what the first auditor found.

The key of a case is written behind a `#`: a spreadsheet takes it for text then, and makes neither a
rounded number, nor a day, nor a formula of it.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

from scorecard.audit.body import AboutCase
from scorecard.audit.cycle import Cycle
from scorecard.audit.desk import Desk
from scorecard.audit.drawing import asked_of
from scorecard.audit.events import RecheckRecorded, ResultRecorded
from scorecard.audit.moment import numbered
from scorecard.audit.population import fields
from scorecard.audit.sheet_lines import HEADINGS, folded, quoted, rows
from scorecard.csv_cell import csv_cell
from scorecard.errors import AuditError

OUTCOMES = ("met", "not-met", "not-applicable")


class Line(NamedTuple):
    """One case and criterion to examine."""

    key: str
    stratum: str
    criterion: str


def to_examine(cycle: Cycle, sample: int, *, recheck_by: str | None = None) -> list[Line]:
    """What has no result yet, in the order drawn; for `recheck_by`, another auditor, what has the
    first one's and no re-check.

    Raises AuditError `audit-number-unknown`.
    """
    body = numbered("sample", cycle.samples, sample).body
    found: list[Line] = []
    for key, stratum in cycle.cases(sample).items():
        for criterion in body.criteria:
            case = (sample, key, criterion)
            first = cycle.results.get(case)
            if recheck_by is None:
                wanted = first is None
            else:
                other = first is not None and first.by != recheck_by
                wanted = other and case not in cycle.rechecks
            if wanted:
                found.append(Line(key, stratum, criterion))
    return found


def sheet(
    desk: Desk, cycle: str, sample: int, *, recheck: bool = False, first: int | None = None
) -> str:
    """The sheet as CSV: comma, lines ended by CRLF, and a line of headings.

    `first`: of only so many cases, in the order drawn, which is one of chance. Raises AuditError
    `nothing-to-examine`, and what reading the records of the cases raises.
    """
    found = desk.cycle(cycle)
    lines = to_examine(found, sample, recheck_by=desk.by if recheck else None)
    keys = list(dict.fromkeys(one.key for one in lines))[:first]
    if not keys:
        raise AuditError(
            "nothing-to-examine",
            f"No case of sample {sample} waits to be "
            + ("re-checked by you." if recheck else "examined."),
            hint="A re-check is of cases that another auditor has examined."
            if recheck
            else "Each has its results; see scorecard audit estimate.",
        )
    records = fields(desk.declared, desk.workspace, asked_of(found, sample), keys)
    names = list(next(iter(records.values()), {}))
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([*HEADINGS, *(f"record: {name}" for name in names)])
    for one in lines:
        if one.key in keys:
            texts = [records.get(one.key, {}).get(name) for name in names]
            marks = [
                cycle,
                str(sample),
                f"#{one.key}",
                csv_cell(one.stratum),
                csv_cell(one.criterion),
            ]
            writer.writerow([*marks, "", "", *map(csv_cell, texts)])
    return written.getvalue()


def read_sheet(
    cycle: Cycle,
    sample: int,
    file: Path,
    *,
    recheck_by: str | None = None,
    encoding: str = "utf-8",
) -> list[AboutCase]:
    """The results that are filled in; lines without an outcome are left out. Records nothing.

    Other columns than `HEADINGS` may be there or not; of those, case, criterion and outcome must.
    Separated by comma, semicolon or tab. A line that only repeats what is recorded is left out.

    Raises AuditError with file, line and column: `sheet-unreadable`, `sheet-heading`,
    `sheet-elsewhere` (of another audit or sample), `outcome-unknown`, `remark-alone`,
    `result-twice`, `case-not-drawn`, `recheck-not-blind`.
    """
    body = numbered("sample", cycle.samples, sample).body
    cases = cycle.cases(sample)
    criteria = {folded(one): one for one in body.criteria}
    recorded = cycle.results if recheck_by is None else cycle.rechecks
    found: dict[tuple[str, str], AboutCase] = {}
    for row in rows(file, encoding):
        row.refuse_elsewhere(cycle.id, sample)
        outcome = folded(row["outcome"]).replace(" ", "-")
        remark = row["remark"].strip()
        if not outcome:
            if remark:
                raise row.error("remark-alone", "remark", "There is a remark and no outcome.")
            continue
        if outcome not in OUTCOMES:
            raise row.error(
                "outcome-unknown",
                "outcome",
                f"{quoted(row['outcome'])} is no outcome.",
                hint=f"Write one of {', '.join(OUTCOMES)}, or nothing.",
            )
        key = row.key(cases)
        criterion = criteria.get(folded(row["criterion"])) or criteria.get(
            folded(row["criterion"].removeprefix("'"))
        )
        if criterion is None:
            raise row.error(
                "case-not-drawn",
                "criterion",
                f"Sample {sample} has no criterion {quoted(row['criterion'])}.",
                hint=f"It has: {', '.join(body.criteria)}.",
            )
        if (key, criterion) in found:
            raise row.error(
                "result-twice", "case", f"{key} has two outcomes of {criterion!r} in this sheet."
            )
        first = cycle.results.get((sample, key, criterion))
        if recheck_by is not None and (first is None or first.by == recheck_by):
            raise row.error(
                "recheck-not-blind",
                "case",
                f"{key} cannot be re-checked for {criterion!r}: "
                + ("nobody has examined it yet." if first is None else "you were the first to."),
            )
        kind = ResultRecorded if recheck_by is None else RecheckRecorded
        found[key, criterion] = kind.model_validate(
            {
                "sample": sample,
                "key": key,
                "criterion": criterion,
                "outcome": outcome,
                "remark": remark,
            }
        )
    return [one for one in found.values() if not _same(recorded.get(one.case), one)]


def record_sheet(
    desk: Desk,
    cycle: str,
    sample: int,
    file: Path,
    *,
    recheck: bool = False,
    encoding: str = "utf-8",
    seen: int | None = None,
) -> tuple[Cycle, int]:
    """Record all results of a sheet, or none; the cycle afterwards, and how many there were.

    Raises what `read_sheet` and recording raise.
    """
    found = desk.cycle(cycle)
    by = desk.by if recheck else None
    bodies = read_sheet(found, sample, file, recheck_by=by, encoding=encoding)
    if not bodies:
        return found, 0
    # A result that somebody else has recorded since the sheet was read is shown, not written over.
    version = found.version if seen is None else seen
    return desk.record_all(cycle, bodies, seen=version), len(bodies)


def _same(recorded: object, new: AboutCase) -> bool:
    body = getattr(recorded, "body", None)
    return body is not None and (body.outcome, body.remark) == (new.outcome, new.remark)
