"""How the service behind San Francisco's requests is measured: in days, never in hours.

`sources.py` says why. A request counts in the period in which it was made.
"""

from scorecard import backlog, count, elapsed, median, metric, percentile, share


@metric(
    source="requests",
    at="requested_on",
    unit="percent",
    better="higher",
    min_n=20,
    title="Closed by the day expected",
)
def closed_by_expected_day(r):
    """Share of the closed requests with an expected day that were closed on it or before.

    Requests that are still open do not count, however late: read it beside "Open past the day
    expected". Those for which nobody was told a day cannot be judged.
    """
    return share(r.closed_on <= r.expected_on, of=r.closed_on.known & r.expected_on.known)


@metric(
    source="requests",
    at="requested_on",
    unit="percent",
    better="higher",
    min_n=20,
    title="Told when to expect it",
)
def told_when(r):
    """Share of the requests for which the city says when to expect the service."""
    return share(r.expected_on.known)


@metric(
    source="requests",
    at="requested_on",
    unit="percent",
    better="higher",
    min_n=20,
    title="Closed so far",
)
def closed_so_far(r):
    """Share of the requests made in the period that the records show as closed."""
    return share(r.status == "Closed")


@metric(
    source="requests",
    at="requested_on",
    unit="days",
    better="lower",
    min_n=20,
    title="Median days to close",
)
def median_days_to_close(r):
    """Half of the closed requests took no longer, in whole days."""
    return median(elapsed(r.requested_on, r.closed_on, "days"))


@metric(
    source="requests",
    at="requested_on",
    unit="days",
    better="lower",
    min_n=20,
    title="Days to close nine in ten",
)
def days_to_close_p90(r):
    """Nine in ten of the closed requests took no longer, in whole days."""
    return percentile(elapsed(r.requested_on, r.closed_on, "days"), 0.9)


@metric(source="requests", at="requested_on", unit="count", better="lower", title="Requests made")
def requests_made(r):
    """Requests made in the period."""
    return count()


@metric(
    source="requests",
    at="requested_on",
    unit="count",
    better="lower",
    title="Open at the period's end",
)
def open_at_end(r):
    """Requests that stood open when the period ended."""
    return backlog(entered=r.requested_on, left=r.closed_on)


@metric(
    source="requests",
    at="requested_on",
    unit="count",
    better="lower",
    title="Open past the day expected",
)
def overdue_at_end(r):
    """Requests that stood open when the period ended, later than the day expected."""
    return backlog(entered=r.requested_on, left=r.closed_on, overdue=r.expected_on)


closed_by_expected_day.example(
    [
        {"requested_on": "2011-06-27", "expected_on": "2011-06-30", "closed_on": "2011-06-30"},
        {"requested_on": "2011-06-27", "expected_on": "2011-06-30", "closed_on": "2011-07-01"},
        {"requested_on": "2011-06-27", "expected_on": "2011-06-30", "closed_on": None},
        {"requested_on": "2011-06-27", "expected_on": None, "closed_on": "2011-06-28"},
    ],
    expect=50,
)
told_when.example(
    [
        {"requested_on": "2011-06-27", "expected_on": "2011-06-30"},
        {"requested_on": "2011-06-27", "expected_on": None},
    ],
    expect=50,
)
median_days_to_close.example(
    [
        {"requested_on": "2011-06-27", "closed_on": "2011-06-27"},
        {"requested_on": "2011-06-27", "closed_on": "2011-07-01"},
        {"requested_on": "2011-06-27", "closed_on": None},
    ],
    expect=2,
)
