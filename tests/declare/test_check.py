from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from scorecard.declare.check import check
from tests.declare.folders import GOOD, WORKS, changed, write

TODAY = date(2026, 8, 1)


def test_a_folder_without_mistakes_has_neither_errors_nor_advice(tmp_path: Path):
    found = check(write(tmp_path, GOOD), today=TODAY)

    assert (found.errors, found.advice) == ((), ())
    assert found.declarations is not None


def test_errors_are_listed_and_nothing_is_loaded(tmp_path: Path):
    found = check(write(tmp_path, changed(GOOD, "public_works.toml", "weight = 2", "weight = 0")))

    assert [error.code for error in found.errors] == ["weight-not-positive"]
    assert found.declarations is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("review = 2027-04-01", "review = 2026-07-31", "review-overdue"),
        ('owner = "City manager"\n', "", "owner-missing"),
        ("value = 7", "value = 2", "promise-beyond-expected"),
    ],
)
def test_advice_has_its_place_and_stops_nothing(old: str, new: str, code: str, tmp_path: Path):
    found = check(write(tmp_path, changed(GOOD, "public_works.toml", old, new)), today=TODAY)

    assert found.errors == ()
    (advice,) = found.advice
    assert advice.code == code
    assert advice.file == tmp_path / "public_works.toml"
    assert advice.line in (2, 17)


def test_a_small_percentage_at_most_is_legitimate_and_mentioned(tmp_path: Path):
    files = changed(
        GOOD, "metrics.py", '"percent", better="higher", min', '"percent", better="lower", min'
    )
    works = WORKS.replace("at_least = 90", "at_most = 0.5").replace("at_least", "at_most")
    found = check(write(tmp_path, {**files, "public_works.toml": works}), today=TODAY)

    assert found.errors == ()
    assert [advice.code for advice in found.advice] == ["percent-small"]


def test_checking_writes_nothing(tmp_path: Path):
    write(tmp_path, GOOD)
    before = sorted(path.name for path in tmp_path.rglob("*"))
    check(tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*")) == before
