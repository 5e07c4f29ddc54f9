"""Trial 7: of two processes that change one thing at once, exactly one does; the other is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scorecard.audit.book import REGISTER
from scorecard.ledger import events, open_ledger, verify
from tests.audit.room import TOWN
from tests.trials.audits import audit, desk, in_processes

RACES = [pytest.param(8, id="8"), pytest.param(500, id="500", marks=pytest.mark.slow)]


def said(folder: Path, name: str) -> list[list[str] | None]:
    return json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("races", RACES)
def test_of_two_auditors_who_edit_one_finding_one_wins_and_the_other_sees_both_versions(
    ledger_url: str, tmp_path: Path, repository: Path, races: int
) -> None:
    with open_ledger(ledger_url, tmp_path / "anchors") as ledger:
        before = len(audit(ledger, tmp_path, "one", 1).findings[1].changes)

    in_processes(repository, "edits", ledger_url, tmp_path, races)

    turns = list(zip(said(tmp_path, "ada"), said(tmp_path, "amy"), strict=True))
    assert len(turns) == races
    words: list[str] = []
    for turn, (ada, amy) in enumerate(turns):
        winner, loser, told = ("ada", "amy", amy) if ada is None else ("amy", "ada", ada)
        assert told == [f"{loser} {turn}", f"{winner} {turn}", f"{winner} {turn}"]
        assert [ada, amy].count(None) == 1
        words.append(f"{winner} {turn}")
    print(f"{races} races, {sum(ada is None for ada, _ in turns)} won by the first")
    with open_ledger(ledger_url, tmp_path / "anchors") as ledger:
        changes = desk(ledger, tmp_path, "ada").cycle("one").findings[1].changes
        assert [one.body.text for one in changes][before:] == words
        assert verify(ledger).faults == ()


@pytest.mark.slow
@pytest.mark.parametrize("races", [100])
def test_of_two_who_open_over_one_scope_at_once_one_is_refused(
    ledger_url: str, tmp_path: Path, repository: Path, races: int
) -> None:
    with open_ledger(ledger_url, tmp_path / "anchors"):
        pass

    in_processes(repository, "openings", ledger_url, tmp_path, races)

    for pair in zip(said(tmp_path, "dora"), said(tmp_path, "dirk"), strict=True):
        assert {*map(str, pair)} == {"opened", "scope-taken"}
    with open_ledger(ledger_url, tmp_path / "anchors") as ledger:
        assert len(events(ledger, TOWN.id, REGISTER)) == races
        assert len(desk(ledger, tmp_path, "dora").cycles()) == races
        assert verify(ledger).faults == ()
