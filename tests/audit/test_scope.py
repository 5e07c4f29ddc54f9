"""The scope and baseline of a cycle, frozen from declarations and the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.audit.scope import Scope, freeze_baseline, freeze_scope
from scorecard.declare.load import Declarations, load
from scorecard.errors import AuditError
from scorecard.ledger import DefinitionText, Ledger, MeasurementRow, record_run
from tests.audit.known import Known, known
from tests.audit.room import BOTH, requirement
from tests.declare.folders import GOOD, write

DAY = date(2026, 3, 2)
MARCH = date(2026, 3, 1)


@pytest.fixture
def declared(tmp_path: Path) -> Declarations:
    return load(write(tmp_path / "smallville", GOOD))


def test_the_values_of_the_day_are_frozen_department_by_department(declared: Declarations) -> None:
    scope = freeze_scope(declared, ["closed-on-time"], DAY)
    assert [
        (r.department, r.side, r.expected, r.tolerance, r.since) for r in scope.requirements
    ] == [
        (None, "at_least", 90, 0, date(2025, 7, 1)),
        ("public-works", "at_least", 90, 0, date(2025, 7, 1)),
        ("parks", "at_least", 85, 2, date(2026, 1, 1)),
    ]
    assert {r.definition for r in scope.requirements} == {
        declared.metric("closed_on_time").fingerprint
    }
    (pothole,) = freeze_scope(declared, ["pothole-repair"], DAY).requirements
    assert (pothole.side, pothole.expected, pothole.where) == (
        "at_most",
        5,
        '{"case_topic": "Pothole"}',
    )
    (early,) = freeze_scope(declared, ["pothole-repair"], date(2020, 1, 1)).requirements
    assert (early.side, early.expected) == (None, None)


@pytest.mark.parametrize(
    ("standards", "departments", "told"),
    [
        (["closed-on-tme"], [], "closed-on-time"),
        (["closed-on-time"], ["park"], "parks"),
        (["pothole-repair"], ["parks"], "reported by none"),
    ],
)
def test_what_is_not_declared_cannot_be_in_scope(
    declared: Declarations, standards: list[str], departments: list[str], told: str
) -> None:
    with pytest.raises(AuditError) as caught:
        freeze_scope(declared, standards, DAY, departments=departments)
    assert caught.value.code == "scope-unknown"
    assert told in str(caught.value)


def test_the_baseline_is_what_is_known_of_the_period_by_the_frozen_definition(
    declared: Declarations, ledger: Ledger
) -> None:
    scope = freeze_scope(declared, ["closed-on-time"], DAY, departments=["parks", "public-works"])
    assert freeze_baseline(ledger, declared, scope, MARCH) == ()
    name, print_ = "closed_on_time", declared.metric("closed_on_time").fingerprint

    def row(department: str | None, period: date, kept: int) -> MeasurementRow:
        return MeasurementRow(
            name, print_, "month", period, department, "{}", float(kept), kept, 100, 100
        )

    rows = [row("parks", MARCH, 80), row("parks", date(2026, 2, 1), 70), row(None, MARCH, 75)]
    record_run(
        ledger,
        declared.organisation.id,
        "duckdb",
        {},
        [DefinitionText(print_, name, "{}")],
        rows,
        [(name, "month")],
        now=datetime(2026, 4, 1, tzinfo=UTC),
    )
    (parks,) = freeze_baseline(ledger, declared, scope, MARCH)
    assert (parks.department, parks.actual, parks.n) == ("parks", 80, 100)
    assert parks.known_at == datetime(2026, 4, 1, tzinfo=UTC)

    other = Scope(
        requirements=tuple(
            r.model_copy(update={"definition": "0" * 64}) for r in scope.requirements
        )
    )
    assert freeze_baseline(ledger, declared, other, MARCH) == ()


@pytest.fixture(scope="module")
def half_a_year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Known]:
    """Every month and quarter of January to June, n telling them apart, known on 15 June."""
    town = known(tmp_path_factory.mktemp("half"))
    months = [town.share(None, date(2026, month, 1), month, 10 + month) for month in range(1, 7)]
    quarters = [
        town.row("days", None, date(2026, month, 1), 20 + month, value=1.0) for month in (1, 4)
    ]
    town.run(*months, *quarters, at=datetime(2026, 6, 15, tzinfo=UTC))
    yield town
    town.ledger.close()


@settings(max_examples=25, deadline=None)
@given(day=st.dates(date(2026, 1, 1), date(2026, 6, 30)))
def test_each_standard_has_the_period_of_its_grain_in_which_the_day_lies(
    half_a_year: Known, day: date
) -> None:
    declared = half_a_year.declared
    scope = freeze_scope(declared, ["on-time", "days"], day)
    found = freeze_baseline(half_a_year.ledger, declared, scope, day)
    quarter = 1 if day.month < 4 else 4
    assert [(one.standard, one.grain, one.period, one.n) for one in found] == [
        ("on-time", "month", date(2026, day.month, 1), 10 + day.month),
        ("days", "quarter", date(2026, quarter, 1), 20 + quarter),
    ]
    assert [one.complete for one in found] == [day.month < 6, quarter == 1]
    assert all(one.caveat == "" or "was not over" in one.caveat for one in found)


def test_scopes_overlap_where_they_share_something_on_every_side() -> None:
    assert BOTH.overlaps(BOTH)
    whole = BOTH.model_copy(update={"departments": ()})
    assert whole.overlaps(BOTH)
    assert BOTH.overlaps(whole)
    streets = BOTH.model_copy(update={"departments": ("streets",)})
    parks = BOTH.model_copy(update={"departments": ("parks",)})
    assert not streets.overlaps(parks)
    phone, web = (BOTH.model_copy(update={"touchpoints": (one,)}) for one in ("phone", "web"))
    assert not phone.overlaps(web)
    letters = Scope(requirements=(requirement(None, "letters"),))
    assert not letters.overlaps(BOTH)
