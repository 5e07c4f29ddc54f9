"""Two at once: who signs, finds, draws, proposes, exports, reopens; on each kind of database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from scorecard.audit import events as e
from scorecard.audit.verifying import verify_audits
from scorecard.ledger import verify
from tests.audit.audited_town import ID, AuditedTown

PROGRAM = Path(__file__).with_name("racing.py")
# Five programs are begun, on each database: too long for every day. test_races.py is run then.
TIMES = [pytest.param(20, id="20", marks=pytest.mark.slow)]
AMY = '\n[[people]]\nid = "amy"\nname = "Amy Ott"\nroles = ["auditor"]\n'


def raced(
    repository: Path, town: AuditedTown, function: str, names: tuple[str, str], times: int
) -> list[tuple[str, str]]:
    """What came of each turn for each of the two."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), function, town.folder, town.workspace.ledger, str(times)],
        env=os.environ | {"PYTHONPATH": str(repository)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    first, second = (
        json.loads((town.folder / f"{name}.json").read_text(encoding="utf-8")) for name in names
    )
    turns = list(zip(first, second, strict=True))
    assert len(turns) == times
    print(function, {turn: turns.count(turn) for turn in sorted({*turns})})
    chain, audits = verify(town.ledger), verify_audits(town.ledger, town.desk("dora").evidence)
    left = {one.code for one in audits.faults}
    assert (chain.faults, left - {"evidence-unreferenced"}) == ((), set())
    return turns


@pytest.mark.parametrize("times", TIMES)
def test_two_at_once_on_one_audit(
    ledger_url: str, tmp_path: Path, repository: Path, times: int
) -> None:
    with AuditedTown(tmp_path, ledger_url) as town:
        people = town.standards / "organisation.toml"
        people.write_text(people.read_text("utf-8") + AMY, encoding="utf-8")
        town.opened()
        town.desk("dora").record(
            ID, e.AuditorsChanged(auditors=("ada", "amy"), reason="two of them")
        )
        town.do(e.FieldworkStarted())
        for turn in raced(repository, town, "two_draw", ("ada", "amy"), times):
            assert sorted(turn) == ["audit-clash", "done"]
        assert len(town.desk("ada").cycle(ID).samples) == times

        for body in (e.FieldworkEnded(), e.ActionsStarted()):
            town.do(body)
        town.reaudited()
        for turn in raced(repository, town, "two_propose", ("ada", "dora"), times):
            assert turn == ("done", "done")
        assert len(town.desk("ada").cycle(ID).proposals) == 2 * times

        for turn in raced(repository, town, "two_sign", ("dora", "dirk"), times):
            assert turn.count("done") == 1
            assert {*turn} - {"done"} <= {"audit-clash", "signed-already"}
        for turn in raced(repository, town, "one_signs_and_one_finds", ("dora", "ada"), times):
            assert turn.count("done") == 1
            assert {*turn} - {"done"} <= {"audit-clash", "signed-already"}
        for export, reopening in raced(
            repository, town, "one_exports_and_one_reopens", ("dora", "dirk"), times
        ):
            assert reopening == "done"
            assert export in ("done", "export-unsigned")
        assert town.desk("ada").cycle(ID).faults == ()
