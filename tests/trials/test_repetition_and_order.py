"""Trials 2 and 3: neither importing a file again nor the order of files makes a difference."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scorecard.workspace import Workspace
from tests.trials.snapshots import Row, Town, declarations, exports

CASES = 400


@pytest.fixture(scope="module")
def standards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return declarations(tmp_path_factory.mktemp("standards"))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], dict[str, Row]]:
    return exports(tmp_path_factory.mktemp("exports"), CASES)


@pytest.fixture
def town(standards: Path, tmp_path: Path) -> Callable[[str], Town]:
    def make(name: str) -> Town:
        return Town(standards, Workspace(tmp_path / name))

    return make


@pytest.mark.parametrize("between", [False, True], ids=["in a row", "another file in between"])
def test_a_file_imported_ten_times_counts_once(
    town: Callable[[str], Town], written: tuple[list[Path], dict[str, Row]], between: bool
) -> None:
    """With another file in between, the file is read into rows again, every time."""
    (first, second, *_), _ = written
    others = [second] if between else []
    here = town("ten times")
    [once] = here.land(first)[:1]
    here.land(*others)
    here.measure()
    rows, bad, figures = here.rows(), here.bad(), here.figures()
    assert len(figures) > 40
    for _ in range(9):
        again = here.land(first, *others)[0]
        assert (again.rows_new, again.rows_changed) == (0, 0)
        assert (again.rows_read, again.rows_unchanged) == (once.rows_read, once.rows_new)
        assert again.rows_quarantined == once.rows_quarantined == 2
        here.measure()
        assert here.rows() == rows
        assert here.bad() == bad
        assert here.figures() == figures


@pytest.mark.parametrize(
    "orders", [pytest.param(6, id="6"), pytest.param(100, id="100", marks=pytest.mark.slow)]
)
def test_files_in_any_order_give_the_same_measurements(
    town: Callable[[str], Town], written: tuple[list[Path], dict[str, Row]], orders: int
) -> None:
    """Seven files that overlap, correct and contradict each other, measured in between or not."""
    files, settled = written
    chance = random.Random(orders)
    first = town("in order")
    first.land(*files)
    first.measure()
    rows, bad, figures = first.rows(), first.bad(), first.figures()
    assert len(figures) > 200
    assert CASES * 0.8 < len(settled) < CASES
    landed = {row[0]: (row[1], row[3]) for row in rows}
    assert {id: landed[id] for id in settled} == {id: _times(row) for id, row in settled.items()}
    seen = {tuple(files)}
    for number in range(orders):
        order = chance.sample(files, len(files))
        # Some files come a second time.
        order += chance.sample(files, chance.randrange(3))
        seen.add(tuple(order))
        here = town(str(number))
        for file in order:
            here.land(file)
            if chance.random() < 0.2:
                here.measure()
        here.measure()
        names = [file.stem for file in order]
        assert here.rows() == rows, names
        assert here.bad() == bad, names
        assert here.figures() == figures, names
    assert len(seen) > orders * 0.9


def _times(row: Row) -> tuple[datetime | None, datetime | None]:
    """When a case was opened and closed, by the standard library."""
    zone = ZoneInfo("America/New_York")
    opened, closed = (
        datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
        for text in (row[1], row[3])
    )
    return opened, closed
