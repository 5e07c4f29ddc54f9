"""Boston's snapshots: in either order, or twice, the same cases are landed."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from scorecard.declare.load import load
from scorecard.ledger import open_ledger
from tests.observe.desk import Desk


@pytest.fixture
def snapshots(shared_data: Path) -> list[Path]:
    names = ("cases_2026-02-10.csv.gz", "cases_2026-08.csv.gz")
    return [shared_data / "boston311" / name for name in names]


def test_either_order_and_repetition_leave_the_same_cases(
    tmp_path: Path, repository: Path, snapshots: list[Path]
) -> None:
    declared = load(repository / "standards" / "boston_311")
    source = declared.sources["requests"]
    tables = []
    orders = [*permutations(snapshots), (*snapshots, *snapshots, snapshots[0])]
    for number, order in enumerate(orders):
        folder = tmp_path / str(number)
        folder.mkdir()
        with open_ledger(folder / "ledger.sqlite3") as ledger:
            desk = Desk(folder, ledger, source, declared.organisation)
            for file in order:
                assert desk.land(file).rows_quarantined == 0
            tables.append(desk.rows())
            found = desk.landed()
            assert found is not None
            assert (found.rows, f"{found.moment:%Y-%m-%d}") == (38_973, "2026-08-17")
    assert len(tables[0]) == 38_973
    assert tables[0] == tables[1] == tables[2]


def test_the_receipts_count_boston(tmp_path: Path, repository: Path, snapshots: list[Path]) -> None:
    declared = load(repository / "standards" / "boston_311")
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        desk = Desk(tmp_path, ledger, declared.sources["requests"], declared.organisation)
        first, second = (desk.land(file) for file in snapshots)
        assert (first.rows_new, second.rows_read, second.rows_new) == (5_473, 38_971, 33_500)
        # The blank departments keep their place.
        blank = desk.rows("count(*) FILTER (_department = 'unassigned' AND department IS NULL)")
        assert blank == [(145,)]
