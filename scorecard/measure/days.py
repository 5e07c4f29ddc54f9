"""Local days of moments."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


def last_known_day(known_until: datetime, zone: ZoneInfo) -> date:
    """The local day on which the data's knowledge ends; an end at midnight is the day before."""
    return (known_until.astimezone(zone) - timedelta(microseconds=1)).date()


def local_day(text: str, zone: ZoneInfo) -> date:
    """The local day of a date or of an instant, as an engine writes them."""
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).astimezone(zone).date()
