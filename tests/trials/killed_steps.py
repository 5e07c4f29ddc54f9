"""A program that runs one command after the other and kills it.

    python killed_steps.py STEPS WRITES TIMES

STEPS is a JSON file: for each step its name, the folder before it, where that folder belongs, and
the command. So many kills fall just before a write (a file opened to be written to, renamed or
removed; a transaction committed) or just after a commit, of all the writes of all steps at equal
distances, each of them where there are no more; and so many at any time. For each kill it prints,
as a line of JSON, what was found afterwards. It forks, and so computes nothing itself: a process
with threads must not.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

import scorecard.audit.comparison
import scorecard.audit.exporting
import scorecard.audit.fieldwork
import scorecard.audit.next_cycle
import scorecard.audit.sheet
import scorecard.audit.signing
import scorecard.audit.written
import scorecard.report.audit_cycle  # noqa: F401 - so that a child spends its time on its work
from scorecard.cli import main


def forked(work: Callable[[], Any], after: float | None = None) -> Any:
    """What `work` gives in a process of its own; None where it was killed, so many seconds on."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        os.close(reads)
        with os.fdopen(writes, "w", encoding="utf-8") as out:
            json.dump(work(), out)
        os._exit(0)
    os.close(writes)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reads, encoding="utf-8") as read:
        said = read.read()
    ended = os.waitpid(child, 0)[1]
    return json.loads(said) if said and not ended else None


def counted(command: list[str], last: int = 0) -> dict[str, Any]:
    """Run a command, and count its writes; at the `last` one of them, die instead."""
    count = 0

    def write() -> None:
        nonlocal count
        count += 1
        if count == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def look(name: str, arguments: tuple[Any, ...]) -> None:
        opened = name == "open" and isinstance(arguments[2], int) and arguments[2] & 3
        if opened or name in ("os.rename", "os.remove", "os.chmod"):
            write()

    sys.addaudithook(look)
    event.listen(Engine, "commit", lambda _: write())
    event.listen(Session, "after_commit", lambda _: write())
    return {**run(command), "writes": count}


def run(command: list[str]) -> dict[str, Any]:
    """What a command says, and how it ends."""
    done = CliRunner().invoke(main, command)
    return {"exit": done.exit_code, "out": done.stdout, "err": done.stderr}


def verified(options: list[str]) -> list[str]:
    """The codes of what `scorecard verify` finds."""
    said = run([*options, "verify", "--format", "json"])["out"]
    return sorted(one["code"] for one in json.loads(said)["faults"])


def kill(step: dict[str, Any], last: int, after: float | None) -> dict[str, Any]:
    """Run the step's command, kill it, look, and run it again."""
    command, options = step["command"], step["options"]
    restore(step)
    whole = forked(lambda: counted(command, last), after)
    return {
        "step": step["name"],
        "killed": whole is None,
        "at": last or after,
        "half": drafts(step),
        "found": forked(lambda: verified(options)),
        "again": forked(lambda: run(command)),
        "then": forked(lambda: verified(options)),
        "left": drafts(step),
    }


def drafts(step: dict[str, Any]) -> list[str]:
    """Files that lie where people look, and are only drafts."""
    files = [path for path in Path(step["home"]).rglob("*") if path.is_file()]
    odd = [path for path in files if path.name.startswith((".", "tmp"))]
    return sorted(str(path.relative_to(step["home"])) for path in odd)


def restore(step: dict[str, Any]) -> None:
    shutil.rmtree(step["home"])
    shutil.copytree(step["before"], step["home"])


def trial(file: str, writes: str, times: str) -> None:
    steps, chance = json.loads(Path(file).read_text(encoding="utf-8")), random.Random(int(times))
    moments: list[tuple[dict[str, Any], int]] = []
    for step in steps:
        restore(step)
        begun = time.monotonic()
        whole = forked(lambda step=step: counted(step["command"]))
        assert whole["exit"] == 0, (step["name"], whole)
        step["seconds"] = time.monotonic() - begun
        moments += [(step, number) for number in range(1, whole["writes"] + 1)]
    for step, number in moments[:: max(1, len(moments) // int(writes))]:
        print(json.dumps(kill(step, number, None)), flush=True)
    for number in range(int(times)):
        step = steps[number % len(steps)]
        print(json.dumps(kill(step, 0, chance.uniform(0, step["seconds"]))), flush=True)


if __name__ == "__main__":
    trial(*sys.argv[1:])
