"""Rows by channel, person or topic: judged like any other, with nothing dropped on the way."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from click.testing import CliRunner, Result

from scorecard.cli import main
from scorecard.errors import MeasureError
from scorecard.judge.status import Status
from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.report.breakdown import refuse_unmeasured
from scorecard.report.freshness import stale
from scorecard.report.opened import Opened, open_scorecard
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows
from scorecard.workspace import Workspace
from tests.derived_town import write_derived_town

ORGANISATION = """
    id = "small-town"
    name = "Small Town"
    time_zone = "America/New_York"
    departments = [{ id = "works", name = "Works" }, { id = "parks", name = "Parks" },
      { id = "library", name = "Library" }]
"""
SOURCES = """
    from scorecard import source, text, timestamp

    requests = source(
        "requests",
        key="id",
        department="department",
        dimensions={"topic": "topic", "channel": "channel", "person": "handled_by"},
        columns={
            "id": text(required=True),
            "closed_at": timestamp(),
            "due_at": timestamp(planned=True),
            "department": text(),
            "topic": text(),
            "channel": text(),
            "handled_by": text(),
        },
    )
"""
METRICS = '''
    from scorecard import metric, share

    @metric(source="requests", at="closed_at", unit="percent", better="higher", min_n=2)
    def on_time(r):
        """Share of closed requests that were closed by their due date."""
        return share(r.closed_at <= r.due_at)
'''
STANDARDS = """
    [[standard]]
    id = "on-time"
    title = "Closed on time"
    metric = "on_time"
    departments = "all"
    by = ["channel", "person"]
    expected = [{ from = 2026-01-01, at_least = 60, tolerance = 5 }]
    [standard.overrides.parks]
    expected = [{ from = 2026-01-01, at_least = 50 }]

    [[standard]]
    id = "potholes"
    title = "Potholes in time"
    metric = "on_time"
    department = "works"
    where = { topic = "Pothole" }
    by = ["channel"]
    expected = [{ from = 2026-01-01, at_least = 60 }]

    [[standard]]
    id = "plain"
    title = "Closed on time, quarter by quarter"
    metric = "on_time"
    period = "quarter"
    departments = "all"
    expected = [{ from = 2026-01-01, at_least = 60 }]
"""
KEPT, LATE = "2026-12-31", "2025-12-31"
# Nobody closed anything in February; the library never did.
RECORDS = [
    ("2026-01-05", KEPT, "Works", "Pothole", "Phone", "Ann"),
    ("2026-01-06", KEPT, "Works", "Pothole", "Phone", "Ann"),
    ("2026-01-07", LATE, "Works", "Light", "Phone", "Bo"),
    ("2026-01-08", LATE, "Works", "Pothole", "=Web", "Ann"),
    ("2026-01-09", LATE, "Works", "Light", "", "Ann"),
    ("2026-01-10", KEPT, "Works", "Light", "", ""),
    ("2026-01-11", KEPT, "Parks", "Tree", "Phone", "Cy"),
    ("2026-01-12", LATE, "Parks", "Tree", "Phone", "Cy"),
    ("2026-01-13", KEPT, "", "Tree", "Phone", "Ann"),
    ("2026-03-01", KEPT, "Works", "Pothole", "Phone", "Ann"),
    ("2026-04-02", KEPT, "Parks", "Tree", "=Web", "Cy"),
]
JANUARY, FEBRUARY, MARCH, APRIL = (date(2026, month, 1) for month in (1, 2, 3, 4))


def write_town(folder: Path, standards: str = STANDARDS) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (
        ("organisation.toml", ORGANISATION),
        ("sources.py", SOURCES),
        ("metrics.py", METRICS),
        ("town.toml", standards),
    ):
        (folder / name).write_text(dedent(text), encoding="utf-8")
    return folder


def measured(opened: Opened, file: Path) -> Opened:
    lines = ["id,closed_at,due_at,department,topic,channel,handled_by"]
    lines += [f"{i},{','.join(record)}" for i, record in enumerate(RECORDS)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    organisation, source = opened.declarations.organisation, opened.source("requests")
    import_file(organisation, source, file, opened.workspace, opened.ledger)
    measure(opened.declarations, opened.workspace, opened.ledger)
    return opened


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("by")
    workspace = Workspace(folder / "workspace")
    with open_scorecard(write_town(folder / "standards"), workspace) as opened:
        yield measured(opened, folder / "requests.csv")


def run(town: Opened, *arguments: str) -> Result:
    options = ["--standards", str(town.declarations.folder), "--workspace"]
    return CliRunner().invoke(main, [*options, str(town.workspace.root), *arguments])


def rows_by(town: Opened, by: str, standard: str = "on-time", **more: Any) -> list[ScorecardRow]:
    return scorecard_rows(town.declarations, town.ledger, standard=standard, by=by, **more)


def figures(
    rows: list[ScorecardRow], period: date
) -> dict[tuple[str | None, str], tuple[float | None, float | None]]:
    return {
        (row.department, row.part.name): (row.numerator, row.denominator)
        for row in rows
        if row.part and row.period == period
    }


def test_each_value_of_each_reporter_has_its_figure_and_what_has_none_is_said(
    town: Opened,
) -> None:
    assert figures(rows_by(town, "channel"), JANUARY) == {
        (None, "=Web"): (0, 1),
        (None, "Phone"): (4, 6),
        (None, "not recorded"): (1, 2),
        ("works", "=Web"): (0, 1),
        ("works", "Phone"): (2, 3),
        ("works", "not recorded"): (1, 2),
        ("parks", "=Web"): (None, None),
        ("parks", "Phone"): (1, 2),
        ("library", "no records"): (None, None),
        ("unassigned", "Phone"): (1, 1),
    }


def test_a_value_is_held_against_what_is_expected_of_its_department(town: Opened) -> None:
    found = {
        (row.department, row.part.name): (row.status, row.expected, row.gap)
        for row in rows_by(town, "channel", period=JANUARY)
        if row.part
    }
    assert found["works", "Phone"] == (Status.MET, 60, pytest.approx(200 / 3 - 60))
    assert found["works", "not recorded"] == (Status.MISSED, 60, -10)
    assert found["parks", "Phone"] == (Status.MET, 50, 0)
    assert found["works", "=Web"][0] == Status.TOO_FEW


def test_every_value_has_its_interval_and_its_n(town: Opened) -> None:
    [row] = [
        row
        for row in rows_by(town, "channel", department="works", period=JANUARY)
        if row.part and row.part.value == "Phone"
    ]
    assert row.n == 3
    assert row.low is not None
    assert row.high is not None
    assert 0 < row.low < 200 / 3 < row.high < 100


def test_a_person_with_few_records_is_not_judged(town: Opened) -> None:
    works = rows_by(town, "person", department="works", period=JANUARY)
    found = {row.part.name: (row.n, row.status) for row in works if row.part}
    assert found == {
        "Ann": (4, Status.MISSED),
        "Bo": (1, Status.TOO_FEW),
        "not recorded": (1, Status.TOO_FEW),
    }


def test_a_period_without_rows_is_a_row_of_every_value_and_never_zero(town: Opened) -> None:
    rows = rows_by(town, "channel")
    assert len({(row.department, row.part) for row in rows}) * 4 == len(rows)
    empty = [row for row in rows if row.period == FEBRUARY]
    assert len(empty) == 10
    for row in empty:
        assert (row.status, row.actual, row.gap, row.n) == (Status.NO_DATA, None, None, 0)


def test_a_department_without_any_row_has_no_data_in_every_period(town: Opened) -> None:
    for by, name in ((None, None), ("channel", "no records"), ("topic", "no records")):
        rows = scorecard_rows(
            town.declarations, town.ledger, standard="on-time", department="library", by=by
        )
        assert [row.period for row in rows] == [JANUARY, FEBRUARY, MARCH, APRIL]
        assert {row.part.name if row.part else None for row in rows} == {name}
        assert {row.status for row in rows if row.complete} == {Status.NO_DATA}
        assert {(row.actual, row.n) for row in rows} == {(None, 0)}


def test_values_add_up_to_their_department(town: Opened) -> None:
    whole = {
        (row.department, row.period): (row.numerator or 0, row.denominator or 0, row.n)
        for row in scorecard_rows(town.declarations, town.ledger, standard="on-time")
    }
    for by in ("channel", "person"):
        sums: dict[Any, tuple[float, float, int]] = dict.fromkeys(whole, (0.0, 0.0, 0))
        for row in rows_by(town, by):
            top, bottom, n = sums[row.department, row.period]
            sums[row.department, row.period] = (
                top + (row.numerator or 0),
                bottom + (row.denominator or 0),
                n + row.n,
            )
        assert sums == whole


def test_a_standard_about_some_rows_is_broken_down_within_them(town: Opened) -> None:
    assert figures(rows_by(town, "channel", "potholes"), JANUARY) == {
        ("works", "=Web"): (0, 1),
        ("works", "Phone"): (2, 2),
    }


def test_the_topic_is_known_within_departments_without_being_declared(town: Opened) -> None:
    rows = rows_by(town, "topic", "plain")
    assert {row.department for row in rows} == {"works", "parks", "library", "unassigned"}
    assert figures(rows, JANUARY)["works", "Pothole"] == (3, 4)


def test_show_adds_three_keys_and_keeps_the_others(town: Opened) -> None:
    plain = json.loads(run(town, "show", "--format", "json", "--standard", "on-time").stdout)
    found = json.loads(
        run(town, "show", "--format", "json", "--standard", "on-time", "--by", "channel").stdout
    )
    assert [*plain[0], "by", "value", "value_name"] == list(found[0])
    of_january = [row for row in found if row["period"] == "2026-01-01"]
    assert {(row["department"], row["value"], row["value_name"]) for row in of_january} >= {
        ("works", "Phone", "Phone"),
        ("works", None, "not recorded"),
        ("library", None, "no records"),
    }
    assert {row["by"] for row in found} == {"channel"}


def test_the_table_has_a_column_for_the_dimension(town: Opened) -> None:
    shown = run(
        town, "show", "--by", "channel", "--standard", "on-time", "--department", "works",
        "--period", "2026-01",
    )  # fmt: skip
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert lines[1][:4] == ["standard", "department", "channel", "period"]
    assert [line[2] for line in lines[2:4]] == ["=Web", "Phone"]
    assert "not recorded" in shown.stdout
    assert "1 of 2 rows met; 1 not judged." in shown.stdout


def test_without_a_period_the_table_shows_the_last_complete_one_of_each_value(
    town: Opened,
) -> None:
    shown = run(town, "show", "--by", "channel", "--standard", "on-time", "--department", "works")
    assert shown.stdout.count("2026-03") == 3


def test_all_periods_add_up_value_by_value(town: Opened) -> None:
    arguments = ("--by", "channel", "--standard", "on-time", "--period", "all")
    found = json.loads(run(town, "show", "--format", "json", *arguments).stdout)
    sums = {(row["department"], row["value"]): (row["numerator"], row["n"]) for row in found}
    assert sums["works", "Phone"] == (3, 4)
    assert sums[None, "=Web"] == (1, 2)
    assert sums["library", None] == (None, 0)


def test_an_export_holds_the_same_rows_and_no_live_formula(town: Opened, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    arguments = ("--by", "channel", "--standard", "on-time")
    assert run(town, "export", str(file), *arguments).exit_code == 0
    exported = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
    found = json.loads(run(town, "show", "--format", "json", *arguments).stdout)
    assert [row["value_name"].removeprefix("'") for row in exported] == [
        row["value_name"] for row in found
    ]
    assert {row["value"] for row in exported} == {"'=Web", "Phone", ""}


def test_standards_that_are_not_measured_by_it_are_counted(town: Opened) -> None:
    shown = run(town, "show", "--by", "channel", "--period", "2026-01")
    assert "Left out, since not measured by channel: 1 standard." in shown.stderr
    assert "plain" not in shown.stdout


@pytest.mark.parametrize(
    ("by", "standard", "message", "hint"),
    [
        ("chanel", None, "No standard is measured by 'chanel'.", "Did you mean 'channel'?"),
        ("person", "potholes", "are measured by channel.", 'Add by = ["person"] to the standard'),
        ("ward", "on-time", "measured by channel, person, topic.", "The dimensions are "),
    ],
)
def test_what_is_not_measured_is_refused_with_what_is(
    by: str, standard: str | None, message: str, hint: str, town: Opened
) -> None:
    with pytest.raises(MeasureError) as caught:
        refuse_unmeasured(by, standard, town.declarations)
    assert caught.value.code == "not-measured-by"
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    options = ("--standard", standard) if standard else ()
    refused = run(town, "show", "--by", by, *options)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr.startswith("not-measured-by: ")


def test_a_dimension_declared_since_the_last_measuring_is_missing_and_said_to_be(
    tmp_path: Path,
) -> None:
    before = STANDARDS.replace('by = ["channel", "person"]\n', "", 1)
    standards, workspace = write_town(tmp_path / "town", before), Workspace(tmp_path / "workspace")
    with open_scorecard(standards, workspace) as opened:
        measured(opened, tmp_path / "requests.csv")
    write_town(standards)
    with open_scorecard(standards, workspace) as opened:
        arguments = ("show", "--standard", "on-time", "--by", "person", "--format", "json")
        shown = run(opened, *arguments)
        # The library has no records at all: that is known without measuring again.
        assert {row["department"] for row in json.loads(shown.stdout)} == {"library"}
        note = "not broken down yet: on-time by person; run: scorecard measure"
        assert note in shown.stderr.replace("on-time by channel, ", "")
        earlier = run(opened, *arguments, "--as-of", "2020-01-01")
        assert json.loads(earlier.stdout) == []
        measure(opened.declarations, workspace, opened.ledger)
        again = run(opened, *arguments)
        assert "not broken down" not in again.stderr
        assert len(json.loads(again.stdout)) > 4


def test_a_derived_metric_without_a_figure_of_any_part_has_been_broken_down_all_the_same(
    tmp_path: Path,
) -> None:
    standards, files = write_derived_town(tmp_path)
    toml = standards / "derived.toml"
    toml.write_text(
        toml.read_text("utf-8").replace(
            'departments = "all"\n', 'departments = "all"\nby = ["topic"]\n', 1
        ),
        "utf-8",
    )
    # What people call about is called otherwise than what they ask for: nothing is of both.
    calls = files["calls"].read_text("utf-8")
    for subject in ("Pothole", "Light", "Tree"):
        calls = calls.replace(subject, f"a call about {subject}")
    files["calls"].write_text(calls, "utf-8")
    with open_scorecard(standards, Workspace(tmp_path / "workspace")) as opened:
        declared = opened.declarations
        for name, file in files.items():
            source = declared.sources[name]
            import_file(declared.organisation, source, file, opened.workspace, opened.ledger)
        measure(declared, opened.workspace, opened.ledger)
        assert stale(declared, opened.ledger, opened.workspace) == []
        toml.write_text(toml.read_text("utf-8").replace('by = ["topic"]\n', ""), "utf-8")
    with open_scorecard(standards, Workspace(tmp_path / "workspace")) as opened:
        measure(opened.declarations, opened.workspace, opened.ledger)
        assert stale(declared, opened.ledger, opened.workspace) == [
            "not broken down yet: contacts-per-request by topic; run: scorecard measure"
        ]
