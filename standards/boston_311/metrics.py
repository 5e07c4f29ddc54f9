"""How the service behind Boston's 311 requests is measured."""

from scorecard import count, elapsed, known_until, median, metric, percentile, share


@metric(
    source="requests",
    at="closed_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Closed on time",
)
def closed_on_time(r):
    """Share of the requests closed in the period that were closed by their due date.

    Requests that are still open do not count, so not closing an overdue one costs nothing here:
    read it beside "Kept by the due date".
    """
    return share(r.closed_at <= r.due_at, of=r.closed_at.known & r.due_at.known)


@metric(
    source="requests",
    at="due_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Kept by the due date",
)
def kept_by_due(r):
    """Share of the requests falling due in the period that were closed by their due date.

    A request that is still open counts as not kept. One that falls due after the last moment the
    records know has not had its chance yet and does not count.
    """
    return share(r.closed_at.known & (r.closed_at <= r.due_at), of=r.due_at <= known_until())


@metric(
    source="requests",
    at="closed_at",
    unit="days",
    better="lower",
    min_n=20,
    title="Median days to close",
)
def median_days_to_close(r):
    """Half of the requests closed in the period that had a due date took no longer."""
    return median(elapsed(r.opened_at, r.closed_at, "days"), where=r.due_at.known)


@metric(
    source="requests",
    at="closed_at",
    unit="days",
    better="lower",
    min_n=20,
    title="Days to close nine in ten",
)
def days_to_close_p90(r):
    """Nine in ten of the requests closed in the period that had a due date took no longer."""
    return percentile(elapsed(r.opened_at, r.closed_at, "days"), 0.9, where=r.due_at.known)


@metric(
    source="requests",
    at="closed_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Flagged on time by the city",
)
def flagged_on_time(r):
    """Share of the requests closed in the period that the city's own flag calls on time.

    Over the same requests as "Closed on time", so that the two can be compared.
    """
    return share(r.city_on_time == "ONTIME", of=r.closed_at.known & r.due_at.known)


@metric(
    source="requests", at="due_at", unit="count", better="lower", title="Overdue and still open"
)
def overdue_still_open(r):
    """Requests that fell due in the period and are still open."""
    return count(where=r.closed_at.missing & (r.due_at <= known_until()))


@metric(source="requests", at="opened_at", unit="count", better="lower", title="Requests opened")
def requests_opened(r):
    """Requests opened in the period."""
    return count()


closed_on_time.example(
    [
        {"closed_at": "2026-07-02T10:00:00-04:00", "due_at": "2026-07-02T10:00:00-04:00"},
        {"closed_at": "2026-07-02T10:00:00-04:00", "due_at": "2026-07-02T09:59:59-04:00"},
        {"closed_at": "2026-07-02T10:00:00-04:00", "due_at": None},
        {"closed_at": None, "due_at": "2026-07-01T10:00:00-04:00"},
    ],
    expect=50,
)
median_days_to_close.example(
    [
        {
            "opened_at": "2026-07-01T10:00:00-04:00",
            "closed_at": "2026-07-02T10:00:00-04:00",
            "due_at": "2026-07-03T10:00:00-04:00",
        },
        {
            "opened_at": "2026-07-01T10:00:00-04:00",
            "closed_at": "2026-07-04T10:00:00-04:00",
            "due_at": "2026-07-03T10:00:00-04:00",
        },
        {
            "opened_at": None,
            "closed_at": "2026-07-09T10:00:00-04:00",
            "due_at": "2026-07-03T10:00:00-04:00",
        },
    ],
    expect=2,
)
