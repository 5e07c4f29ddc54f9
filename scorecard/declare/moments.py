"""Moments as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def read_moment(text: str, zone: tzinfo) -> datetime:
    """The instant, in UTC, that an ISO 8601 text means; local to `zone` without an offset.

    A day alone means its end, since what was known on that day includes what it brought. Raises
    ValueError where the text is no moment.
    """
    text = text.strip()
    moment = datetime.fromisoformat(text)
    if len(text) == 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    return moment.astimezone(UTC)
