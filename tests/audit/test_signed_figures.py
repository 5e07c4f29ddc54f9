"""Trial 28: a signed figure is the same to the byte, whatever was measured since."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from scorecard.audit.export import Frozen
from scorecard.audit.signed_figures import (
    differences,
    figure_json,
    figure_text,
    freeze,
    verify_signed,
)
from scorecard.errors import AuditError
from scorecard.ledger import DefinitionText, Ledger, MeasurementRow, current, record_run

OF = '{"of":"Größe"}'
DEFINITION = DefinitionText(sha256(OF.encode()).hexdigest(), "on_time", OF)
START = datetime(2026, 8, 10, tzinfo=UTC)
JULY = date(2026, 7, 1)


def row(value: float | None, department: str | None = None, **other: float) -> MeasurementRow:
    return MeasurementRow(
        *("on_time", DEFINITION.fingerprint, "month", JULY, department, "{}"),
        *(value, value, 3.0, 12005),
        **other,
    )


def record(ledger: Ledger, day: int, *rows: MeasurementRow) -> int:
    return record_run(
        ledger,
        "harbor",
        "duckdb",
        {"requests": {"version": day, "moment": None, "rows": 7}},
        [DEFINITION],
        rows,
        [("on_time", "month")],
        now=START + timedelta(days=day),
    ).run


@pytest.fixture
def signed(ledger: Ledger) -> Frozen:
    """Three figures, signed, and a year of runs after it in which they changed."""
    record(ledger, 0, row(50.0))
    run = record(ledger, 1, row(0.1 + 0.2, lower_95=1 / 3), row(None, "works"), row(-0.0, "parks"))
    frozen = freeze(ledger, "harbor", {run: current(ledger, "harbor", run=run)})
    for month in range(1, 13):
        record(ledger, 1 + 30 * month, row(60.0 + month / 7), row(month / 3, "works"))
    return frozen


def test_a_year_of_runs_later_the_signed_figures_are_the_same_to_the_byte(
    ledger: Ledger, signed: Frozen
) -> None:
    assert verify_signed(ledger, "harbor", signed) == []

    run = signed.data[0]["run"]
    found = freeze(ledger, "harbor", {run: current(ledger, "harbor", run=run)})
    assert b"".join(found.lines()) == b"".join(signed.lines())
    assert '"value":0.30000000000000004' in figure_text(signed.figures[-1])
    later = differences(signed.figures, current(ledger, "harbor"), run, "the latest run")
    assert len(later) == 3
    assert "whole organisation" in str(later[-1])
    assert "value 0.30000000000000004, which is 61.714285714285715" in str(later[-1])
    assert "the latest run has no such figure" in " ".join(map(str, later))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (
            "UPDATE measurement SET value = 0.3000000000000001 WHERE lower_95 > 0",
            "figure",
            "value",
        ),
        ("UPDATE measurement SET n = 12006 WHERE department = 'parks'", "figure", "n 12005, which"),
        ("UPDATE measurement SET superseded_by = 2 WHERE run_id = 2", "figure", "no such figure"),
        ("UPDATE measurement SET upper_80 = 1 WHERE department = 'parks'", "figure", "upper_80"),
        ("UPDATE definition SET canonical = '{}'", "definition", "another text"),
        ("UPDATE run SET engine = 'spark' WHERE id = 2", "run", '"duckdb", which is "spark"'),
        ("UPDATE run SET organisation = 'x' WHERE id = 2", "run", "holds no run 2"),
    ],
)
def test_what_somebody_changed_in_the_database_is_said(
    ledger: Ledger, signed: Frozen, change: str, code: str, words: str
) -> None:
    with ledger.engine.begin() as connection:
        assert connection.execute(sa.text(change)).rowcount

    faults = verify_signed(ledger, "harbor", signed)

    assert faults
    assert {one.code.split("-")[0] for one in faults} == {code}
    assert words in " ".join(map(str, faults))


def test_a_definition_that_never_fitted_its_fingerprint_is_said(ledger: Ledger) -> None:
    other = DEFINITION._replace(fingerprint="a" * 64)
    run = record_run(
        *(ledger, "harbor", "duckdb", {}, [other]),
        [row(1.0)._replace(fingerprint="a" * 64)],
        [("on_time", "month")],
    ).run
    frozen = freeze(ledger, "harbor", {run: current(ledger, "harbor")})
    assert [one.code for one in verify_signed(ledger, "harbor", frozen)] == ["definition-altered"]


def test_nothing_is_frozen_of_a_run_that_is_not_there(ledger: Ledger) -> None:
    with pytest.raises(AuditError, match="run-other"):
        freeze(ledger, "harbor", {99: []})


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_the_text_of_a_figure_gives_the_very_same_float_again(value: float) -> None:
    text = figure_text(figure_json(row(value), 1))

    read = json.loads(text)["value"]
    assert (read, str(read)) == (value, str(value + 0.0))
    assert figure_text(json.loads(text)) == text
    whole = row(float(int(value)))
    assert figure_text(figure_json(whole, 1)) == figure_text(figure_json(row(int(value)), 1))
