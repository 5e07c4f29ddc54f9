"""What tests run in processes of their own: imports that are killed, and imports side by side."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from scorecard.ledger import open_ledger
from scorecard.observe import importing
from tests.observe.desk import Desk, make_source


def land(folder: Path, *names: str) -> None:
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        for name in names:
            print(Desk(folder, ledger, make_source()).land(folder / name).rows_new)


def land_on_a_word(folder: Path, name: str) -> None:
    """Land a file once a line comes in, so that the time to start is not counted."""
    print("ready", flush=True)
    sys.stdin.readline()
    land(folder, name)


def killed(folder: Path, before: str, name: str) -> None:
    """Land a file, and end like a killed process just before `before` is called."""

    def die(*_: object, **__: object) -> None:
        os._exit(9)

    owner: object = importing
    for part in before.split(".")[:-1]:
        owner = getattr(owner, part)
    setattr(owner, before.split(".")[-1], die)
    land(folder, name)


if __name__ == "__main__":
    function, folder, *arguments = sys.argv[1:]
    globals()[function](Path(folder), *arguments)
    sys.stdout.flush()
    os._exit(0)
