"""The small town with a second source, calls, and metrics derived from both."""

from __future__ import annotations

from pathlib import Path

from tests.small_town import write_town

SOURCES = """

calls = source(
    "calls",
    key="id",
    department="department",
    dimensions={"topic": "subject"},
    columns={
        "id": text(required=True),
        "called_at": timestamp(),
        "department": text(),
        "subject": text(),
    },
)
"""
METRICS = '''

from scorecard import change, count, derived, previous, rolling

@metric(source="requests", at="closed_at", unit="count", better="higher")
def requests_closed(r):
    """Requests closed."""
    return count()

@metric(source="calls", at="called_at", unit="count", better="lower")
def contacts(r):
    """Calls."""
    return count()

@derived(unit="number", better="lower")
def contacts_per_request(m):
    """Contacts for each request that was closed."""
    return m.contacts / m.requests_closed

@derived(unit="percent", better="higher", min_n=2)
def on_time_two_months(m):
    """Share of the requests closed in two months that were closed by their due date."""
    return rolling(m.closed_on_time, 2)

@derived(unit="percent", better="higher")
def on_time_against_last_month(m):
    """Percentage points more than the month before."""
    return change(m.closed_on_time, 1)

@derived(unit="percent", better="higher")
def on_time_last_month(m):
    """Share of the requests closed in the month before that were closed by their due date."""
    return previous(m.closed_on_time, 1)
'''
STANDARDS = """
[[standard]]
id = "contacts-per-request"
title = "Nobody has to ask twice"
metric = "contacts_per_request"
departments = "all"
owner = "Town manager"
expected = [{ from = 2026-01-01, at_most = 1 }]

[[standard]]
id = "contacts-per-pothole"
title = "Nobody has to ask twice about a pothole"
metric = "contacts_per_request"
department = "works"
where = { topic = "Pothole" }
owner = "Town manager"
expected = [{ from = 2026-01-01, at_most = 1 }]

[[standard]]
id = "on-time-two-months"
title = "Closed on time over two months"
metric = "on_time_two_months"
departments = "all"
owner = "Town manager"
expected = [{ from = 2026-01-01, at_least = 60 }]

[[standard]]
id = "better-than-before"
title = "Better than the month before"
metric = "on_time_against_last_month"
departments = "all"
owner = "Town manager"
expected = [{ from = 2026-01-01, at_least = 1 }]

[[standard]]
id = "on-time-last-month"
title = "Closed on time the month before"
metric = "on_time_last_month"
departments = "all"
owner = "Town manager"
expected = [{ from = 2026-01-01, at_least = 60 }]

[[standard]]
id = "potholes-on-time-last-month"
title = "Potholes closed on time the month before"
metric = "on_time_last_month"
departments = "all"
where = { topic = "Pothole" }
owner = "Town manager"
expected = [{ from = 2026-01-01, at_least = 60 }]
"""
# Nobody of Works called in March; the calls are known a day further than the requests.
CALLS = """\
id,called_at,department,subject
1,2026-01-05T10:00:00-05:00,Works,Pothole
2,2026-01-06T10:00:00-05:00,Works,Light
3,2026-01-06T11:00:00-05:00,Parks,Tree
4,2026-02-06T10:00:00-05:00,Works,Pothole
5,2026-02-07T10:00:00-05:00,Works,Pothole
6,2026-03-05T10:00:00-05:00,Parks,Tree
"""


def write_derived_town(folder: Path) -> tuple[Path, dict[str, Path]]:
    """Write declarations and records; gives the folder of the first and the file of each source."""
    standards, records = write_town(folder)
    for name, text in (("sources.py", SOURCES), ("metrics.py", METRICS)):
        with (standards / name).open("a", encoding="utf-8") as file:
            file.write(text)
    (standards / "derived.toml").write_text(STANDARDS, encoding="utf-8")
    calls = folder / "calls.csv"
    calls.write_text(CALLS, encoding="utf-8")
    return standards, {"requests": records, "calls": calls}
