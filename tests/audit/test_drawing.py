"""Samples drawn from the records behind a figure, and drawn again."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

import pytest

from scorecard.audit.book import subject
from scorecard.audit.drawing import Drawing, Size, draw_sample, redrawn
from scorecard.audit.events import SampleDrawn
from scorecard.audit.sampling import draw
from scorecard.errors import AuditError
from scorecard.ledger import events
from tests.audit.sampled import JANUARY, SampledTown

ASKED = "Was it closed by its due date?"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SampledTown:
    return SampledTown(tmp_path_factory.mktemp("drawing"))


def drawn(town: SampledTown, size: Size, department: str | None = "works", **more: Any) -> Drawing:
    with town.desk("ada") as desk:
        return draw_sample(
            desk, "one", "closed-on-time", department, [ASKED], size, reason="a test", **more
        )


def hash_of_opening(town: SampledTown) -> str:
    with town.desk("ada") as desk:
        return events(desk.ledger, "small-town", subject("one"))[0].hash


def by_hand(seed: str, keys: list[str]) -> list[str]:
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest())


def test_a_sample_is_what_anybody_draws_from_the_opening_and_the_number(town: SampledTown) -> None:
    found = drawn(town, Size(cases=12), of_record=ASKED)
    body = found.cycle.samples[found.number].body
    assert body.seed == f"{hash_of_opening(town)}:{found.number}"
    in_order = by_hand(body.seed, [f"{place:03d}" for place in range(60)])
    [stratum] = body.strata
    assert (list(stratum.keys), list(stratum.reserve)) == (in_order[:12], in_order[12:24])
    assert (stratum.population, body.data, body.period) == (60, "requests@0", JANUARY)
    assert body.figure is not None
    assert (body.figure.numerator, body.figure.denominator) == (45, 60)
    assert found.sentence == "12 of 60 cases, as was asked."


def test_another_draw_has_another_number_and_so_another_seed_and_needs_a_reason(
    town: SampledTown,
) -> None:
    first, second = (drawn(town, Size(cases=12)) for _ in range(2))
    assert second.number == first.number + 1
    one, other = (second.cycle.samples[n].body for n in (first.number, second.number))
    assert one.keys != other.keys
    assert one.digest == other.digest
    with town.desk("ada") as desk, pytest.raises(AuditError) as caught:
        draw_sample(desk, "one", "closed-on-time", "works", [ASKED], Size(cases=12))
    assert caught.value.code == "sample-again"


def test_the_size_follows_from_the_precision_with_finite_correction(town: SampledTown) -> None:
    # n0 = 1.96^2 / 4 / 0.1^2 = 96.04; 96.04 / (1 + 95.04 / 60) = 37.2
    found = drawn(town, Size(within=10))
    assert len(found.cycle.samples[found.number].body.keys) == 38
    assert found.sentence.startswith("38 of 60 cases tell the share to within ± 10 points")


def test_strata_are_drawn_from_by_size_equally_or_where_cases_differ(town: SampledTown) -> None:
    def sizes(**size: Any) -> dict[str, int]:
        found = drawn(town, Size(cases=30, **size), department=None, by="department")
        body = found.cycle.samples[found.number].body
        keys = [f"{place:03d}" for place in range(90)]
        in_order = by_hand(body.seed, keys)
        for one in body.strata:
            of = [key for key in in_order if (int(key) < 60) == (one.name == "works")]
            assert list(one.keys) == of[: len(one.keys)]
        assert body.strata_by == "department"
        return {one.name: len(one.keys) for one in body.strata}

    assert sizes() == {"works": 20, "parks": 10}
    assert sizes(equally=True) == {"works": 15, "parks": 15}
    # 60 sqrt(.99 .01) to 30 sqrt(.5 .5) is 5.97 to 15.
    assert sizes(expected_in={"works": 99, "parks": 50}) == {"works": 9, "parks": 21}


def test_no_stratum_has_fewer_than_two_where_a_precision_is_wanted(town: SampledTown) -> None:
    found = drawn(town, Size(within=45), department="works", by="topic")
    body = found.cycle.samples[found.number].body
    assert Counter({one.name: len(one.keys) for one in body.strata}) == {
        "Pothole": 10,
        "Light": 10,
        "not recorded": 10,
    }


@pytest.mark.parametrize(
    ("size", "more", "code"),
    [
        (Size(cases=61), {}, "sample-larger-than-population"),
        (Size(), {}, "size-unclear"),
        (Size(cases=5, within=5), {}, "size-unclear"),
        (Size(cases=2), {"by": "topic"}, "sample-too-small"),
        (Size(cases=5), {"department": "streets"}, "outside-scope"),
        (Size(cases=5), {"period": JANUARY.replace(month=2)}, "figure-not-frozen"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_recorded(
    town: SampledTown, size: Size, more: dict[str, Any], code: str
) -> None:
    with town.desk("ada") as desk:
        before = desk.cycle("one").version
    with pytest.raises(AuditError) as caught:
        drawn(town, size, **more)
    assert caught.value.code == code
    with town.desk("ada") as desk:
        assert desk.cycle("one").version == before


@pytest.mark.parametrize(
    ("criteria", "told"),
    [
        ([" "], "blank"),
        ([], "at least 1"),
        (["Was it  closed?", "was it closed?"], "twice"),
    ],
)
def test_criteria_that_cannot_be_told_apart_or_say_nothing_are_refused(
    town: SampledTown, criteria: list[str], told: str
) -> None:
    with town.desk("ada") as desk, pytest.raises(AuditError) as caught:
        draw_sample(
            desk, "one", "closed-on-time", "works", criteria, Size(cases=5), reason="a test"
        )
    assert caught.value.code == "audit-entry-invalid"
    assert told in caught.value.message


def test_only_a_share_can_be_held_against_the_cases(town: SampledTown) -> None:
    with town.desk("ada") as desk, pytest.raises(AuditError) as caught:
        draw_sample(desk, "one", "potholes", "works", [ASKED], Size(cases=5), of_record=ASKED)
    assert caught.value.code == "record-is-no-share"


def test_a_sample_drawn_again_is_the_same(town: SampledTown) -> None:
    number = drawn(town, Size(cases=9), department=None, by="department").number
    with town.desk("ada") as desk:
        found = redrawn(desk, "one", number)
    assert found.same
    assert "the same 9 of 90 cases" in found.sentence


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("cases", "Other cases are drawn"),
        ("seed", "The seed is 7"),
        ("digest", "are not the 60 that were"),
        ("population", "are not the 61 that were"),
    ],
)
def test_a_sample_that_somebody_has_chosen_is_found_out(
    town: SampledTown, change: str, told: str
) -> None:
    kept = drawn(town, Size(cases=9))
    body = kept.cycle.samples[kept.number].body
    number = kept.number + 1
    own = draw([f"{place:03d}" for place in range(60)], f"{hash_of_opening(town)}:{number}", 9)
    [stratum] = own.strata
    picked = (*stratum.cases[1:], stratum.reserve[0])
    forged = body.model_dump() | {
        "seed": "7" if change == "seed" else own.seed,
        "digest": "0" * 64 if change == "digest" else own.digest,
        "strata": [
            {
                "population": 61 if change == "population" else 60,
                "keys": picked if change == "cases" else stratum.cases,
                "reserve": stratum.reserve[1:10] if change == "cases" else stratum.reserve[:9],
            }
        ],
    }
    with town.desk("ada") as desk:
        desk.record("one", SampleDrawn.model_validate(forged))
        found = redrawn(desk, "one", number)
    assert not found.same
    assert told in found.sentence
