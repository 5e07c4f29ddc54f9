"""An import that is killed leaves nothing half-landed, and imports side by side lose nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.observe.desk import Desk

REPOSITORY = Path(__file__).resolve().parents[2]
FIRST = "id,Open Date,closed_at\n1,2026-01-01,\n2,2026-01-01,\n3,bad,\n"
SECOND = "id,Open Date,closed_at\n1,2026-01-01,2026-02-01\n4,2026-02-01,\n5,bad,\n"


def child(function: str, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.observe.children", function, *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=REPOSITORY, env=os.environ, stdout=subprocess.DEVNULL, text=True
    )


@pytest.mark.parametrize(
    ("before", "quarantined", "landed"),
    [
        ("replace_quarantined", 1, False),
        ("Meeting.land", 2, False),
        ("record_batch", 2, True),
    ],
)
def test_a_killed_import_is_made_good_by_importing_again(
    desk: Desk, before: str, quarantined: int, landed: bool
) -> None:
    desk.land_text(FIRST, "first.csv")
    whole = desk.rows()
    file = desk.write("second.csv", SECOND)
    assert child("killed", desk.folder, before, "second.csv").wait(120) == 9
    assert len(desk.bad()) == quarantined
    assert (desk.rows() != whole) == landed
    assert len(desk.batches()) == 1
    receipt = desk.land(file)
    expected = (0, 0, 2) if landed else (1, 1, 0)
    done = (receipt.rows_new, receipt.rows_changed, receipt.rows_unchanged)
    assert done == expected
    assert receipt.rows_quarantined == 1
    assert len(desk.bad()) == 2
    assert len(desk.rows()) == 3
    assert len(desk.batches()) == 2
    assert list((desk.workspace.root / "stage").iterdir()) == []


def test_a_folder_whose_removal_was_cut_short_is_removed_by_the_next_import(desk: Desk) -> None:
    # The lock is the first to go, as the folder's order has it: nobody holds what is left.
    left = desk.workspace.root / "stage" / "0123"
    left.mkdir(parents=True)
    (left / "rows-000000.parquet").write_bytes(b"")
    desk.land_text(FIRST, "first.csv")
    assert not left.exists()


@pytest.mark.parametrize("before", ["replace_quarantined", "Meeting.land", "record_batch"])
def test_a_killed_first_import_leaves_no_table_or_a_whole_one(desk: Desk, before: str) -> None:
    file = desk.write("first.csv", FIRST)
    assert child("killed", desk.folder, before, "first.csv").wait(120) == 9
    found = desk.landed()
    assert (found is None) == (before != "record_batch")
    desk.land(file)
    assert (len(desk.rows()), len(desk.bad()), len(desk.batches())) == (2, 1, 1)


def test_imports_side_by_side_lose_no_row(desk: Desk) -> None:
    files = []
    for number in range(6):
        rows = "".join(
            f"{number}-{row},2026-01-0{1 + number},\nshared-{row},2026-01-0{1 + number},\n"
            for row in range(50)
        )
        files.append(desk.write(f"{number}.csv", "id,Open Date,closed_at\n" + rows).name)
    children = [child("land", desk.folder, *files[start::3]) for start in range(3)]
    assert [one.wait(240) for one in children] == [0, 0, 0]
    rows = desk.rows("id, _moment")
    assert len(rows) == 6 * 50 + 50
    latest = max(moment for _, moment in rows)
    assert {moment for id, moment in rows if id.startswith("shared")} == {latest}
    assert len(desk.batches()) == 6
