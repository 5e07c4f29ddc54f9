"""What could be promised is kept as often as it says, and as the page says."""

from __future__ import annotations

from math import sqrt
from pathlib import Path

import pytest

from tests.judge.promise_coverage import CONFIDENCES, DRAWS, KINDS, PERIODS, TABLE, Kind, coverage

FEWER = 150


@pytest.fixture(scope="module")
def written(repository: Path) -> dict[tuple[str, int], list[float]]:
    """The page's table: kind and periods → fractions."""
    page = (repository / "docs" / "judging" / "promise.md").read_text(encoding="utf-8")
    found = TABLE.search(page)
    assert found
    rows = [line.strip("| ").split(" | ") for line in found[0].splitlines() if "|" in line][2:]
    return {(name, int(n)): [float(one) / 100 for one in cells] for name, n, *cells in rows}


def error(share: float, draws: int) -> float:
    return sqrt(share * (1 - share) / draws)


def test_the_page_has_every_kind(written: dict[tuple[str, int], list[float]]) -> None:
    assert [*written] == [(kind.name, n) for kind in KINDS for n in PERIODS]


def test_the_page_shows_that_promises_are_kept_as_often_as_they_say(
    written: dict[tuple[str, int], list[float]],
) -> None:
    for key, shares in written.items():
        for confidence, share in zip(CONFIDENCES, shares, strict=True):
            # 1.5 points for distributions that are none of those fitted.
            assert share > confidence - 0.015 - 2.5 * error(confidence, DRAWS), key


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_page_is_what_the_method_does_now(
    kind: Kind, written: dict[tuple[str, int], list[float]]
) -> None:
    shares = coverage(kind, 24, FEWER, seed=11)
    for confidence, now, then in zip(CONFIDENCES, shares, written[kind.name, 24], strict=True):
        assert now == pytest.approx(then, abs=4 * error(confidence, FEWER))
