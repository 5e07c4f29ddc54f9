"""Derived figures are the same whether their inputs were measured in part or in full."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare.load import Declarations, load
from scorecard.ledger import Ledger, current, open_ledger
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.workspace import Workspace
from tests.derived_town import write_derived_town

START = datetime(2026, 4, 2, tzinfo=UTC)
HEADINGS = {
    "requests": "id,opened_at,due_at,closed_at,department,topic",
    "calls": "id,called_at,department,subject",
}
times = st.datetimes(datetime(2026, 1, 1), datetime(2026, 4, 1)).map(
    lambda moment: moment.replace(tzinfo=UTC).isoformat()
)
departments = st.sampled_from(["Works", "Parks", ""])
requests = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.tuples(st.just(""), times, times, departments, st.sampled_from(["Pothole", "Tree"])),
    min_size=1,
    max_size=4,
).map(lambda rows: ("requests", rows))
calls = st.dictionaries(
    st.sampled_from("uvwxyz"),
    st.tuples(times, departments, st.sampled_from(["Pothole", "Light"])),
    min_size=1,
    max_size=3,
).map(lambda rows: ("calls", rows))


class Town:
    def __init__(self, folder: Path, ledger: Ledger) -> None:
        standards, files = write_derived_town(folder)
        self.folder = folder
        self.ledger = ledger
        self.declared: Declarations = load(standards)
        self.workspace = Workspace(folder / "workspace")
        self.as_of = START
        for source, file in files.items():
            self.land(source, file)

    def land(self, source: str, file: Path) -> None:
        self.as_of += timedelta(days=1)
        import_file(
            self.declared.organisation,
            self.declared.sources[source],
            file,
            self.workspace,
            self.ledger,
            as_of=self.as_of,
        )

    def land_rows(self, source: str, rows: dict[str, tuple[str, ...]]) -> None:
        file = self.folder / f"{source}-more.csv"
        lines = [HEADINGS[source], *(",".join((key, *row)) for key, row in rows.items()), ""]
        file.write_text("\n".join(lines))
        self.land(source, file)

    def measure(self, **more: Any) -> Any:
        return measure(self.declared, self.workspace, self.ledger, **more)

    def figures(self, ledger: Ledger | None = None) -> list[Any]:
        return current(ledger or self.ledger, self.declared.organisation.id)


@contextmanager
def a_town() -> Iterator[Town]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with open_ledger(path / "ledger.sqlite3") as ledger:
            yield Town(path, ledger)


def in_full(town: Town) -> list[Any]:
    """The figures of a ledger in which nothing had been measured before."""
    with open_ledger(town.folder / "other.sqlite3") as other:
        measure(town.declared, town.workspace, other)
        return town.figures(other)


@settings(max_examples=8, deadline=None)
@given(st.lists(requests | calls, min_size=1, max_size=3))
def test_any_imports_measured_one_by_one_give_the_derived_figures_of_one_full_measure(
    steps: list[tuple[str, dict[str, tuple[str, ...]]]],
) -> None:
    with a_town() as town:
        town.measure()
        for source, rows in steps:
            town.land_rows(source, rows)
            town.measure()
        derived = {row.metric for row in town.figures()} & town.declared.derived.keys()
        assert derived == town.declared.derived.keys()
        assert town.figures() == in_full(town)


def test_derived_metrics_are_left_alone_where_none_of_their_inputs_was_touched() -> None:
    with a_town() as town:
        first, second = town.measure(), town.measure()
        assert (second.in_full, second.in_part, second.untouched) == (0, 0, first.in_full)
        assert (second.new, second.changed, second.withdrawn) == (0, 0, 0)

        town.land_rows("calls", {"z": ("2026-03-20T10:00:00Z", "Works", "Light")})
        third = town.measure()
        # The calls, and what is derived from them; all else rests on requests.
        assert third.untouched == first.in_full - 2
        assert town.figures() == in_full(town)
