"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo


def read_moment(text: str, zone: tzinfo, *, to_its_end: bool = False) -> datetime:
    """The instant, in UTC, that an ISO 8601 text means; local to `zone` without an offset.

    A day alone means its end, which is the next day's midnight, since what was known on that day
    includes what it brought, and a month is whole when its last day is;
    `to_its_end` takes a moment written to the second likewise. Raises ValueError where the text is
    no moment, or one that no calendar reaches.
    """
    text = text.strip()
    moment = datetime.fromisoformat(text)
    if len(text) <= len("2026-W07-3") and "T" not in text:
        if moment.date() == date.max:
            raise ValueError(text)
        moment += timedelta(days=1)
    elif to_its_end and "." not in text:
        moment = moment.replace(microsecond=999999)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error
