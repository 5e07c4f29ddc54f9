"""Signed figures are computed anew from the records of then, and are the same to the byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scorecard.audit.computed_anew import verify_computed
from scorecard.audit.export import Frozen
from scorecard.audit.signed_figures import differences, freeze, verify_signed
from scorecard.declare.load import load
from scorecard.errors import AuditError
from scorecard.ledger import current, latest_run, open_ledger
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.workspace import Workspace
from tests.small_town import RECORDS, write_town

DERIVED = '''
from scorecard import derived

@derived(unit="percent", better="higher")
def gained(m):
    """What more were kept by the due date than were closed on time."""
    return m.kept_by_due - m.closed_on_time
'''
GAINED = """
[[standard]]
id = "gained"
title = "Gained"
metric = "gained"
departments = "all"
expected = [{ from = 2026-01-01, at_least = 0 }]
"""
LATER = "12,2026-04-03T10:00:00-05:00,,2026-04-04T10:00:00-05:00,Parks,Tree\n"


class Town:
    """A small town whose figures of its first records were signed; then records changed."""

    def __init__(self, folder: Path) -> None:
        self.standards, self.records = write_town(folder)
        for name, more in (("metrics.py", DERIVED), ("town.toml", GAINED)):
            file = self.standards / name
            file.write_text(file.read_text() + more)
        self.workspace = Workspace(folder / "w")
        self.signed = self.measured(RECORDS)

    def measured(self, records: str) -> Frozen:
        self.records.write_text(records, encoding="utf-8")
        declarations = load(self.standards)
        with open_ledger(self.workspace.ledger) as ledger:
            import_file(
                declarations.organisation,
                declarations.sources["requests"],
                *(self.records, self.workspace, ledger),
            )
            measure(declarations, self.workspace, ledger)
            run = latest_run(ledger, "small-town")
            assert run is not None
            return freeze(ledger, "small-town", {run.id: current(ledger, "small-town")})

    def computed(self, frozen: Frozen | None = None) -> list[AuditError]:
        return verify_computed(load(self.standards), self.workspace, frozen or self.signed)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return Town(tmp_path)


def test_after_other_records_and_runs_the_same_figures_come_out(town: Town) -> None:
    assert {one["metric"] for one in town.signed.figures} == {
        *("closed_on_time", "kept_by_due", "days_to_close", "gained")
    }
    later = town.measured(
        RECORDS.replace("2026-01-09T", "2026-01-04T").replace("works,Light", "Parks,Light") + LATER
    )
    assert later.figures != town.signed.figures

    assert town.computed() == town.computed(later) == []
    with open_ledger(town.workspace.ledger) as ledger:
        assert verify_signed(ledger, "small-town", town.signed) == []
        run = town.signed.data[0]["run"]
        assert differences(town.signed.figures, current(ledger, "small-town"), run, "the ledger")


def test_a_figure_signed_as_no_records_give_it_is_said(town: Town) -> None:
    [*others, last] = town.signed.figures
    wrong = replace(town.signed, figures=[*others, {**last, "n": last["n"] + 1}])

    [fault] = town.computed(wrong)

    assert fault.code == "figure-altered"
    assert f"n {last['n'] + 1}, which is {last['n']} in the records" in str(fault)


def test_a_metric_defined_otherwise_today_is_said_and_the_others_are_computed(town: Town) -> None:
    metrics = town.standards / "metrics.py"
    text = metrics.read_text()
    metrics.write_text(text.replace("(r.closed_at <= r.due_at, of", "(r.closed_at < r.due_at, of"))

    faults = town.computed()
    assert {one.code for one in faults} == {"definition-changed"}
    # And what is derived from it.
    assert sorted(one.message.split()[0] for one in faults) == ["closed_on_time", "gained"]


def test_records_that_have_no_versions_cannot_be_read_again(town: Town) -> None:
    data = {**town.signed.data[0], "sources": {"requests": {"version": None}}}
    assert [one.code for one in town.computed(replace(town.signed, data=[data]))] == [
        "records-not-kept"
    ]
