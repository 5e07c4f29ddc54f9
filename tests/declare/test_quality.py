"""What a contract may say of quality, and each mistake in it."""

from __future__ import annotations

from typing import Any

import pytest

import scorecard as s
from scorecard.declare.quality import seconds_of
from scorecard.errors import DeclarationErrors
from tests.observe.desk import make_source

COLUMNS = {
    "id": s.text(required=True),
    "opened_at": s.timestamp(),
    "channel": s.text(),
    "away": s.looked_up(s.text(), source="others", column="x", by="id"),
}


def codes(columns: dict[str, Any] | None = None, **more: Any) -> list[str]:
    with pytest.raises(DeclarationErrors) as refused:
        make_source(columns or COLUMNS, **more)
    return [mistake.code for mistake in refused.value.errors]


@pytest.mark.parametrize(
    ("span", "seconds"),
    [("1 day", 86_400), ("7 days", 604_800), ("1.5 hours", 5_400), ("2weeks", 1_209_600)],
)
def test_a_span_is_a_number_and_a_unit(span: str, seconds: float) -> None:
    assert seconds_of(span) == seconds


@pytest.mark.parametrize("span", ["", "day", "7", "-1 days", "1 month", "1 day 2 hours"])
def test_what_is_no_span_is_none(span: str) -> None:
    assert seconds_of(span) is None


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"near_duplicates": [s.near("chanel", at="opened_at", within="1 day")]}, "column-unknown"),
        (
            {"near_duplicates": [s.near("away", at="opened_at", within="1 day")]},
            "column-not-in-file",
        ),
        ({"near_duplicates": [s.near("channel", at="channel", within="1 day")]}, "near-unclear"),
        ({"near_duplicates": [s.near(at="opened_at", within="1 day")]}, "near-unclear"),
        (
            {"near_duplicates": [s.near("channel", at="opened_at", within="soon")]},
            "span-unreadable",
        ),
        (
            {"near_duplicates": [s.near("channel", at="opened_at", within="0 days")]},
            "span-unreadable",
        ),
        ({"near_duplicates": ["channel"]}, "argument-invalid"),
        ({"expected_every": "often"}, "span-unreadable"),
        ({"expected_every": 7}, "argument-invalid"),
        ({"steady": s.steady(volume=1)}, "steady-out-of-range"),
        ({"steady": s.steady(mix=0)}, "steady-out-of-range"),
        ({"steady": 2}, "argument-invalid"),
        ({"mends": [s.replace("chanel", {"a": "b"}, "r")]}, "column-unknown"),
        ({"mends": [s.replace("away", {"a": "b"}, "r")]}, "column-not-in-file"),
        ({"mends": [s.replace("channel", {" ": "b"}, "r")]}, "mend-unclear"),
        (
            {
                "mends": [
                    s.replace("channel", {"a": "b"}, "r"),
                    s.replace("channel", {"a ": "c"}, ""),
                ]
            },
            "mend-unclear",
        ),
        ({"mends": [s.replace("channel", {"a": 1}, "r")]}, "argument-invalid"),  # type: ignore[dict-item]
    ],
)
def test_each_mistake_has_its_code(more: dict[str, Any], code: str) -> None:
    assert codes(**more) == [code]


@pytest.mark.parametrize(
    "channel",
    [
        s.text(aliases={"Phone": ["call"], "Web": ["CALL"]}),
        s.text(aliases={"Phone": ["web"], "Web": ["site"]}),
        s.text(values=["Phone"], aliases={"Call": ["call"]}),
    ],
)
def test_an_alias_leads_to_one_allowed_value(channel: Any) -> None:
    assert codes(COLUMNS | {"channel": channel}) == ["alias-unclear"]


def test_a_time_from_two_headings_is_not_mended_by_one_value() -> None:
    joined = s.timestamp(("Day", "Hour"))
    mend = s.replace("seen_at", {"a": "b"}, "r")
    assert codes(COLUMNS | {"seen_at": joined}, mends=[mend]) == ["mend-unclear"]


def test_one_alias_may_be_written_without_a_list() -> None:
    assert s.text(aliases={"Phone": "PHONE"}) == s.text(aliases={"Phone": ["PHONE"]})


def test_a_rule_that_only_counts_is_bound_apart() -> None:
    source = make_source(
        COLUMNS,
        rules=[
            s.rule("a", lambda r: r.opened_at.known, "x"),
            s.rule("b", lambda r: r.channel.known, "x", quarantine=False),
        ],
    )
    assert [code for code, *_ in source.rules] == ["a"]
    assert [code for code, *_ in source.expectations] == ["b"]
    assert "duplicate-id" in codes(
        rules=[
            s.rule("a", lambda r: r.opened_at.known, "x"),
            s.rule("a", lambda r: r.channel.known, "x", quarantine=False),
        ]
    )
