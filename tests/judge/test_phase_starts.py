"""From dates to places: what is found, and what is refused with the nearest named."""

from __future__ import annotations

from datetime import date

import pytest

from scorecard.errors import JudgeError
from scorecard.judge.phase_starts import missing_periods, phase_starts

MONTHS = [date(2026, month, 1) for month in range(1, 7)]


def test_dates_become_the_places_of_their_periods() -> None:
    assert phase_starts(MONTHS, []) == ()
    assert phase_starts(MONTHS, [date(2026, 5, 1), date(2026, 3, 1)]) == (2, 4)


@pytest.mark.parametrize(
    ("day", "nearest"),
    [
        (date(2026, 3, 15), "2026-03-01 and 2026-04-01"),
        (date(2025, 3, 1), "2026-01-01"),
        (date(2027, 3, 1), "2026-06-01"),
    ],
)
def test_a_date_on_which_no_period_begins_is_refused_and_the_nearest_named(
    day: date, nearest: str
) -> None:
    with pytest.raises(
        JudgeError, match=rf"^rebase-no-period: .*The nearest begin on {nearest}\.$"
    ):
        phase_starts(MONTHS, [day])


@pytest.mark.parametrize(
    ("periods", "dates", "code"),
    [
        ([], [date(2026, 1, 1)], "rebase-no-period"),
        (MONTHS, [date(2026, 1, 1)], "rebase-at-start"),
        (MONTHS, [date(2026, 2, 1)] * 2, "place-repeated"),
        ([*MONTHS, date(2026, 6, 1)], [], "periods-repeated"),
        (MONTHS[::-1], [], "periods-out-of-order"),
    ],
)
def test_what_cannot_be_meant_is_refused(periods: list[date], dates: list[date], code: str) -> None:
    with pytest.raises(JudgeError) as refused:
        phase_starts(periods, dates)
    assert refused.value.code == code


def test_gaps_in_time_are_named() -> None:
    assert missing_periods([MONTHS[0], MONTHS[3]], MONTHS[:4]) == (MONTHS[1], MONTHS[2])
    assert missing_periods(MONTHS, MONTHS) == ()
    assert missing_periods([], MONTHS[:1]) == (MONTHS[0],)
    with pytest.raises(JudgeError, match="periods-repeated"):
        missing_periods([MONTHS[0]] * 2, MONTHS)
