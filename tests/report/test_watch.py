"""A watched folder: what is new and whole is landed, once, and the watch goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scorecard.errors import ImportRefused, LedgerError
from scorecard.ledger import batches
from scorecard.observe import arrivals
from scorecard.observe.importing import import_file
from scorecard.report import watch as watching
from scorecard.report.opened import Opened, open_scorecard
from scorecard.report.watch import Watch
from scorecard.workspace import Workspace
from tests.small_town import write_town

HEADINGS = "id,opened_at,due_at,closed_at,department,topic\n"
ONE = HEADINGS + "n1,2026-01-05T09:00,2026-01-09T09:00,2026-01-06T09:00,DPW,Pothole\n"
TWO = HEADINGS + "n2,2026-01-06T09:00,2026-01-10T09:00,2026-01-07T09:00,DPW,Pothole\n"


class Folder:
    """A watched folder, and what the watch has said about it."""

    def __init__(self, opened: Opened, path: Path, patched: pytest.MonkeyPatch) -> None:
        self.opened, self.path = opened, path
        self.told: list[str] = []
        self.refused: list[str] = []
        self.when_told: Callable[[], object] = lambda: None
        self._patched = patched

    def watch(self, looks: int = 2, *, measuring: bool = False) -> Watch:
        """A watch that ends by itself after so many looks that found nothing to do."""
        left = [looks]

        class Counted(arrivals.Arrivals):
            def look(self, *, once: bool = False) -> list[Path]:
                found = super().look(once=once)
                left[0] -= not found
                return found

        self._patched.setattr(watching, "Arrivals", Counted)
        return Watch(
            self.opened,
            self.opened.source("requests"),
            self.path,
            measuring=measuring,
            told=lambda text: self._said(self.told, text),
            refused=lambda text: self._said(self.refused, text),
            stopped=lambda: left[0] <= 0,
        )

    def _said(self, said: list[str], text: str) -> None:
        said.append(text)
        self.when_told()

    def landed(self) -> list[tuple[str, int]]:
        found = batches(self.opened.ledger, "small-town", "requests")
        return [(batch.file_name, batch.rows_new) for batch in found]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    standards, _ = write_town(tmp_path)
    path = tmp_path / "arriving"
    path.mkdir()
    with open_scorecard(standards, Workspace(tmp_path / "workspace")) as opened:
        yield Folder(opened, path, monkeypatch)


def test_new_files_are_landed_by_name_and_only_once(folder: Folder) -> None:
    (folder.path / "b.csv").write_text(TWO)
    (folder.path / "a.csv").write_text(ONE)
    before = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.path.iterdir()}
    folder.watch().go_on(0.01)
    assert folder.landed() == [("a.csv", 1), ("b.csv", 1)]
    assert [told.split(" ")[0] for told in folder.told] == ["a.csv", "b.csv"]
    (folder.path / "c.csv").write_text(ONE)
    # Another watch knows them by the ledger, whatever they are called.
    folder.watch().go_on(0.01)
    assert len(folder.landed()) == len(folder.told) == 2
    after = {file: (file.read_bytes(), file.stat().st_mtime_ns) for file in before}
    assert (after, folder.refused) == (before, [])


def test_a_bad_file_is_told_once_and_tried_again_when_it_changes(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = folder.path / "a.csv"
    bad.write_text("id,opened_at\n\xff", "latin-1")
    (folder.path / "b.csv").write_text(HEADINGS + ",,,,,\n")
    (folder.path / "c.pdf").write_text("x")
    (folder.path / "d.csv").write_text(ONE)
    tried: list[str] = []

    def counted(*arguments: object) -> object:
        file = arguments[2]
        assert isinstance(file, Path)
        tried.append(file.name)
        return import_file(*arguments)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(watching, "import_file", counted)
    folder.watch(4).go_on(0.01)
    assert tried == ["a.csv", "b.csv", "c.pdf", "d.csv"]
    codes = [refused.split(":")[0] for refused in folder.refused]
    assert codes == ["encoding-unknown", "nothing-landed", "format-unknown"]
    assert folder.landed() == [("d.csv", 1)]
    tried.clear()
    folder.when_told = lambda: bad.write_text(TWO)
    folder.watch(4).go_on(0.01)
    assert tried == ["a.csv", "b.csv", "c.pdf", "a.csv"]
    assert folder.landed() == [("d.csv", 1), ("a.csv", 1)]


def test_a_file_that_changes_while_it_is_landed_is_landed_anew(folder: Folder) -> None:
    file = folder.path / "a.csv"
    file.write_text(ONE)
    folder.when_told = lambda: file.write_text(ONE + TWO.removeprefix(HEADINGS))
    folder.watch(4).go_on(0.01)
    assert folder.landed() == [("a.csv", 1), ("a.csv", 1)]


def test_the_file_in_hand_is_the_last_when_it_is_stopped(folder: Folder) -> None:
    (folder.path / "a.csv").write_text(ONE)
    (folder.path / "b.csv").write_text(TWO)
    watch = Watch(
        folder.opened,
        folder.opened.source("requests"),
        folder.path,
        measuring=False,
        told=folder.told.append,
        refused=folder.refused.append,
        stopped=lambda: bool(folder.told),
    )
    watch.go_on(0.01)
    assert folder.landed() == [("a.csv", 1)]


def test_measurements_follow_new_files_and_nothing_else(folder: Folder) -> None:
    (folder.path / "a.csv").write_text(ONE)
    folder.watch(4, measuring=True).go_on(0.01)
    assert [told.split(" ")[0] for told in folder.told] == ["a.csv", "Run"]


def test_once_says_whether_all_went_well(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "STILL", -1.0)
    (folder.path / "a.csv").write_text(ONE)
    assert folder.watch().once()
    (folder.path / "b.csv").write_text("x")
    assert not folder.watch().once()
    assert folder.landed() == [("a.csv", 1)]


@pytest.mark.parametrize(
    "error",
    [
        LedgerError("ledger-unreachable", "The ledger does not answer."),
        ImportRefused("workspace-unwritable", "The workspace cannot be written."),
    ],
)
def test_what_is_no_fault_of_a_file_ends_the_watch(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.setattr(watching, "import_file", fails)
    (folder.path / "a.csv").write_text(ONE)
    with pytest.raises(type(error)):
        folder.watch(4).go_on(0.01)
    monkeypatch.setattr(watching, "import_file", import_file)
    folder.watch().go_on(0.01)
    assert folder.landed() == [("a.csv", 1)]
