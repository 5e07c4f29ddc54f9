"""Two processes that do something lasting to one signed, or not yet signed, audit at once.

    python racing.py FUNCTION FOLDER LEDGER TIMES

The town of tests/audit/audited_town.py lies in FOLDER. In FOLDER/NAME.json each has for every turn
what came of it: "done", or the code of the refusal. Forks: see children.py.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scorecard.audit import Desk, State
from scorecard.audit import events as e
from scorecard.audit.book import subject
from scorecard.audit.drawing import Size, draw_sample
from scorecard.audit.export_check import check_export
from scorecard.audit.exporting import export_audit
from scorecard.audit.signing import sign
from scorecard.declare.load import load
from scorecard.errors import ScorecardError
from scorecard.ledger import events, open_ledger
from scorecard.workspace import Workspace
from tests.audit.audited_town import ID
from tests.trials.children import Meet, both

Act = Callable[[Desk, int, int], None]
FINDING = e.FindingRaised(
    standard="closed-on-time", department="works", grade="major", lies_in="system", text="Late"
)


def race(folder: str, url: str, times: str, acts: dict[str, Act], before: Act) -> None:
    """The two whose `acts` these are, by name, meet in every turn and act; the first prepares it.

    An act is given the desk, the version of the cycle that both have read, and the turn's number.
    """
    first, second = acts

    def work(name: str, meet: Meet) -> None:
        said: list[str] = []
        chance = random.Random(name)
        workspace = Workspace(Path(folder) / "w", url)
        with open_ledger(url, workspace.anchors) as ledger:
            mine = Desk(load(Path(folder) / "small_town"), workspace, ledger, name)
            for turn in range(int(times)):
                if name == first:
                    before(mine, 0, turn)
                meet()
                seen = mine.cycle(ID).version
                meet()
                # One takes longer than the other: so that each is first in some turns.
                time.sleep(chance.uniform(0, 0.3))
                try:
                    acts[name](mine, seen, turn)
                    said.append("done")
                except ScorecardError as error:
                    said.append(error.code)
                meet()
        Path(folder, f"{name}.json").write_text(json.dumps(said), encoding="utf-8")

    both(first, second, work)


def _nothing(desk: Desk, seen: int, turn: int) -> None:
    """The cycle is as it is to be."""


def _unsigned(desk: Desk, seen: int, turn: int) -> None:
    """In the re-audit, with nothing major open, and compared."""
    at = Desk(desk.declared, desk.workspace, desk.ledger, "ada")
    cycle = at.cycle(ID)
    for number, one in cycle.findings.items():
        if one.open and one.wording.grade == "major":
            words = {"nature": "fault", "lies_in": "system", "text": "Late", "reason": "less"}
            at.record(
                ID, e.body_of("finding-changed", {"finding": number, "grade": "minor", **words})
            )
    if cycle.signature:
        Desk(desk.declared, desk.workspace, desk.ledger, "dora").record(
            ID, e.CycleReopened(reason="again")
        )
    if at.cycle(ID).state is State.ACTIONS:
        past = events(desk.ledger, desk.organisation.id, subject(ID))
        compared = [one.body for one in past if one.kind == "reaudit-recorded"]
        at.record(ID, e.ReauditStarted())
        at.record(ID, e.body_of("reaudit-recorded", compared[-1]))


def _signed(desk: Desk, seen: int, turn: int) -> None:
    if not desk.cycle(ID).signature:
        _unsigned(desk, seen, turn)
        sign(desk, ID)


def _signs(desk: Desk, seen: int, turn: int) -> None:
    sign(desk, ID, seen=seen)


def _finds(desk: Desk, seen: int, turn: int) -> None:
    desk.record(ID, FINDING, seen=seen)


def _draws(desk: Desk, seen: int, turn: int) -> None:
    draw_sample(
        *(desk, ID, "closed-on-time", "works", ["Was it?"], Size(cases=2)),
        reason=f"turn {turn}",
        seen=seen,
    )


def _exports(desk: Desk, seen: int, turn: int) -> None:
    file = desk.workspace.root / f"{turn}.jsonl"
    try:
        export_audit(desk, ID, file)
    except ScorecardError:
        assert not file.exists()
        raise
    assert check_export(file, []) == []


def _reopens(desk: Desk, seen: int, turn: int) -> None:
    desk.record(ID, e.CycleReopened(reason="again"), seen=seen)


def _proposes(desk: Desk, seen: int, turn: int) -> None:
    proposed = {"standard": "closed-on-time", "department": "works", "side": "at_least"}
    numbers = {"value": 70 + turn, "current": 60, "ground": desk.by}
    desk.record(ID, e.body_of("tightening-proposed", {**proposed, **numbers}), seen=seen)


def two_sign(folder: str, url: str, times: str) -> None:
    """Two directors sign."""
    race(folder, url, times, {"dora": _signs, "dirk": _signs}, _unsigned)


def one_signs_and_one_finds(folder: str, url: str, times: str) -> None:
    """A director signs while an auditor raises a major finding."""
    race(folder, url, times, {"dora": _signs, "ada": _finds}, _unsigned)


def two_draw(folder: str, url: str, times: str) -> None:
    """Two auditors draw from the same figure."""
    race(folder, url, times, {"ada": _draws, "amy": _draws}, _nothing)


def two_propose(folder: str, url: str, times: str) -> None:
    """Two people propose a value for the same requirement: neither is in the other's way."""
    race(folder, url, times, {"ada": _proposes, "dora": _proposes}, _nothing)


def one_exports_and_one_reopens(folder: str, url: str, times: str) -> None:
    """Somebody exports while a director reopens."""
    race(folder, url, times, {"dora": _exports, "dirk": _reopens}, _signed)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
