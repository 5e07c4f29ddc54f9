"""Audit cycles of the made-up organisation: what the page of audits is looked at with."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from scorecard.audit import Desk
from scorecard.audit import events as e
from scorecard.audit.body import Body, Comparison
from scorecard.audit.scope import Figure, freeze_scope
from scorecard.ledger import known_at, latest_run
from scorecard.ledger.measurements import DefinitionText, MeasurementRow, record_run
from scorecard.report.opened import open_scorecard
from scorecard.workspace import Workspace
from tests.dashboard.made_up import DEPARTMENTS, write_declarations

_PEOPLE = """
[[people]]
id = "ruth"
name = "Ruth Adler"
roles = ["auditor", "director"]

[[people]]
id = "omar"
name = "Omar Haddad"
roles = ["auditor"]

[[people]]
id = "dora"
name = "Dora Field"
roles = ["director"]
"""
_MARCH = date(2026, 3, 1)
CRITERIA = ("answered in time", "the person was told")
HOSTILE = "<script>alert(1)</script> [press](javascript:alert(2)) **bold** <b>so</b>"


class Audits:
    """The organisation with its cycles, and a way to record past the page.

    `field` is in fieldwork with a sample of three cases, `late` is planned and overdue, `mending`
    in actions with three findings of Omar's, `signable` waits for a signature.
    """

    def __init__(self, root: Path) -> None:
        self.standards = write_declarations(root / "standards")
        with (self.standards / "organisation.toml").open("a") as file:
            file.write(_PEOPLE)
        self.workspace = Workspace(root / "workspace")
        self._opened = open_scorecard(self.standards, self.workspace)
        self._measure()
        self._open("field", "Parks answer in time", "parks", ("ruth", "omar"))
        self.do("field", "ruth", e.FieldworkStarted(), _sample())
        self.do("field", "omar", _result("c-1", "met"), finding("parks", HOSTILE, "major"))
        self._open("late", "Water is late", "water", ("omar",), due=-3)
        self._open("mending", "Transport mends", "transport", ("ruth", "omar"))
        self.do("mending", "omar", e.FieldworkStarted(), e.FieldworkEnded())
        self.do("mending", "omar", *(finding("transport", f"Signal {n} waits") for n in "ABC"))
        self.do("mending", "ruth", finding("transport", "Signs fade"), e.ActionsStarted())
        self._open("signable", "Libraries close", "libraries", ("omar",))
        self.do("signable", "omar", e.FieldworkStarted(), e.FieldworkEnded(), e.ActionsStarted())
        self.do("signable", "omar", e.ReauditStarted(), _compared("libraries"))

    def desk(self, by: str) -> Desk:
        """Somebody's desk."""
        return Desk(self._opened.declarations, self.workspace, self._opened.ledger, by)

    def do(self, id: str, by: str, *bodies: Body) -> None:
        """Record one after the other."""
        for body in bodies:
            self.desk(by).record(id, body)

    def _open(
        self,
        id: str,
        title: str,
        department: str,
        auditors: tuple[str, ...],
        due: int = 30,
    ) -> None:
        desk = self.desk("dora")
        scope = freeze_scope(desk.declared, [f"{department}-days"], desk.today)
        body = e.CycleOpened(
            title=title,
            scope=scope,
            baseline=(self._figure(department),),
            method="A simple random sample",
            auditors=auditors,
            close_due=desk.today + timedelta(due),
        )
        desk.open(id, body)

    def _measure(self) -> None:
        """One run of measuring, in which every department needs four and a half days."""
        declared = self._opened.declarations
        metric = declared.metrics["days_to_close"]
        record_run(
            self._opened.ledger,
            declared.organisation.id,
            "duckdb",
            {},
            [DefinitionText(metric.fingerprint, metric.name, metric.definition)],
            [
                MeasurementRow(
                    *(metric.name, metric.fingerprint, "month", _MARCH, department, "{}"),
                    *(4.5, None, None, 200),
                )
                for department in DEPARTMENTS
            ],
            {(metric.name, "month")},
        )

    def _figure(self, department: str) -> Figure:
        run = latest_run(self._opened.ledger, self._opened.declarations.organisation.id)
        assert run is not None
        return Figure(
            standard=f"{department}-days",
            department=department,
            period=_MARCH,
            grain="month",
            actual=4.5,
            numerator=None,
            denominator=None,
            n=200,
            known_at=known_at(self._opened.ledger, run.id),
        )


def _sample() -> e.SampleDrawn:
    return e.SampleDrawn(
        standard="parks-days",
        department="parks",
        period=_MARCH,
        seed="7",
        digest="d" * 64,
        strata=(e.Stratum(population=200, keys=("c-1", "c-2", "c-3"), reserve=("c-4",)),),
        criteria=CRITERIA,
    )


def _result(key: str, outcome: str) -> Body:
    return e.ResultRecorded.model_validate(
        {"sample": 1, "key": key, "criterion": CRITERIA[0], "outcome": outcome}
    )


def finding(department: str, text: str, grade: str = "minor") -> Body:
    """One of the department's standard on days."""
    return e.FindingRaised.model_validate(
        {
            "standard": f"{department}-days",
            "department": department,
            "grade": grade,
            "lies_in": "system",
            "text": text,
        }
    )


def _compared(department: str) -> Body:
    one = Comparison(
        standard=f"{department}-days",
        department=department,
        outcome="improved",
        before=-1.5,
        after=0.5,
        difference=2.0,
        low=0.7,
        high=3.3,
        test="bootstrap of days",
    )
    return e.ReauditRecorded(comparisons=(one,))
