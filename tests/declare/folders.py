"""A small organisation without mistakes, as files, for the tests of declarations to spoil."""

from __future__ import annotations

from pathlib import Path

ORGANISATION = """\
id = "smallville"
name = "Smallville"
time_zone = "America/New_York"
fiscal_year_start = 7

[[departments]]
id = "public-works"
name = "Public Works"
aliases = ["PWD"]
owner = "Director"

[[departments]]
id = "parks"
name = "Parks and Recreation"
aliases = ["PARKS DEPT", "Greens"]
teams = [{ id = "lawns", name = "Lawns" }, { id = "trees", name = "Trees" }]

[[people]]
id = "ann"
name = "Ann"
roles = ["auditor", "director"]
since = 2020-01-01
until = 2026-03-31

[[people]]
id = "bob"
name = "Bob"
roles = ["lead"]
departments = ["parks"]
"""

SOURCES = """\
from scorecard import boolean, fiscal_year, integer, looked_up, number, rule, source, text
from scorecard import timestamp

source(
    "requests",
    key="case_id",
    department="department",
    dimensions={"topic": "case_topic", "channel": "channel"},
    columns={
        "case_id": text(required=True),
        "opened_at": timestamp("open_dt"),
        "due_at": timestamp("target_dt", planned=True),
        "closed_at": timestamp("closed_dt"),
        "department": text("dept"),
        "case_topic": text("subject"),
        "channel": text(values=["phone", "web"]),
        "visits": integer(),
        "cost": number(),
        "wait": number(unit="minutes"),
        "urgent": boolean(),
        "region": looked_up(text(), source="places", column="region", by="case_topic"),
    },
    rules=[
        rule("closed-first", lambda r: r.closed_at >= r.opened_at, "Closed before opened."),
    ],
)

source(
    "places",
    key="place",
    columns={"place": text(), "region": text()},
)

source(
    "results",
    key=("year", "number"),
    columns={
        "year": fiscal_year("fiscal_yr"),
        "number": integer(),
        "title": text(),
        "owner": text(),
        "target": number(),
        "kept": integer(),
        "total": integer(),
    },
)
"""

METRICS = """\
from scorecard import count, elapsed, mean, metric, percentile, ratio, share, sum


@metric(source="requests", at="closed_at", unit="percent", better="higher", min_n=2)
def closed_on_time(r):
    \"\"\"Share of closed requests that were closed by their due date.\"\"\"
    return share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)


closed_on_time.example([{"case_id": "1", "visits": 2}], expect=None)


@metric(
    source="requests",
    at="closed_at",
    unit="days",
    better="lower",
    decimals=1,
)
def days_to_close(r):
    \"\"\"Nine requests in ten are closed within this many days.

    Those still open are not in it.
    \"\"\"
    return percentile(elapsed(r.opened_at, r.closed_at, "days"), 0.9)


@metric(source="requests", at="opened_at", unit="count", better="lower")
def opened(r):
    \"\"\"Requests opened.\"\"\"
    return count()


@metric(source="results", at="year", unit="percent", better="higher", title="Results kept")
def performance(r):
    \"\"\"Share of the volume that kept the standard.\"\"\"
    return share(r.kept, of=r.total)
"""

WORKS = """\
[[standard]]
id = "pothole-repair"
title = "Potholes are filled within three days"
metric = "days_to_close"
department = "public-works"
where = { topic = "Pothole" }
period = "month"
weight = 2
review = 2027-04-01
promise = { text = "Most potholes are fixed within a week", value = 7 }
expected = [
  { from = 2025-07-01, at_most = 5, tolerance = 1, source = "Council resolution 24-118" },
  { from = 2026-07-01, at_most = 3, tolerance = 1 },
]

[[standard]]
id = "closed-on-time"
title = "Requests are closed on time"
metric = "closed_on_time"
departments = "all"
owner = "City manager"
expected = [{ from = 2025-07-01, at_least = 90 }]

events = [{ on = 2026-03-09, text = "A second crew", kind = "action" }]

[standard.chart]
since = 2025-07-01
baseline = [{ until = 2026-01-01 }]
rebases = [
  { from = 2026-02-01, reason = "New contract", accepted = "Director, 2 May 2026" },
]
excluded = [
  { period = 2025-12-01, reason = "Ice storm" },
  { period = 2025-11-01, reason = "Strike" },
]

[standard.overrides.parks]
expected = [{ from = 2026-01-01, at_least = 85, tolerance = 2 }]
"""

TABLE = """\
[[table]]
file = "results.csv"
id = "result-{number}"
title = "title"
titles = { fr = "titre" }
metric = "performance"
department = "department"
where = { number = "{number}" }
from = "year"
value = "target"
scale = 100
kind = "at_least"
none = ["-"]
owner = "owner"
"""

RESULTS = """\
number,title,titre,department,year,target,owner
1,Calls answered,Appels,PWD,2024-25,0.8,Ann
1,Calls answered soon,Appels,PWD,2025-26,0.07,Bob
2,"Letters
answered",,parks,2025-07-01,-,
"""

GOOD = {
    "organisation.toml": ORGANISATION,
    "sources.py": SOURCES,
    "metrics.py": METRICS,
    "public_works.toml": WORKS,
}
WITH_TABLE = {**GOOD, "results.toml": TABLE, "results.csv": RESULTS}


def write(folder: Path, files: dict[str, str]) -> Path:
    """The folder with these files in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    return folder


def changed(files: dict[str, str], name: str, old: str, new: str) -> dict[str, str]:
    """The files with `old`, which must be there once, replaced by `new` in one of them."""
    assert files[name].count(old) == 1, f"{old!r} is {files[name].count(old)} times in {name}"
    return {**files, name: files[name].replace(old, new)}
