"""The small town with an audit in its ledger, from the opening to the re-audit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Self

from scorecard.audit import Body, Cycle, Desk
from scorecard.audit import events as e
from scorecard.audit.body import Comparison
from scorecard.audit.evidence import Reference
from scorecard.audit.scope import freeze_baseline, freeze_scope
from scorecard.declare.load import Declarations, load
from scorecard.ledger import open_ledger
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.workspace import Workspace
from tests.small_town import RECORDS, Town

PEOPLE = """
[[people]]
id = "dora"
name = "Dora Day"
roles = ["director"]

[[people]]
id = "dirk"
name = "Dirk Dean"
roles = ["director", "auditor"]

[[people]]
id = "gina"
name = "Gina Gone"
roles = ["director"]
until = 2020-01-31

[[people]]
id = "ada"
name = "Ada Abel"
roles = ["auditor"]
"""
ID = "closing-2026"
# What comes in February: one more closed late, one more on time. And a year later.
LATER = RECORDS + (
    "12,2026-02-03T10:00:00-05:00,2026-02-06T10:00:00-05:00,2026-02-20T10:00:00-05:00,Works,Light\n"
    "13,2026-02-03T10:00:00-05:00,2026-02-06T10:00:00-05:00,2026-02-05T10:00:00-05:00,Parks,Tree\n"
    "14,2026-02-04T10:00:00-05:00,2026-02-07T10:00:00-05:00,2026-02-06T10:00:00-05:00,Parks,Tree\n"
)
A_YEAR_LATER = LATER.replace("3,2026-01-02T", "3,2026-01-03T").replace("-09T", "-04T") + (
    "15,2026-02-05T10:00:00-05:00,2026-02-08T10:00:00-05:00,2026-02-27T10:00:00-05:00,Works,Pothole\n"
    "16,2027-02-05T10:00:00-05:00,2027-02-08T10:00:00-05:00,2027-02-27T10:00:00-05:00,Works,Light\n"
)


class AuditedTown(Town):
    """The town, its people, and its ledger, wherever that is. Use it as a context manager."""

    def __init__(self, folder: Path, ledger_url: str | None = None) -> None:
        super().__init__(folder)
        organisation = self.standards / "organisation.toml"
        organisation.write_text(organisation.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")
        self.workspace = Workspace(folder / "w", ledger_url)
        self.ledger = open_ledger(self.workspace.ledger, self.workspace.anchors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.ledger.close()

    @property
    def declared(self) -> Declarations:
        return load(self.standards)

    def desk(self, by: str) -> Desk:
        return Desk(self.declared, self.workspace, self.ledger, by)

    def known(self, records: str) -> None:
        """Import these records as all there are, and measure."""
        self.file.write_text(records, encoding="utf-8")
        declared = self.declared
        source = declared.sources["requests"]
        import_file(declared.organisation, source, self.file, self.workspace, self.ledger)
        measure(declared, self.workspace, self.ledger)

    def do(self, body: Body, by: str = "ada") -> Cycle:
        return self.desk(by).record(ID, body)

    def letter(self, text: str = "a letter") -> Reference:
        kept = self.folder / "letter.txt"
        kept.write_text(text, encoding="utf-8")
        return self.desk("ada").evidence.keep(kept, dated=date(2026, 2, 3), by="ada")

    def opened(self) -> Self:
        """The baseline is January, as known from the first records."""
        self.known(RECORDS)
        scope = freeze_scope(self.declared, ["closed-on-time", "potholes"], date(2026, 1, 31))
        opening = e.CycleOpened(
            title="Closing on time",
            scope=scope,
            baseline=freeze_baseline(self.ledger, self.declared, scope, date(2026, 1, 1)),
            method="A sample of requests",
            auditors=("ada",),
        )
        self.desk("dora").open(ID, opening)
        return self

    def compared(self) -> Self:
        """A minor finding with a letter; the re-audit is February, as known from later records."""
        self.do(e.FieldworkStarted())
        self.do(
            e.FindingRaised(
                standard="closed-on-time",
                department="works",
                grade="minor",
                lies_in="system",
                text="Lights wait",
                evidence=(self.letter(),),
            )
        )
        self.do(e.FieldworkEnded())
        self.do(e.ActionsStarted())
        self.known(LATER)
        self.reaudited()
        return self

    def reaudited(self) -> None:
        self.do(e.ReauditStarted())
        scope = self.desk("ada").cycle(ID).opened.body.scope
        same = Comparison(standard="closed-on-time", department="works", outcome="held")
        self.do(
            e.ReauditRecorded(
                comparisons=(same,),
                figures=freeze_baseline(self.ledger, self.declared, scope, date(2026, 2, 1)),
            )
        )
