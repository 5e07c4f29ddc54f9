"""England's accident and emergency figures: beside pandas, and beside what was published."""

from __future__ import annotations

from typing import Any

import pytest

KINDS = {"major": "1", "single-specialty": "2", "minor": "other"}
Rows = list[dict[str, Any]]
# pandas annotates what it returns too widely to be of use here.
Table = Any


@pytest.fixture(scope="module")
def rows(nhs: Any) -> Rows:
    return nhs.show("--standard", "four-hours")


def sums(table: Table, *by: str) -> dict[Any, tuple[int, int]]:
    added = table.groupby(list(by))[["kept", "attendances"]].sum()
    return {
        key if isinstance(key, tuple) else (key,): (kept, came)
        for key, kept, came in added.itertuples()
    }


def figures(rows: Rows) -> dict[Any, tuple[float, float]]:
    return {
        (row["period"], row["department"], row.get("value")): (row["numerator"], row["denominator"])
        for row in rows
        if row["status"] != "no data"
    }


def test_every_row_is_landed_and_none_is_quarantined(nhs: Any, nhs_table: Table) -> None:
    assert nhs.landed("attendances") == len(nhs_table) == 12_765
    assert "no rows in quarantine" in nhs.run("quarantine", "attendances").lower()


def test_every_month_of_england_and_of_each_kind_equals_pandas(
    rows: Rows, nhs_table: Table
) -> None:
    found = figures(rows)

    assert len(found) == 36 * 4
    for (period,), wanted in sums(nhs_table, "period").items():
        assert found[period, None, None] == wanted
    for department, kind in KINDS.items():
        of_kind = nhs_table[nhs_table["type"] == kind]
        for (period,), wanted in sums(of_kind, "period").items():
            assert found[period, department, None] == wanted


def test_every_month_of_every_provider_equals_pandas(nhs: Any, nhs_table: Table) -> None:
    found = figures(nhs.show("--standard", "four-hours", "--by", "organisation"))
    names = {kind: department for department, kind in KINDS.items()}

    wanted: dict[Any, tuple[int, int]] = {
        (period, None, code): both
        for (period, code), both in sums(nhs_table, "period", "org_code").items()
    }
    wanted |= {
        (period, names[kind], code): both
        for (period, code, kind), both in sums(nhs_table, "period", "org_code", "type").items()
    }
    assert found == wanted
    assert len({code for _, _, code in wanted}) == 274


def test_attendances_are_added_up(nhs: Any, nhs_table: Table) -> None:
    months = nhs_table.groupby("period")["attendances"].sum()
    shown = nhs.show("--standard", "attendances")

    assert {row["period"]: row["actual"] for row in shown if not row["department"]} == dict(months)


# --- What was published ---


def share(rows: Rows, department: str | None, first: str, last: str) -> float:
    """Percent within four hours, the months from `first` to `last` added up."""
    chosen = [
        row for row in rows if row["department"] == department and first <= row["period"] <= last
    ]
    kept = sum(row["numerator"] for row in chosen)
    return 100 * kept / sum(row["denominator"] for row in chosen)


@pytest.mark.parametrize(
    ("first", "last", "percent"),
    [
        # Health Service Journal, April 2019, from NHS England's figures of that day.
        ("2016-04-01", "2017-03-01", 89.1),
        ("2017-04-01", "2018-03-01", 88.3),
        ("2018-04-01", "2019-03-01", 88.0),
        ("2019-02-01", "2019-02-01", 84.2),
        ("2019-03-01", "2019-03-01", 86.6),
        # April 2018.
        ("2017-03-01", "2017-03-01", 90.0),
        ("2018-02-01", "2018-02-01", 85.0),
        ("2018-03-01", "2018-03-01", 84.6),
        ("2017-01-01", "2017-03-01", 87.6),
        ("2018-01-01", "2018-03-01", 85.0),
        # October 2018.
        ("2017-09-01", "2017-09-01", 89.7),
        ("2018-08-01", "2018-08-01", 89.7),
        ("2018-09-01", "2018-09-01", 88.9),
        ("2017-07-01", "2017-09-01", 90.1),
        ("2018-07-01", "2018-09-01", 89.3),
    ],
)
def test_what_the_journal_reported_comes_out(
    rows: Rows, first: str, last: str, percent: float
) -> None:
    assert round(share(rows, None, first, last), 1) == percent


def test_what_was_reported_of_major_departments_comes_out_but_for_a_first_figure(
    rows: Rows,
) -> None:
    """Health Estates and Facilities Management Association, February 2018."""
    assert round(share(rows, "major", "2017-01-01", "2017-01-01"), 1) == 77.6
    assert round(share(rows, "major", "2017-12-01", "2017-12-01"), 1) == 77.3
    assert share(rows, "major", "2018-01-01", "2018-01-01") == pytest.approx(77.1, abs=0.1)
