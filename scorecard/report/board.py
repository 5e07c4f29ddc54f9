"""All that the pages are made from: the rows of a scorecard as one run of measuring left them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from scorecard.declare.load import Declarations
from scorecard.ledger.measurements import current
from scorecard.ledger.runs import latest_run
from scorecard.ledger.session import Ledger
from scorecard.report.breakdown import measured_by
from scorecard.report.department import TopicRow
from scorecard.report.opened import Opened
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows


@dataclass(frozen=True)
class Board:
    """Declarations and every row, as of one run.

    `run` and `known_at` name the run, None where nothing has been measured; `known_until` is the
    latest moment its records know. Both times are in the organisation's own zone.
    """

    declarations: Declarations
    rows: tuple[ScorecardRow, ...]
    run: int | None
    known_at: datetime | None
    known_until: datetime | None


def board(opened: Opened) -> Board:
    """What is known now. Raises LedgerError where the ledger cannot be read."""
    declarations = opened.declarations
    run = latest_run(opened.ledger, declarations.organisation.id)
    if run is None:
        return Board(declarations, (), None, None, None)
    zone = declarations.organisation.zone
    moments = [
        datetime.fromisoformat(read["moment"]) for read in run.sources.values() if read["moment"]
    ]
    return Board(
        declarations,
        tuple(scorecard_rows(declarations, opened.ledger, as_of=run.known_at)),
        run.id,
        run.known_at.astimezone(zone),
        max(moments).astimezone(zone) if moments else None,
    )


def latest_run_id(opened: Opened) -> int | None:
    """The id of the newest run: while it stays, so does everything the pages show."""
    run = latest_run(opened.ledger, opened.declarations.organisation.id)
    return run.id if run else None


def part_rows(
    declarations: Declarations,
    ledger: Ledger,
    standard: str,
    by: str,
    department: str | None,
    period: date | None,
    known_at: datetime | None,
) -> list[ScorecardRow]:
    """The rows by the values of a dimension, of one department or the whole organisation (None).

    Of the period that begins on a day, or (None) of every period.
    """
    rows = scorecard_rows(
        declarations,
        ledger,
        department=department,
        standard=standard,
        period=period,
        as_of=known_at,
        by=by,
    )
    return [row for row in rows if row.department == department]


def topic_rows(
    declarations: Declarations, ledger: Ledger, row: ScorecardRow, run: int | None = None
) -> list[TopicRow]:
    """The figures by topic behind a department's row; none where they are not measured by topic.

    They are not where the standard itself is about one topic, or a source of it declares none.
    """
    standard = declarations.standards[row.standard]
    topic = measured_by(standard, declarations).get("topic")
    if topic is None or standard.where:
        return []
    figures = current(
        ledger,
        declarations.organisation.id,
        metrics={row.metric},
        run=run,
        grains={row.grain},
        since=row.period,
        until=row.period,
    )
    found: list[TopicRow] = []
    for figure in figures:
        scope = json.loads(figure.scope)
        if figure.department == row.department and list(scope) == [topic]:
            name = "no topic recorded" if scope[topic] is None else str(scope[topic])
            found.append(
                TopicRow(name, figure.value, figure.numerator, figure.denominator, figure.n)
            )
    return found
