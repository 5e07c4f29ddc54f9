"""The cases behind a figure: which they are, and what the records say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from scorecard.audit import Desk
from scorecard.audit.population import (
    Asked,
    data_of,
    drawable,
    fields,
    key_text,
    population,
    requirement_of,
)
from scorecard.errors import AuditError
from scorecard.ledger import latest_run, record_run
from tests.audit.sampled import SampledTown


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SampledTown:
    return SampledTown(tmp_path_factory.mktemp("population"))


def asked(desk: Desk, standard: str, department: str | None) -> Asked:
    cycle = desk.cycle("one")
    requirement = requirement_of(cycle, standard, department)
    [figure] = [
        one
        for one in cycle.opened.body.baseline
        if (one.standard, one.department) == (standard, department)
    ]
    return Asked(requirement, figure, data_of(desk.declared, desk.ledger, requirement, figure))


def behind(town: SampledTown, standard: str, department: str | None, by: str = "") -> Any:
    with town.desk("ada") as desk:
        return population(desk.declared, desk.workspace, asked(desk, standard, department), by)


def numbers(*parts: range) -> list[str]:
    return [f"{place:03d}" for part in parts for place in part]


def test_the_cases_are_those_that_count_in_the_figure(town: SampledTown) -> None:
    assert {name: sorted(keys) for name, keys in behind(town, "closed-on-time", None).items()} == {
        "": numbers(range(90))
    }
    assert sorted(behind(town, "closed-on-time", "works")[""]) == numbers(range(60))
    # The standard is about potholes alone: every third of the works'.
    assert sorted(behind(town, "potholes", "works")[""]) == numbers(range(0, 60, 3))


def test_strata_divide_the_cases_and_what_is_not_recorded_is_one_of_its_own(
    town: SampledTown,
) -> None:
    by_department = behind(town, "closed-on-time", None, "department")
    assert {name: len(keys) for name, keys in by_department.items()} == {"works": 60, "parks": 30}
    by_topic = behind(town, "closed-on-time", "works", "topic")
    assert {name: sorted(keys) for name, keys in by_topic.items()} == {
        "Pothole": numbers(range(0, 60, 3)),
        "Light": numbers(range(1, 60, 3)),
        "not recorded": numbers(range(2, 60, 3)),
    }


@pytest.mark.parametrize(
    ("department", "by", "told"),
    [("works", "department", "topic"), (None, "topik", "'topic'"), ("works", "team", "topic")],
)
def test_what_is_no_dimension_divides_nothing(
    town: SampledTown, department: str | None, by: str, told: str
) -> None:
    with pytest.raises(AuditError) as caught:
        behind(town, "closed-on-time", department, by)
    assert caught.value.code == "strata-unknown"
    assert told in str(caught.value.hint)


def test_the_records_say_of_each_case_what_the_file_said_in_local_time(town: SampledTown) -> None:
    with town.desk("ada") as desk:
        found = fields(
            desk.declared,
            desk.workspace,
            asked(desk, "closed-on-time", "works"),
            ["002", "000", "there is none"],
        )
    assert list(found) == ["002", "000"]
    assert found["000"] == {
        "id": "000",
        "opened_at": "2026-01-02 10:00:00-05:00",
        "due_at": "2026-01-12 10:00:00-05:00",
        "closed_at": "2026-01-20 10:00:00-05:00",
        "department": "Works",
        "topic": "Pothole",
    }
    assert found["002"]["topic"] is None


def test_a_key_of_several_columns_has_one_text_of_its_own() -> None:
    assert key_text(["007"]) == "007"
    assert key_text(["2026-01", "RXH", "ä"]) == '["2026-01","RXH","ä"]'
    assert key_text(['a","b', "c"]) != key_text(["a", 'b","c'])


def test_later_records_change_nothing_of_what_was_behind_the_figure(tmp_path: Path) -> None:
    town = SampledTown(tmp_path)
    before = behind(town, "closed-on-time", "works")
    more = town.folder / "more.csv"
    lines = town.file.read_text("utf-8").splitlines()
    # One case more, and one that counted in January is of another department now.
    more.write_text(
        "\n".join([lines[0], lines[1].replace("000,", "900,"), lines[2].replace("Works", "Parks")]),
        encoding="utf-8",
    )
    assert town.run("import", "requests", more).exit_code == 0
    assert town.run("measure").exit_code == 0
    with town.desk("ada") as desk:
        assert asked(desk, "closed-on-time", "works").data == "requests@0"
    after = behind(town, "closed-on-time", "works")
    assert sorted(after[""]) == sorted(before[""])


@contextmanager
def edited(town: SampledTown, *edits: tuple[str, str, str]) -> Iterator[None]:
    """Declarations that have another text for a while: file, old and new."""
    kept = {file: (town.standards / file).read_text("utf-8") for file, _, _ in edits}
    for file, old, new in edits:
        text = (town.standards / file).read_text("utf-8")
        assert old in text
        (town.standards / file).write_text(text.replace(old, new), encoding="utf-8")
    try:
        yield
    finally:
        for file, text in kept.items():
            (town.standards / file).write_text(text, encoding="utf-8")


MERGED = (
    ("organisation.toml", '[[departments]]\nid = "parks"\nname = "Parks"\n', ""),
    ("organisation.toml", 'aliases = ["DPW"]', 'aliases = ["DPW", "parks"]'),
    ("town.toml", "[standard.overrides.parks]", "[standard.overrides.works]"),
)


@pytest.mark.parametrize(
    ("edits", "department", "code", "told"),
    [
        (
            [("metrics.py", "closed_at <= r.due_at, of", "closed_at < r.due_at, of")],
            "works",
            "definition-changed",
            "defined otherwise today",
        ),
        (MERGED, "parks", "department-gone", "is part of Works today"),
        (MERGED, "works", "cases-differ", "90 cases are behind 'Closed on time' today, and 60"),
    ],
)
def test_cases_of_another_definition_or_department_are_not_taken_for_those_of_then(
    town: SampledTown,
    edits: Sequence[tuple[str, str, str]],
    department: str,
    code: str,
    told: str,
) -> None:
    with edited(town, *edits), pytest.raises(AuditError) as caught:
        behind(town, "closed-on-time", department)
    assert caught.value.code == code
    assert told in caught.value.message


def test_a_standard_that_is_gone_is_drawn_from_by_its_frozen_definition(town: SampledTown) -> None:
    text = (town.standards / "town.toml").read_text("utf-8")
    gone = text[text.index('[[standard]]\nid = "potholes"') :]
    with edited(town, ("town.toml", gone, "")):
        assert sorted(behind(town, "potholes", "works")[""]) == numbers(range(0, 60, 3))


MORE = """

@derived(unit="percent", better="higher")
def last_month(o):
    \"\"\"The month before.\"\"\"
    return previous(o.closed_on_time, 1)

@metric(source="requests", at="closed_at", unit="percent", better="higher")
def days_written(r):
    \"\"\"Of the days that are written, those of closing.\"\"\"
    return share(tally(r.closed_at.known), of=tally(r.closed_at.known, r.due_at.known))
"""


@pytest.mark.parametrize(
    ("metric", "told"),
    [("last_month", "worked out from other figures"), ("days_written", "adds up counts")],
)
def test_figures_without_cases_of_their_own_cannot_be_drawn_from(
    town: SampledTown, metric: str, told: str
) -> None:
    imports = "from scorecard import "
    whole = (town.standards / "metrics.py").read_text("utf-8")
    edits = [
        ("metrics.py", whole, whole.replace(imports, f"{imports}derived, previous, tally, ") + MORE)
    ]
    with edited(town, *edits), town.desk("ada") as desk:
        requirement = requirement_of(desk.cycle("one"), "closed-on-time", "works").model_copy(
            update={"metric": metric, "definition": desk.declared.metric(metric).fingerprint}
        )
        with pytest.raises(AuditError) as caught:
            drawable(desk.declared, requirement)
    assert caught.value.code == "cases-not-drawable"
    assert told in caught.value.message


def test_records_that_were_read_in_a_database_have_no_cases_to_come_back_to(
    town: SampledTown,
) -> None:
    with town.desk("ada") as desk:
        asked_of = asked(desk, "closed-on-time", "works")
        known = asked_of.figure.known_at
        record_run(
            desk.ledger,
            "small-town",
            "postgresql",
            {"requests": {"version": None, "commit": None, "moment": None, "rows": 1}},
            [],
            [],
            set(),
        )
        run = latest_run(desk.ledger, "small-town")
        assert run is not None
        later = asked_of.figure.model_copy(update={"known_at": run.known_at})
        with pytest.raises(AuditError) as caught:
            data_of(desk.declared, desk.ledger, asked_of.requirement, later)
        assert caught.value.code == "records-not-kept"
        early = asked_of.figure.model_copy(update={"known_at": known - timedelta(days=9)})
        with pytest.raises(AuditError) as caught:
            data_of(desk.declared, desk.ledger, asked_of.requirement, early)
        assert caught.value.code == "cases-not-there"
