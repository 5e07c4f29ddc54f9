"""Which chart suits which series."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.errors import JudgeError
from scorecard.judge.which_chart import ChartKind, Kind, which_chart
from tests.judge import published_charts as published


def test_shares_with_large_denominators_are_for_a_p_prime_chart() -> None:
    found = which_chart("share", published.SEEN, published.ATTENDED)

    assert found.chart == "p\N{PRIME} chart"
    assert found.reason == (
        "Shares of 279,398 cases a point on average: limits follow the denominators and how much "
        "the shares really vary."
    )


def test_rates_are_for_a_u_prime_chart() -> None:
    found = which_chart("rate", published.INFECTIONS, published.RISK_DAYS)

    assert found.chart == "u\N{PRIME} chart"
    assert found.reason.startswith("Rates of 512 events a point on average")


@pytest.mark.parametrize(
    ("kind", "chart", "reason"),
    [
        (
            "share",
            "g chart",
            "Rare events: 4 of 12 points are without one. The cases between events shows more.",
        ),
        (
            "rate",
            "t chart",
            "Rare events: 4 of 12 points are without one. The time between events shows more.",
        ),
    ],
)
def test_rare_events_are_for_what_lies_between_them(kind: Kind, chart: str, reason: str) -> None:
    counts = [0, 1, 0, 2, 1, 0, 3, 1, 1, 0, 1, 2]

    assert which_chart(kind, counts, [200] * 12) == (chart, reason)


def test_a_share_near_one_is_as_rare_as_one_near_nought() -> None:
    kept = [200, 199, 200, 198, 199, 200, 197, 199, 199, 200, 199, 198]

    assert which_chart("share", kept, [200] * 12).chart == ChartKind.G
    # A rate has no other side: 200 events are many.
    assert which_chart("rate", kept, [200] * 12).chart == ChartKind.U_PRIME


def test_figures_alone_are_for_an_xmr_chart() -> None:
    figures = [3.5, 4, 2.8, 3.9, 4.2, 3.7, 3.3, 4.1, 3.6, 3.2, 4.4, 3.8]

    assert which_chart("figure", figures).chart == ChartKind.XMR
    assert which_chart("share", figures).chart == ChartKind.XMR
    assert which_chart("rate", figures).chart == ChartKind.XMR


@pytest.mark.parametrize("kind", ["share", "rate", "figure"])
def test_few_points_get_no_limits_and_fewer_no_chart(kind: Kind) -> None:
    sizes = None if kind == "figure" else [100] * 12
    counts: list[float | None] = [40, 42, 38, 41, 39, 40, 43, 40, 41, None, None, None]

    nine = which_chart(kind, counts, sizes)
    counts[9] = 44
    ten = which_chart(kind, counts, sizes)

    assert nine == ("no chart", "Too few points: 9, and at least 10 are needed.")
    assert ten == ("run chart", "10 points: at least 12 are needed for limits that hold.")
    assert which_chart(kind, [], None if sizes is None else []).chart == ChartKind.NONE


def test_few_events_a_point_get_no_limits() -> None:
    found = which_chart("share", [1, 2, 3, 2, 1, 4, 2, 3, 1, 2, 3, 2], [50] * 12)

    assert found == (
        "run chart",
        "2.2 events a point on average: at least 5 are needed for limits.",
    )


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(50, 99)), max_size=40))
def test_a_share_and_its_mirror_image_get_the_same_chart(series: list[tuple[int, int]]) -> None:
    counts, sizes = [x for x, _ in series], [n for _, n in series]
    mirrored = [n - x for x, n in series]
    if sum(counts) * 2 == sum(sizes):
        return

    assert which_chart("share", mirrored, sizes) == which_chart("share", counts, sizes)


def test_what_is_no_kind_or_no_share_is_refused() -> None:
    with pytest.raises(JudgeError, match=r"^kind-unknown: kind is 'mean'"):
        which_chart("mean", [1, 2])  # type: ignore[arg-type]
    with pytest.raises(JudgeError, match=r"^values-above-whole: "):
        which_chart("share", [3, 2], [2, 2])
