"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from scorecard.declare.moments import read_moment

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-10T17:00", datetime(2026, 2, 10, 22, tzinfo=UTC)),
        (" 2026-07-10 17:00 ", datetime(2026, 7, 10, 21, tzinfo=UTC)),
        ("2026-02-10T17:00+01:00", datetime(2026, 2, 10, 16, tzinfo=UTC)),
        ("2026-02-10", datetime(2026, 2, 11, 5, tzinfo=UTC)),
    ],
)
def test_a_moment_is_local_unless_it_has_an_offset_and_a_day_means_its_end(
    text: str, moment: datetime
):
    assert read_moment(text, NEW_YORK) == moment


def test_what_is_no_moment_is_refused():
    with pytest.raises(ValueError, match="soon"):
        read_moment("soon", NEW_YORK)
