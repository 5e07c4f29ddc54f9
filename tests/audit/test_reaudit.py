"""Baseline against re-audit: each outcome and its reason, and the correction for many at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from scorecard.audit.difference import Pairs, Test
from scorecard.audit.observed import Observed, Requirement, Scope
from scorecard.audit.reaudit import Compared, Outcome, compare, counts

KEPT = Requirement("share", "higher", tolerance=2, per=100)


def share(kept: int, n: int, definition: str = "a") -> Observed:
    return Observed(100 * kept / n, n, kept, n, definition=definition)


def one(
    before: Observed | None, after: Observed | None, requirement: Requirement = KEPT
) -> Compared:
    scope = Scope("s", "works")
    [found] = compare(
        {scope: before} if before else {}, {scope: after} if after else {}, {"s": requirement}
    )
    return found


def test_a_share_that_rose_by_more_than_the_tolerance_improved() -> None:
    found = one(share(480, 800), share(560, 700))
    assert (found.outcome, found.test) == (Outcome.IMPROVED, Test.NEWCOMBE)
    assert found.difference == pytest.approx(20)
    assert found.interval is not None
    assert 0 < found.interval.lower < 20 < found.interval.upper < 30
    assert found.q == found.p is not None


def test_where_less_is_better_the_same_rise_is_a_regress() -> None:
    late = Requirement("share", "lower", per=100)
    assert one(share(480, 800), share(560, 700), late).outcome is Outcome.REGRESSED
    assert one(share(560, 700), share(480, 800), late).outcome is Outcome.IMPROVED


def test_a_difference_within_the_tolerance_held_however_sure_it_is() -> None:
    found = one(share(80_000, 100_000), share(81_500, 100_000))
    assert (found.outcome, found.steady) == (Outcome.HELD, True)
    assert found.p is not None
    assert found.p < 1e-10
    assert found.reason == "A difference is shown; it is within the tolerance of 2."


def test_held_says_whether_it_is_shown_or_only_not_refuted() -> None:
    loose, tight = one(share(8, 12), share(9, 12)), one(share(8000, 10_000), share(8010, 10_000))
    assert (loose.outcome, loose.steady) == (Outcome.HELD, False)
    assert loose.reason == "No difference is shown."
    assert (tight.outcome, tight.steady) == (Outcome.HELD, True)
    assert tight.reason == "No difference is shown; it is within the tolerance."


@pytest.mark.parametrize(
    ("before", "after", "outcome", "reason"),
    [
        (None, share(5, 10), Outcome.NEW, "no such requirement"),
        (share(5, 10), None, Outcome.NOT_TESTED, "no figure"),
        (share(1, 2), share(5, 10), Outcome.NOT_TESTED, "Too few: n was 2 and is 10; 10"),
        (share(5, 10), Observed(None, 0), Outcome.NOT_TESTED, "no comparable value"),
        (share(5, 10), share(5, 10, "b"), Outcome.NOT_TESTED, "definition changed"),
        (share(5, 10), Observed(50, 10, definition="a"), Outcome.NOT_TESTED, "do not hold"),
    ],
)
def test_what_is_not_tested_says_why(
    before: Observed | None, after: Observed | None, outcome: Outcome, reason: str
) -> None:
    found = one(before, after)
    assert found.outcome is outcome
    assert reason in found.reason
    assert found.p is found.q is found.difference is None


def test_a_standard_that_is_no_longer_declared_is_not_tested() -> None:
    [found] = compare({Scope("s"): share(5, 10)}, {Scope("s"): share(9, 10)}, {})
    assert found.outcome is Outcome.NOT_TESTED
    assert found.reason == "The standard is not declared any more."


def test_the_same_cases_in_both_are_compared_case_by_case() -> None:
    scope = Scope("s")
    both = {scope: share(32, 50)}, {scope: share(22, 50)}
    [paired] = compare(*both, {"s": KEPT}, pairs={scope: Pairs(20, 12, 2, 16)})
    [apart] = compare(*both, {"s": KEPT})
    assert (paired.test, paired.outcome) == (Test.MCNEMAR, Outcome.REGRESSED)
    assert (apart.test, apart.outcome) == (Test.NEWCOMBE, Outcome.REGRESSED)
    assert paired.p is not None
    assert apart.p is not None
    assert paired.p < apart.p


def test_counts_and_rates_are_in_the_metrics_unit() -> None:
    rate = Requirement("rate", "lower", per=1000)
    found = one(Observed(4.0, 400, 400, 100_000), Observed(3.0, 360, 360, 120_000), rate)
    assert (found.test, found.outcome) == (Test.POISSON, Outcome.IMPROVED)
    assert found.difference == pytest.approx(-1)
    month = Requirement("count", "lower")
    found = one(Observed(310.0, 310, None, 31), Observed(280.0, 280, None, 28), month)
    assert found.outcome is Outcome.HELD
    assert found.difference == pytest.approx(0)
    assert one(Observed(2.0, 2), Observed(3.0, 3), month).outcome is Outcome.NOT_TESTED


def test_percentiles_say_that_their_test_is_cautious() -> None:
    days = Requirement("percentile", "lower")
    before = Observed(5.0, 90, lower_95=4.0, upper_95=6.0)
    found = one(before, Observed(4.0, 90, lower_95=3.5, upper_95=4.5), days)
    assert found.outcome is Outcome.HELD
    assert found.reason.endswith("it may be there all the same.")
    found = one(before, Observed(3.0, 90, lower_95=2.5, upper_95=3.5), days)
    assert (found.outcome, found.difference) == (Outcome.IMPROVED, -2)


def test_a_merged_departments_baseline_is_added_up_and_said() -> None:
    before = {Scope("s", "parks"): share(30, 100), Scope("s", "trees"): share(50, 100)}
    found = {
        each.scope.department: each
        for each in compare(
            before, {Scope("s", "parks"): share(160, 200)}, {"s": KEPT}, merged={"trees": "parks"}
        )
    }
    assert found["trees"].outcome is Outcome.NOT_TESTED
    assert found["trees"].reason == (
        "The department was merged into parks; its baseline is counted there."
    )
    assert found["parks"].before == share(80, 200)
    assert found["parks"].difference == pytest.approx(40)
    assert found["parks"].reason.endswith("The baseline includes that of trees.")


def test_percentiles_and_changed_definitions_are_not_added_up() -> None:
    days = Requirement("percentile", "lower")
    whole = Observed(5.0, 90, lower_95=4.0, upper_95=6.0)
    before = {Scope("s", "parks"): whole, Scope("s", "trees"): whole}
    found = compare(before, {Scope("s", "parks"): whole}, {"s": days}, merged={"trees": "parks"})
    assert [each.outcome for each in found] == [Outcome.NOT_TESTED] * 2
    mixed = {Scope("s", "parks"): share(3, 10), Scope("s", "trees"): share(3, 10, "b")}
    found = compare(
        mixed, {Scope("s", "parks"): share(3, 10)}, {"s": KEPT}, merged={"trees": "parks"}
    )
    assert [each.outcome for each in found] == [Outcome.NOT_TESTED] * 2


def test_the_sums_of_means_of_merged_departments_are_those_of_all_values() -> None:
    chance = np.random.default_rng(5)
    parts = [chance.gamma(2, 3, 40), chance.gamma(2, 3, 60)]

    def mean(values: np.ndarray) -> Observed:
        return Observed(
            float(values.mean()), len(values), float(values.sum()), float(len(values)),
            float((values**2).sum()),
        )  # fmt: skip

    after, how = mean(chance.gamma(2, 2, 80)), Requirement("mean", "lower")
    two = {Scope("s", "a"): mean(parts[0]), Scope("s", "b"): mean(parts[1])}
    found = compare(two, {Scope("s", "a"): after}, {"s": how}, merged={"b": "a"})
    [joined] = compare(
        {Scope("s", "a"): mean(np.concatenate(parts))}, {Scope("s", "a"): after}, {"s": how}
    )
    [merged] = [each for each in found if each.scope.department == "a"]
    assert merged.interval == pytest.approx(joined.interval)
    assert merged.p == pytest.approx(joined.p)


figures = st.integers(1, 400).flatmap(lambda n: st.integers(0, n).map(lambda kept: share(kept, n)))


@given(st.dictionaries(st.integers(0, 30), st.tuples(figures, figures), min_size=1))
@settings(max_examples=40)
def test_many_requirements_are_corrected_as_statsmodels_does(
    drawn: dict[int, tuple[Observed, Observed]],
) -> None:
    scopes = {i: Scope("s", f"d{i:02}") for i in drawn}
    found = compare(
        {scopes[i]: before for i, (before, _) in drawn.items()},
        {scopes[i]: after for i, (_, after) in drawn.items()},
        {"s": Requirement("share", "higher", per=100)},
    )
    assert sum(counts(found).values()) == len(drawn)
    tested = [each for each in found if each.p is not None]
    if tested:
        refused, q, _, _ = multipletests([each.p for each in tested], 0.05, "fdr_bh")
        assert [each.q for each in tested] == pytest.approx(np.asarray(q).tolist())
        changed = [each.outcome is not Outcome.HELD for each in tested]
        assert changed == [
            bool(r) and each.difference != 0 for r, each in zip(refused, tested, strict=True)
        ]
    for each in found:
        few = min(drawn[int(str(each.scope.department)[1:])], key=lambda f: f.n).n < 10
        assert (each.outcome is Outcome.NOT_TESTED) == few


def test_what_would_be_shown_alone_is_not_among_many() -> None:
    before = {Scope("s", f"d{i}"): share(50, 100) for i in range(20)}
    after = {**before, Scope("s", "d0"): share(65, 100)}
    found = compare(before, after, {"s": KEPT})
    assert counts(found) == {**dict.fromkeys(Outcome, 0), Outcome.HELD: 20}
    assert found[0].reason == (
        "By itself a difference would be shown, but not among 20 requirements."
    )
    assert found[0].interval is not None
    assert found[0].interval.lower > 0
