"""How service is measured in Harbor City."""

from scorecard import (
    age_of_open,
    backlog,
    count,
    elapsed,
    known_until,
    mean,
    median,
    metric,
    percentile,
    rate,
    ratio,
    share,
    sum,
    working_days,
)


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
    """Half of the requests closed in the period took no longer than this."""
    return median(elapsed(r.opened_at, r.closed_at, "days"))


@metric(
    source="requests",
    at="closed_at",
    unit="days",
    better="lower",
    min_n=20,
    title="Days to close nine in ten",
)
def days_to_close_p90(r):
    """Nine in ten of the requests closed in the period took no longer than this."""
    return percentile(elapsed(r.opened_at, r.closed_at, "days"), 0.9)


@metric(
    source="requests",
    at="opened_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Settled at first contact",
)
def settled_at_first_contact(r):
    """Share of the requests made by phone or at the counter that were settled there and then.

    Requests for which nobody noted whether they were settled do not count.
    """
    return share(r.first_contact_resolved, of=r.first_contact_resolved.known)


@metric(
    source="requests",
    at="opened_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="With the right team at once",
)
def right_team_first(r):
    """Share of the requests opened in the period that were not passed from team to team."""
    return share(r.transfers == 0, of=r.transfers.known)


@metric(
    source="requests",
    at="closed_at",
    unit="percent",
    better="lower",
    min_n=20,
    title="Reopened",
)
def reopened(r):
    """Share of the requests closed in the period that had been opened again by the person."""
    return share(r.reopened, of=r.reopened.known)


@metric(
    source="requests", at="due_at", unit="count", better="lower", title="Overdue and still open"
)
def overdue_still_open(r):
    """Requests that fell due in the period and are still open."""
    return count(where=r.closed_at.missing & (r.due_at <= known_until()))


@metric(
    source="requests",
    at="opened_at",
    unit="number",
    better="lower",
    min_n=20,
    title="Transfers for every 100 requests",
)
def transfers_per_hundred(r):
    """How often requests were passed on from team to team, for every 100 opened in the period."""
    return rate(sum(r.transfers), count(r.transfers.known), per=100)


@metric(
    source="requests",
    at="opened_at",
    unit="count",
    better="lower",
    title="Open at the period's end",
)
def open_at_end(r):
    """Requests that stood open when the period ended, whenever they were made."""
    return backlog(entered=r.opened_at, left=r.closed_at)


@metric(
    source="requests",
    at="opened_at",
    unit="count",
    better="lower",
    title="Past due at the period's end",
)
def past_due_at_end(r):
    """Requests that stood open and past their due date when the period ended."""
    return backlog(entered=r.opened_at, left=r.closed_at, overdue=r.due_at)


@metric(
    source="requests",
    at="opened_at",
    unit="days",
    better="lower",
    min_n=20,
    title="Age of what is open",
)
def age_of_open_requests(r):
    """Mean age of the requests that stood open when the period ended."""
    return age_of_open(entered=r.opened_at, left=r.closed_at, unit="days")


@metric(
    source="requests",
    at="closed_at",
    unit="days",
    better="lower",
    min_n=20,
    title="Working days to close nine in ten",
)
def working_days_to_close_p90(r):
    """Nine in ten of the requests closed in the period took no more working days than this."""
    return percentile(working_days(r.opened_at, r.closed_at), 0.9)


@metric(source="requests", at="opened_at", unit="count", better="lower", title="Requests opened")
def requests_opened(r):
    """Requests opened in the period."""
    return count()


@metric(
    source="satisfaction",
    at="answered_at",
    unit="number",
    better="higher",
    min_n=20,
    title="Satisfaction score",
)
def satisfaction_score(r):
    """Mean score, from 1 to 5, that people gave after their request was closed.

    It speaks for those who answered: about one in eight of those whose request was closed.
    """
    return mean(r.score)


@metric(
    source="satisfaction",
    at="answered_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Satisfied",
)
def satisfied(r):
    """Share of the people who gave a score and gave 4 or 5 of 5."""
    return share(r.score >= 4, of=r.score.known)


@metric(
    source="satisfaction",
    at="answered_at",
    unit="number",
    better="higher",
    min_n=20,
    title="Ease score",
)
def ease_score(r):
    """Mean score, from 1 to 5, for how easy it was to make the request."""
    return mean(r.ease)


@metric(
    source="satisfaction",
    at="answered_at",
    unit="number",
    better="higher",
    min_n=20,
    title="Fairness score",
)
def fairness_score(r):
    """Mean score, from 1 to 5, for how fairly people felt treated."""
    return mean(r.fairness)


@metric(
    source="calls",
    at="date",
    unit="percent",
    better="higher",
    min_n=50,
    title="Calls answered within 30 seconds",
)
def answered_within_30s(r):
    """Share of the answered calls that were answered within 30 seconds.

    Calls that were given up do not count: read it beside "Calls given up".
    """
    return share(r.calls_answered_within_30s, of=r.calls_answered)


@metric(source="calls", at="date", unit="percent", better="lower", min_n=50, title="Calls given up")
def calls_given_up(r):
    """Share of the calls that came in and were given up before anybody answered."""
    return share(r.calls_offered - r.calls_answered, of=r.calls_offered)


@metric(
    source="calls", at="date", unit="seconds", better="lower", min_n=10, title="Seconds to answer"
)
def seconds_to_answer(r):
    """Mean waiting time of the answered calls; it is judged from ten days with calls upwards."""
    return ratio(sum(r.wait_seconds_total), sum(r.calls_answered))


_ON_TIME, _LATE = "2026-07-02T10:00:00-04:00", "2026-07-02T09:59:59-04:00"

closed_on_time.example(
    [
        {"closed_at": "2026-07-02T10:00:00-04:00", "due_at": _ON_TIME},
        {"closed_at": "2026-07-02T10:00:00-04:00", "due_at": _LATE},
        {"closed_at": "2026-07-02T10:00:00-04:00", "due_at": None},
        {"closed_at": None, "due_at": _LATE},
    ],
    expect=50,
)
median_days_to_close.example(
    [
        {"opened_at": "2026-07-01T10:00:00-04:00", "closed_at": "2026-07-02T10:00:00-04:00"},
        {"opened_at": "2026-07-01T10:00:00-04:00", "closed_at": "2026-07-04T10:00:00-04:00"},
        {"opened_at": None, "closed_at": "2026-07-09T10:00:00-04:00"},
    ],
    expect=2,
)
settled_at_first_contact.example(
    [
        {"first_contact_resolved": True},
        {"first_contact_resolved": False},
        {"first_contact_resolved": None},
    ],
    expect=50,
)
satisfaction_score.example([{"score": 5}, {"score": 2}, {"score": None}], expect=3.5)
satisfaction_score.example([{"score": None}], expect=None)
answered_within_30s.example(
    [
        {"calls_answered_within_30s": 9, "calls_answered": 10},
        {"calls_answered_within_30s": 0, "calls_answered": 30},
    ],
    expect=22.5,
)
calls_given_up.example(
    [
        {"calls_offered": 10, "calls_answered": 10},
        {"calls_offered": 30, "calls_answered": 20},
    ],
    expect=25,
)
# Friday afternoon to Monday is one working day; over the holiday of 3 July, from Thursday, too.
working_days_to_close_p90.example(
    [{"opened_at": "2026-07-10T16:00:00-04:00", "closed_at": "2026-07-13T09:00:00-04:00"}],
    expect=1,
)
working_days_to_close_p90.example(
    [{"opened_at": "2026-07-02T16:00:00-04:00", "closed_at": "2026-07-06T09:00:00-04:00"}],
    expect=1,
)
past_due_at_end.example(
    [
        {"opened_at": "2026-07-01T10:00:00-04:00", "due_at": "2026-07-02T10:00:00-04:00"},
        {
            "opened_at": "2026-07-01T10:00:00-04:00",
            "due_at": "2026-07-02T10:00:00-04:00",
            "closed_at": "2026-07-09T10:00:00-04:00",
        },
    ],
    expect=1,
)
transfers_per_hundred.example([{"transfers": 1}, {"transfers": 0}, {"transfers": None}], expect=50)
