"""Files are told when they are whole, once, and by their names."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from scorecard.errors import ScorecardError
from scorecard.observe import arrivals
from scorecard.observe.arrivals import Arrivals


def names(files: list[Path]) -> list[str]:
    return [file.name for file in files]


def test_a_file_is_told_when_two_looks_find_it_the_same(tmp_path: Path) -> None:
    folder = Arrivals(tmp_path)
    growing, whole = tmp_path / "b.csv", tmp_path / "a.csv"
    growing.write_text("1")
    whole.write_text("1")
    assert folder.look() == []
    growing.write_text("12")
    assert folder.look() == [whole]
    assert folder.look() == [whole, growing]
    folder.take(whole)
    assert folder.look() == [growing]


def test_the_same_size_written_anew_is_a_change(tmp_path: Path) -> None:
    folder, file = Arrivals(tmp_path), tmp_path / "a.csv"
    file.write_text("1")
    moment = file.stat().st_mtime_ns
    folder.look()
    [taken] = folder.look()
    folder.take(taken)
    assert folder.look() == []
    time.sleep(0.02)
    file.write_text("2")
    os.utime(file, ns=(moment, moment))
    assert folder.look() == []
    assert folder.look() == [file]


def test_files_come_by_name_and_not_by_age(tmp_path: Path) -> None:
    for name in ("c.csv", "a.csv", "b.csv"):
        (tmp_path / name).write_text("1")
    folder = Arrivals(tmp_path)
    folder.look()
    assert names(folder.look()) == ["a.csv", "b.csv", "c.csv"]


def test_what_is_hidden_unfinished_or_no_file_is_passed_over(tmp_path: Path) -> None:
    for name in (".a.csv", "a.csv.part", "a.csv.TMP", "a.csv~", "~$a.xlsx", "#a.csv#", "b.csv.swp"):
        (tmp_path / name).write_text("1")
    (tmp_path / "folder.csv").mkdir()
    (tmp_path / "folder.csv" / "a.csv").write_text("1")
    (tmp_path / "gone.csv").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.csv")
    folder = Arrivals(tmp_path)
    folder.look()
    assert folder.look() == []
    (tmp_path / "a.csv.part").rename(tmp_path / "a.csv")
    folder.look()
    assert names(folder.look()) == ["a.csv"]


def test_one_look_takes_what_has_been_still_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.csv"
    file.write_text("1")
    # That a file says it is old does not make it whole.
    os.utime(file, (0, 0))
    assert Arrivals(tmp_path).look(once=True) == []
    monkeypatch.setattr(arrivals, "STILL", 0.05)
    time.sleep(0.1)
    assert Arrivals(tmp_path).look(once=True) == [file]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScorecardError, match="folder-unreadable"):
        Arrivals(tmp_path / "none").look()
    (tmp_path / "a.csv").write_text("1")
    with pytest.raises(ScorecardError, match="folder-unreadable"):
        Arrivals(tmp_path / "a.csv").look()
