from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scorecard.declare.standards import Expected, Standard, scope_text


def standard(**changes: Any) -> Standard:
    data: dict[str, Any] = {
        "id": "closed-on-time",
        "title": "Requests are closed on time",
        "metric": "closed_on_time",
        "departments": "all",
        "expected": [
            {"from": date(2026, 7, 1), "at_least": 95},
            {"from": date(2025, 7, 1), "at_least": 90, "tolerance": 2},
            {"from": date(2027, 1, 1), "withdrawn": True},
        ],
        "overrides": {"parks": {"expected": [{"from": date(2026, 1, 1), "at_least": 85}]}},
    }
    return Standard.model_validate({**data, **changes}, strict=True)


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (date(2025, 6, 30), None),
        (date(2025, 7, 1), 90),
        (date(2026, 6, 30), 90),
        (date(2026, 7, 1), 95),
        (date(2026, 12, 31), 95),
        (date(2027, 1, 1), None),
        (date(2030, 1, 1), None),
    ],
)
def test_the_latest_value_not_after_the_day_is_in_force(day: date, value: float | None):
    expected = standard().expected_on(day)
    assert (expected.value if expected else None) == value


def test_a_department_with_values_of_its_own_has_only_those():
    found = standard()
    assert found.expected_on(date(2025, 8, 1), "parks") is None
    own = found.expected_on(date(2026, 8, 1), "parks")
    others = found.expected_on(date(2026, 8, 1), "public-works")
    assert own is not None
    assert others is not None
    assert (own.value, others.value) == (85, 95)


@given(st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, unique=True), st.data())
def test_each_value_holds_from_its_day_until_the_next(days: list[date], data: st.DataObject):
    values = [
        {"from": day, "at_least": float(number)}
        for number, day in enumerate(data.draw(st.permutations(days)))
    ]
    found = standard(expected=values, overrides={})
    ordered = sorted(values, key=lambda value: value["from"])
    for value, following in zip(ordered, [*ordered[1:], None], strict=True):
        first = found.expected_on(value["from"])
        assert first is not None
        assert first.value == value["at_least"]
        if following is not None:
            assert found.expected_on(following["from"] - timedelta(days=1)) == first
    assert found.expected_on(ordered[0]["from"] - timedelta(days=1)) is None


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"at_most": 1, "at_least": 1},
        {"at_least": 1, "withdrawn": True},
        {"at_least": 1, "tolerance": -1},
        {"at_least": 1, "tolerence": 1},
    ],
)
def test_an_expected_value_has_exactly_one_side(value: dict[str, Any]):
    with pytest.raises(ValidationError):
        Expected.model_validate({"from": date(2026, 1, 1), **value}, strict=True)


def test_a_standard_has_exactly_one_scope():
    assert standard().shared
    assert not standard(departments=None, department="parks", overrides={}).shared
    with pytest.raises(ValidationError, match="give either"):
        standard(department="parks")
    with pytest.raises(ValidationError, match="give either"):
        standard(departments=None)


def test_a_scope_has_one_text_whatever_its_order():
    assert scope_text({"b": "é", "a": 1}) == scope_text({"a": 1, "b": "é"}) == '{"a": 1, "b": "é"}'
    assert scope_text({}) == "{}"
