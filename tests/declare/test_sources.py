from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scorecard import (
    boolean,
    date,
    fiscal_year,
    integer,
    looked_up,
    number,
    rule,
    source,
    text,
    timestamp,
)
from scorecard.declare.load import bind_source
from scorecard.declare.sources import Lookup, Source
from scorecard.errors import DeclarationErrors


def declared(**changes: Any) -> Source:
    arguments: dict[str, Any] = {
        "columns": {
            "case_id": text("id", required=True),
            "opened_at": timestamp("open_dt", formats=["%m/%d/%Y"], zone="utc"),
            "due_at": timestamp(planned=True),
            "day": date(blank=["n/a"]),
            "year": fiscal_year(),
            "visits": integer(minimum=0),
            "cost": number(unit="number", maximum=9.5),
            "urgent": boolean(optional=True),
            "region": looked_up(text(), source="places", column="region", by="case_id"),
        },
        "key": "case_id",
        "dimensions": {"place": "region"},
        "rules": [rule("due-first", lambda r: r.due_at >= r.opened_at, "Due before opened.")],
    }
    return bind_source(source("requests", **{**arguments, **changes}))


def test_a_source_keeps_its_contract():
    found = declared(title="Requests of the city")

    assert found.key == ("case_id",)
    assert found.title == "Requests of the city"
    assert found.columns["opened_at"].formats == ("%m/%d/%Y",)
    assert found.columns["due_at"].planned
    assert found.columns["region"].lookup == Lookup("places", "region", ("case_id",))
    assert found.file == Path(__file__)


def test_metrics_see_a_fiscal_year_as_the_date_it_begins_on():
    assert declared().type_of("year") == "date"
    assert declared().type_of("visits") == "integer"


def test_a_file_brings_all_columns_but_the_looked_up_ones():
    assert set(declared().columns) - set(declared().landed_columns) == {"region"}


def test_equal_contracts_have_equal_fingerprints():
    assert declared().fingerprint == declared(title="Other words").fingerprint
    assert declared().fingerprint == declared(url="https://example.org/").fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"key": ("case_id", "day")},
        {"department": "case_id"},
        {"dimensions": {}},
        {"rules": []},
        {"rules": [rule("due-first", lambda r: r.due_at > r.opened_at, "Due before opened.")]},
        {"encoding": "latin-1"},
        {"delimiter": ";"},
        {"columns": {"case_id": text("id")}, "dimensions": {}, "rules": []},
    ],
)
def test_every_part_of_the_contract_changes_the_fingerprint(change: dict[str, Any]):
    assert declared(**change).fingerprint != declared().fingerprint


def test_a_key_may_have_several_columns():
    assert declared(key=["case_id", "day"]).key == ("case_id", "day")


def test_every_mistake_of_a_source_is_told():
    with pytest.raises(DeclarationErrors) as caught:
        declared(
            key=["caseid"],
            department="bureau",
            encoding="utf-9",
            rules=[rule("a", lambda r: r.visits, ""), rule("a", lambda r: r.urgent, "")],
        )
    assert [error.code for error in caught.value.errors] == [
        "key-column-unknown",
        "column-unknown",
        "file-form-invalid",
        "rule-not-a-condition",
        "duplicate-id",
    ]


def test_headings_that_differ_in_case_alone_are_one_heading():
    with pytest.raises(DeclarationErrors) as caught:
        declared(
            columns={"case_id": text(), "topic": text("Case ID ".strip()), "b": text("CASE_ID")},
            dimensions={},
            rules=[],
        )
    assert [error.code for error in caught.value.errors] == ["column-name-clash"]


def test_a_time_under_two_headings_changes_the_fingerprint_of_its_own_contract_alone():
    columns = {"case_id": text(), "opened_at": timestamp("day", "hour")}
    apart = declared(columns=columns, rules=[], dimensions={})
    columns = {"case_id": text(), "opened_at": timestamp(("day", "hour"))}
    together = declared(columns=columns, rules=[], dimensions={})
    assert apart.fingerprint != together.fingerprint
    assert json.loads(apart.definition)["columns"]["opened_at"]["names"] == ["day", "hour"]
    assert together.columns["opened_at"].headings == ("day", "hour")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"x": timestamp(("day",))}, "argument-invalid"),
        ({"x": timestamp(("day", "DAY"))}, "argument-invalid"),
        ({"x": timestamp(("day", 1))}, "argument-invalid"),  # pyright: ignore
        ({"x": text(("first", "last"))}, "argument-invalid"),  # pyright: ignore
        ({"x": timestamp(("d", "h")), "y": timestamp(("D", "H"))}, "column-name-clash"),
    ],
)
def test_headings_that_hold_a_time_between_them_are_two_and_a_time(
    columns: dict[str, Any], code: str
):
    with pytest.raises(DeclarationErrors) as caught:
        declared(columns={"case_id": text(), **columns}, rules=[], dimensions={})
    assert [error.code for error in caught.value.errors] == [code]


def test_a_department_that_is_looked_up_elsewhere_is_refused():
    with pytest.raises(DeclarationErrors) as refused:
        declared(department="region")
    assert [mistake.code for mistake in refused.value.errors] == ["column-not-in-file"]
