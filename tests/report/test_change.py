"""What drives a change: parts that add up to it, or a refusal in words."""

from __future__ import annotations

import pytest

from scorecard.declare.load import Declarations
from tests.report.compare_town import JULY_BEFORE, JUNE, declared, one, page, shares


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Declarations:
    return declared(tmp_path_factory.mktemp("town"))


def test_the_parts_add_up_to_the_whole_change(town: Declarations) -> None:
    # The example of docs/judging/drivers.md: 90.0 % to 74.5 %, nearly all by the first part.
    before = shares([(90, 100), (45, 50), (45, 50)], JUNE)
    found = page(town, [*before, *shares([(60, 100), (45, 50), (44, 50)])]).changes[0]
    assert (found.since, found.until) == ("June 2026", "July 2026")
    assert (found.before, found.after) == (pytest.approx(90.0), pytest.approx(74.5))
    assert sum(line.effect for line in found.lines) == pytest.approx(-15.5)
    assert found.rate + found.mix == pytest.approx(-15.5)
    assert found.sentence == (
        "Against June 2026, the whole went from 90.0 % to 74.5 % in July 2026: 15.5 percentage "
        "points less. What weighs most: D1 itself (−15.0)."
    )


def test_both_stretches_are_compared_where_the_records_reach(town: Declarations) -> None:
    rows = [
        each for day in (JULY_BEFORE, JUNE) for each in shares([(40, 50), (30, 50)], day)
    ] + shares([(45, 50), (30, 50)])
    assert [each.since for each in page(town, rows).changes] == ["June 2026", "July 2025"]
    alone = page(town, shares([(45, 50), (30, 50)]))
    assert alone.changes == ()
    assert "no stretch of this length before it" in alone.no_change


def test_a_part_that_is_there_on_one_side_only_is_said(town: Declarations) -> None:
    rows = [*shares([(80, 100), (0, 0)], JUNE), *shares([(80, 100), (10, 50)])]
    found = page(town, rows).changes[0]
    new = next(line for line in found.lines if line.name == "D2")
    assert (new.only, new.before, new.rate) == ("July 2026", None, 0.0)
    assert new.mix == pytest.approx(
        found.mix - next(line.mix for line in found.lines if line.name == "D1")
    )
    assert {line.name for line in found.lines} == {"D1", "D2"}
    assert "another mix by department" in found.sentence


def test_other_cases_are_no_better_work(town: Declarations) -> None:
    rows = [*shares([(6, 10), (0, 0)], JUNE), *shares([(8, 10), (70, 90)])]
    assert "But only 10 % of one side" in page(town, rows).changes[0].sentence


def test_a_whole_that_did_not_change_claims_no_reason(town: Declarations) -> None:
    same = [(40, 50), (30, 50)]
    found = page(town, [*shares(same, JUNE), *shares(same)]).changes[0]
    assert found.sentence.endswith("it did not change in what is shown.")


def test_counts_are_plain_differences_without_a_mix(town: Declarations) -> None:
    def late(day: object, *counts: int) -> list[object]:
        return [
            one(f"d{i}", n, 1, day, "late", scale=1, unit="count", better="lower", n=100)  # type: ignore[arg-type]
            for i, n in enumerate(counts, start=1)
        ]

    rows = [*late(JUNE, 10, 20), *late(JUNE.replace(month=7), 25, 18)]
    found = page(town, rows, "late").changes[0]  # type: ignore[arg-type]
    assert [(line.name, line.effect) for line in found.lines] == [("D1", 15.0), ("D2", -2.0)]
    assert (found.before, found.after, found.has_mix) == (30.0, 43.0, False)


def test_a_percentile_is_refused_in_words(town: Declarations) -> None:
    rows = [
        one(f"d{i}", 2 + i, 1, day, "days", scale=1, unit="days", better="lower", n=40)
        for day in (JULY_BEFORE, JUNE, JUNE.replace(month=7))
        for i in (1, 2)
    ]
    [found] = page(town, rows, "days").changes
    assert "no sum of what its parts have" in found.why
    assert found.lines == ()


def test_a_stretch_without_records_is_said(town: Declarations) -> None:
    rows = [*shares([(40, 50), (30, 50)], JUNE), *shares([(0, 0), (0, 0)])]
    found = page(town, rows, period=JUNE.replace(month=7)).changes
    assert [each.why for each in found] == ["There are no records in July 2026."]
