"""What `show`, `export` and `explain` were asked for, as rows and figures."""

from __future__ import annotations

from scorecard.declare.periods import Grain
from scorecard.errors import MeasureError
from scorecard.ledger.runs import latest_run
from scorecard.report.breakdown import refuse_unmeasured
from scorecard.report.changes import Changes, changes
from scorecard.report.explain import Explanation, find_standard
from scorecard.report.explain_derived import DerivedExplanation, explain_any
from scorecard.report.opened import Opened
from scorecard.report.row import Part, ScorecardRow
from scorecard.report.rows import scorecard_rows
from scorecard.report.since import changed_rows, refuse_reversed
from scorecard.report.totals import totals


def shown_rows(
    opened: Opened,
    department: str | None = None,
    standard: str | None = None,
    period: str | None = None,
    as_of: str | None = None,
    *,
    by: str | None = None,
    latest: bool = False,
) -> list[ScorecardRow]:
    """The rows a person asks for in words.

    `by` breaks them down by a dimension; raises `not-measured-by` where nothing is measured by it.
    `period` is a period as people write it, "all" for all periods added up, or "latest" for each
    standard's last complete one; with `latest`, that is what is meant where no period is given.
    """
    declarations = opened.declarations
    if standard is not None:
        find_standard(declarations, standard)
    if by is not None:
        refuse_unmeasured(by, standard, declarations)
    rows = scorecard_rows(
        declarations,
        opened.ledger,
        department=opened.department(department),
        standard=standard,
        as_of=opened.moment(as_of, read=True),
        by=by,
    )
    if period == "all":
        return totals(rows, declarations)
    if period == "latest" or (period is None and latest):
        return latest_complete(rows)
    if period is None:
        return rows
    grains: set[Grain] = {row.grain for row in rows}
    starts = {grain: opened.period(period, grain) for grain in grains}
    return [row for row in rows if row.period == starts[row.grain]]


def measured_yet(opened: Opened) -> bool:
    """Whether anything has been measured: if so, what is not shown was not measured."""
    return latest_run(opened.ledger, opened.declarations.organisation.id) is not None


def latest_complete(rows: list[ScorecardRow]) -> list[ScorecardRow]:
    """Of each standard, department and part, the row of the last period the data knows whole."""
    last: dict[tuple[str, str | None, Part | None], ScorecardRow] = {}
    for row in rows:
        key = row.series
        if key not in last or row.complete or not last[key].complete:
            last[key] = row
    return list(last.values())


def shown_changes(
    opened: Opened,
    changed_since: str,
    department: str | None = None,
    standard: str | None = None,
    period: str | None = None,
    as_of: str | None = None,
    *,
    by: str | None = None,
) -> list[ScorecardRow]:
    """Of the rows a person asks for, those whose figure is another than at `changed_since`.

    Without a period all periods are looked at. Raises `state-unknown` where nothing had been
    measured by then, `states-reversed` where `as_of` is earlier.
    """
    since = opened.moment(changed_since, read=True)
    assert since is not None
    refuse_reversed("--changed-since", since, opened.moment(as_of, read=True))
    if latest_run(opened.ledger, opened.declarations.organisation.id, since) is None:
        raise MeasureError(
            "state-unknown",
            f"Nothing had been measured by {since:%Y-%m-%d %H:%M} UTC.",
            hint="Give a later moment.",
        )
    # "latest" is chosen among today's rows; the earlier state may not hold that period whole.
    then = None if period == "latest" else period
    return changed_rows(
        shown_rows(opened, department, standard, period, as_of, by=by),
        shown_rows(opened, department, standard, then, changed_since, by=by),
    )


def explained_figure(
    opened: Opened,
    standard: str,
    department: str | None,
    period: str | None,
    as_of: str | None,
    sample: int,
) -> Explanation | DerivedExplanation:
    """The explanation a person asks for in words."""
    grain = find_standard(opened.declarations, standard).period
    return explain_any(
        opened.declarations,
        opened.ledger,
        opened.workspace,
        standard,
        department=opened.department(department),
        period=opened.period(period, grain) if period else None,
        as_of=opened.moment(as_of, read=True),
        sample=sample,
    )


def explained_changes(
    opened: Opened,
    standard: str,
    department: str | None,
    period: str | None,
    since: str,
    as_of: str | None,
    sample: int,
) -> Changes:
    """What changed under a figure between two moments that a person writes in words."""
    grain = find_standard(opened.declarations, standard).period
    moment = opened.moment(since, read=True)
    assert moment is not None
    return changes(
        opened.declarations,
        opened.ledger,
        opened.workspace,
        standard,
        since=moment,
        as_of=opened.moment(as_of, read=True),
        department=opened.department(department),
        period=opened.period(period, grain) if period else None,
        sample=sample,
    )
