"""From landed rows to the scorecard: division by zero, and periods without rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from textwrap import dedent

import pytest

from scorecard.judge.status import Status
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.report.export import to_csv, to_json
from scorecard.report.opened import Opened, open_scorecard
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows
from scorecard.report.standard import standard_page
from scorecard.workspace import Workspace

SOURCES = """
    from scorecard import date, integer, number, source, text

    calls = source(
        "calls",
        key="id",
        department="department",
        columns={
            "id": integer(),
            "day": date(),
            "department": text(),
            "answered": number(),
            "offered": number(),
        },
    )
"""
METRICS = '''
    from scorecard import count, mean, median, metric, rate, ratio, share, sum

    given = {"source": "calls", "at": "day", "better": "higher"}

    @metric(unit="number", **given)
    def mean_of_quotients(r):
        """The mean of what each row answered of what it was offered."""
        return mean(r.answered / r.offered)

    @metric(unit="number", **given)
    def median_of_quotients(r):
        """The median of it."""
        return median(r.answered / r.offered)

    @metric(unit="number", **given)
    def sum_of_quotients(r):
        """The sum of it."""
        return sum(r.answered / r.offered)

    @metric(unit="number", **given)
    def quotient_of_sums(r):
        """Answered of offered."""
        return ratio(sum(r.answered), sum(r.offered))

    @metric(unit="percent", **given)
    def share_of_sums(r):
        """Answered of offered, in percent."""
        return share(r.answered, of=r.offered)

    @metric(unit="number", **given)
    def rate_of_rows(r):
        """Rows for each hundred offered."""
        return rate(count(), sum(r.offered), per=100)

    @metric(unit="percent", **given)
    def share_above(r):
        """Rows that answered at least half, of those where that can be said."""
        quotient = r.answered / r.offered
        return share(quotient >= 0.5, of=quotient.known)
'''
NAMES = (
    *("mean-of-quotients", "median-of-quotients", "sum-of-quotients", "quotient-of-sums"),
    *("share-of-sums", "rate-of-rows", "share-above"),
)
# January: some rows divide by zero. February: no rows at all. March: every row divides by zero.
RECORDS = """\
id,day,department,answered,offered
1,2026-01-05,works,3,4
2,2026-01-06,works,0,0
3,2026-01-07,works,5,0
4,2026-01-08,works,1,4
5,2026-03-05,works,0,0
6,2026-03-06,works,7,0
7,2026-04-02,works,1,2
"""
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("zero")
    standards = "".join(
        f'[[standard]]\nid = "{id}"\ntitle = "{id}"\nmetric = "{id.replace("-", "_")}"\n'
        'departments = "all"\nexpected = [{ from = 2026-01-01, at_least = 2 }]\n'
        for id in NAMES
    )
    for name, text in {
        "organisation.toml": 'id = "town"\nname = "Town"\ntime_zone = "America/New_York"\n'
        'departments = [{ id = "works", name = "Works" }, { id = "parks", name = "Parks" }]\n',
        "sources.py": SOURCES,
        "metrics.py": METRICS,
        "standards.toml": standards,
    }.items():
        (folder / name).write_text(dedent(text), encoding="utf-8")
    file = folder / "calls.csv"
    file.write_text(RECORDS, encoding="utf-8")
    workspace = Workspace(folder / "workspace")
    with open_scorecard(folder, workspace) as opened:
        organisation = opened.declarations.organisation
        import_file(organisation, opened.source("calls"), file, workspace, opened.ledger)
        measure(opened.declarations, workspace, opened.ledger)
        yield opened


def row(
    town: Opened, standard: str, period: date, department: str | None = "works"
) -> ScorecardRow:
    rows = scorecard_rows(town.declarations, town.ledger, standard=standard, period=period)
    [found] = [each for each in rows if each.department == department]
    return found


@pytest.mark.parametrize(
    ("standard", "actual", "n"),
    [
        # Rows 1 and 4 are 3/4 and 1/4; rows 2 and 3 divide by zero and have no quotient.
        ("mean-of-quotients", 0.5, 2),
        ("median-of-quotients", 0.5, 2),
        ("sum-of-quotients", 1.0, 2),
        ("share-above", 50.0, 2),
    ],
)
def test_a_row_that_divides_by_zero_has_no_value_and_the_others_count(
    standard: str, actual: float, n: int, town: Opened
) -> None:
    found = row(town, standard, JANUARY)
    assert (found.actual, found.n) == (actual, n)


@pytest.mark.parametrize("standard", NAMES)
def test_where_every_row_divides_by_zero_there_is_no_data_and_no_zero(
    standard: str, town: Opened
) -> None:
    for department in ("works", None):
        found = row(town, standard, MARCH, department)
        assert (found.actual, found.gap, found.status) == (None, None, Status.NO_DATA)
        assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize("standard", NAMES)
def test_a_period_without_rows_between_others_is_a_row_with_no_data(
    standard: str, town: Opened
) -> None:
    for department in ("works", None):
        found = row(town, standard, FEBRUARY, department)
        assert (found.actual, found.n, found.status) == (None, 0, Status.NO_DATA)
        assert (found.numerator, found.denominator) == (None, None)


def test_a_department_without_any_rows_has_a_row_in_every_period(town: Opened) -> None:
    rows = scorecard_rows(town.declarations, town.ledger, department="parks")
    assert [(each.standard, each.period) for each in rows] == [
        (standard, period) for standard in NAMES for period in (JANUARY, FEBRUARY, MARCH, APRIL)
    ]
    assert {each.status for each in rows if each.complete} == {Status.NO_DATA}
    assert {each.actual for each in rows} == {None}


def test_the_hole_is_in_what_is_exported_and_on_the_page(town: Opened) -> None:
    rows = scorecard_rows(town.declarations, town.ledger, standard="share-above")
    hole = [each for each in rows if each.period == FEBRUARY]
    assert len(hole) == 3
    assert to_csv(hole).count("no data") == 3
    assert to_json(hole).count('"status": "no data"') == 3
    declared = town.declarations
    view = standard_page(
        declared.organisation,
        declared.standards["share-above"],
        declared.metrics["share_above"],
        rows,
        department="works",
        period=FEBRUARY,
    )
    assert view.now is not None
    assert (view.now.style.word, view.basis) == ("no data", "No records.")
    assert [point.row.period for point in view.chart.points] == [JANUARY, FEBRUARY]
