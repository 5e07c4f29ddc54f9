"""Opening a cycle: the baseline is of the period that is meant, in the grain of each standard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from scorecard.audit.opening import Planned, open_audit
from scorecard.errors import AuditError, ScorecardError
from tests.audit.known import Known, known


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """Months and quarters of 2025 to February 2026; n is the month, or 20 more of a quarter."""
    made = known(tmp_path_factory.mktemp("opening"))
    months = [made.share(None, date(2025, month, 1), month, month) for month in range(1, 13)]
    quarters = [
        made.row("days", None, date(2025, month, 1), 20 + month, value=1.0)
        for month in (1, 4, 7, 10)
    ]
    made.run(*months, *quarters, at=datetime(2026, 2, 15, tzinfo=UTC))
    yield made
    made.ledger.close()


@pytest.mark.parametrize(
    ("number", "standards", "period", "n"),
    [
        (1, ("on-time", "days"), "2025-05", [5, 24]),
        # However they are named: the month that is meant, not the first one of its quarter.
        (2, ("days", "on-time"), "2025-05", [24, 5]),
        (3, ("days", "on-time"), "2025-06-30", [24, 6]),
        (4, ("days", "on-time"), "2025", [21, 1]),
    ],
)
def test_each_standard_has_the_figure_of_the_period_that_is_meant(
    town: Known, number: int, standards: tuple[str, ...], period: str, n: list[int]
) -> None:
    id = f"audit-{number}"
    # At touchpoints of its own, so that no other one is in its way.
    plan = Planned(id, standards, period, "Records", ["ada"], touchpoints=[id])
    opened = open_audit(town.desk("dora"), id, plan).opened.body
    assert [one.n for one in opened.baseline] == n


def test_what_is_no_period_and_a_day_that_is_over_are_refused(town: Known) -> None:
    desk = town.desk("dora")
    with pytest.raises(ScorecardError) as caught:
        open_audit(desk, "never", Planned("T", ["days", "on-time"], "soon", "M", ["ada"]))
    assert caught.value.code == "period-unreadable"
    plan = Planned("T", ["days"], "2025-05", "M", ["ada"], close_due=date(2026, 2, 28))
    with pytest.raises(AuditError) as caught:
        open_audit(desk, "never", plan)
    assert caught.value.code == "due-before-opening"
    assert desk.events("never") == []
