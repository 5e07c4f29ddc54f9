"""The intervals hold the true value as often as docs/judging/intervals.md says."""

from __future__ import annotations

from math import sqrt

import pytest

from tests.judge.coverage import CASES, CONFIDENCES, HEADINGS, Case, written

# Four standard errors and a half: one false alarm in a thousand runs of all cases, if seeds varied.
_ERRORS = 4.5


def _named(value: object) -> str:
    return f"{value.name}, {value.of}, n={value.n}" if isinstance(value, Case) else ""


@pytest.mark.parametrize(("place", "case"), list(enumerate(CASES)), ids=_named)
def test_the_table_says_what_simulation_gives(place: int, case: Case) -> None:
    name, of, n, samples, *rates = written()[1 + place]
    assert (name, of, n, samples) == (case.name, case.of, f"{case.n:,}", f"{case.samples:,}")
    again = min(case.samples, 100 if name.startswith("Bootstrap") else 4000)

    for confidence, rate in zip(CONFIDENCES, rates, strict=True):
        said = float(rate) / 100
        error = sqrt(max(said * (1 - said), 0.005) * (1 / again + 1 / case.samples))
        assert case.rate(confidence, again, 1000 + place) == pytest.approx(
            said, abs=_ERRORS * error + 0.0005
        )


def test_the_page_has_one_line_for_each_case() -> None:
    assert written()[0] == list(HEADINGS)
    assert len(written()) == 1 + len(CASES)


def test_intervals_that_promise_to_cover_do() -> None:
    """Exact ones never cover less than they say; the others where their conditions hold."""
    for name, of, n, samples, *rates in written()[1:]:
        if name in ("Garwood", "Order statistics"):
            for confidence, rate in zip(CONFIDENCES, rates, strict=True):
                error = sqrt(confidence * (1 - confidence) / int(samples.replace(",", "")))
                assert float(rate) / 100 >= confidence - 3 * error, (name, of, n)
