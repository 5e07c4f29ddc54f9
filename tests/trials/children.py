"""Two processes that do the same thing at the same moment, again and again.

    python children.py FUNCTION ARGUMENT…

Run as a program of its own: it forks, which is only safe in a process with one thread.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

from scorecard.audit import Clash
from scorecard.audit import events as e
from scorecard.errors import AuditError
from scorecard.ledger import open_ledger
from tests.ledger.children import run_and_exit
from tests.trials.audits import desk, opening

Meet = Callable[[], None]


def wording(text: str) -> e.FindingChanged:
    """Finding 1 in other words."""
    return e.FindingChanged(
        finding=1, grade="major", nature="fault", lies_in="system", text=text, reason="clearer"
    )


def edits(url: str, root: str, times: str) -> None:
    """Ada and Amy word finding 1 of the cycle `one` anew, each from the version she has read.

    In the file ROOT/NAME.json each has for every turn what came of it: null where she won, or else
    her own words as they were handed back, the other's, and those that hold now.
    """

    def auditor(name: str, meet: Meet) -> None:
        found: list[list[str] | None] = []
        with open_ledger(url, Path(root) / "anchors") as ledger:
            mine = desk(ledger, Path(root), name)
            for turn in range(int(times)):
                seen = mine.cycle("one").version
                meet()
                try:
                    mine.record("one", wording(f"{name} {turn}"), seen=seen)
                    found.append(None)
                except Clash as clash:
                    theirs = [one.body["text"] for one in clash.since]
                    now = clash.cycle.findings[1].wording.text
                    found.append([clash.mine.model_dump()["text"], *theirs, now])
                meet()
        Path(root, f"{name}.json").write_text(json.dumps(found), encoding="utf-8")

    both("ada", "amy", auditor)


def openings(url: str, root: str, times: str) -> None:
    """Dora and Dirk open a cycle over one scope, each under an id of their own; other each turn.

    In the file ROOT/NAME.json: "opened", or the code of the refusal, for every turn.
    """

    def director(name: str, meet: Meet) -> None:
        found: list[str] = []
        with open_ledger(url, Path(root) / "anchors") as ledger:
            for turn in range(int(times)):
                meet()
                try:
                    desk(ledger, Path(root), name).open(f"{name}-{turn}", opening(f"team-{turn}"))
                    found.append("opened")
                except AuditError as error:
                    found.append(error.code)
        Path(root, f"{name}.json").write_text(json.dumps(found), encoding="utf-8")

    both("dora", "dirk", director)


def both(one: str, other: str, work: Callable[[str, Meet], None]) -> None:
    """Run `work` in two processes, which wait for one another wherever they `meet`."""
    first, second = os.pipe(), os.pipe()
    children: list[int] = []
    for name, hears, tells in ((one, first[0], second[1]), (other, second[0], first[1])):

        def meet(hears: int = hears, tells: int = tells) -> None:
            os.write(tells, b".")
            os.read(hears, 1)

        child = os.fork()
        if not child:
            # Whoever is left alone then hears nothing more, and ends too.
            for end in {*first, *second} - {hears, tells}:
                os.close(end)
            run_and_exit(lambda name=name, meet=meet: work(name, meet))
        children.append(child)
    for end in (*first, *second):
        os.close(end)
    ended = [os.waitpid(child, 0)[1] for child in children]
    if any(ended):
        sys.exit("a process failed")


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
