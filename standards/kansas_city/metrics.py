"""How the service behind Kansas City's 311 cases is measured.

The records have no due date: only a flag that says whether the city's own estimate was exceeded.
"""

from scorecard import age_of_open, backlog, count, median, metric, percentile, share


@metric(
    source="cases",
    at="opened_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Resolved within the city's estimate",
)
def resolved_on_time(r):
    """Share of the resolved cases opened in the period that the city does not flag as late.

    Cases that are open, cancelled or duplicates do not count, nor do those without a flag. So not
    resolving a late case costs nothing here: read it beside "Kept within the city's estimate".
    """
    return share(r.late == "N", of=(r.status == "RESOL") & r.late.known)


@metric(
    source="cases",
    at="opened_at",
    unit="percent",
    better="higher",
    min_n=20,
    title="Kept within the city's estimate",
)
def kept_within_estimate(r):
    """Share of the cases opened in the period that were resolved within the city's estimate.

    A case that is open and flagged as late counts as not kept. One that is open and not late has
    not had its chance yet; it does not count, nor do cancelled cases and duplicates.
    """
    open_and_late = ((r.status == "OPEN") | (r.status == "ASSIG")) & (r.late == "Y")
    resolved = (r.status == "RESOL") & r.late.known
    return share(resolved & (r.late == "N"), of=resolved | open_and_late)


@metric(
    source="cases",
    at="closed_on",
    unit="percent",
    better="higher",
    min_n=20,
    title="Closed within the city's estimate",
)
def closed_on_time(r):
    """Share of the cases resolved in the period that the city does not flag as late.

    Known in full when the period ends. By the day of opening it is not: of the cases opened lately
    those resolved first are the quick ones.
    """
    return share(r.late == "N", of=(r.status == "RESOL") & r.late.known)


@metric(
    source="cases",
    at="closed_on",
    unit="days",
    better="lower",
    min_n=20,
    title="Median days to resolve",
)
def median_days_to_resolve(r):
    """Half of the cases resolved in the period took no longer, in whole days."""
    return median(r.days_to_close, where=r.status == "RESOL")


@metric(
    source="cases",
    at="closed_on",
    unit="days",
    better="lower",
    min_n=20,
    title="Days to resolve nine in ten",
)
def days_to_resolve_p90(r):
    """Nine in ten of the cases resolved in the period took no longer, in whole days."""
    return percentile(r.days_to_close, 0.9, where=r.status == "RESOL")


@metric(source="cases", at="opened_at", unit="count", better="lower", title="Cases opened")
def cases_opened(r):
    """Cases opened in the period, whatever became of them."""
    return count()


@metric(
    source="cases",
    at="opened_on",
    unit="count",
    better="lower",
    title="Open at the period's end",
)
def open_at_end(r):
    """Cases that stood open when the period ended, whenever they were opened."""
    return backlog(entered=r.opened_on, left=r.closed_on)


@metric(
    source="cases",
    at="opened_on",
    unit="days",
    better="lower",
    min_n=20,
    title="Age of what is open",
)
def age_of_open_cases(r):
    """Mean age of the cases that stood open when the period ended."""
    return age_of_open(entered=r.opened_on, left=r.closed_on, unit="days")


resolved_on_time.example(
    [
        {"opened_at": "2019-03-01T09:00", "status": "RESOL", "late": "N"},
        {"opened_at": "2019-03-02T09:00", "status": "RESOL", "late": "Y"},
        {"opened_at": "2019-03-03T09:00", "status": "RESOL", "late": None},
        {"opened_at": "2019-03-04T09:00", "status": "OPEN", "late": "Y"},
        {"opened_at": "2019-03-05T09:00", "status": "CANC", "late": "N"},
    ],
    expect=50,
)
kept_within_estimate.example(
    [
        {"opened_at": "2019-03-01T09:00", "status": "RESOL", "late": "N"},
        {"opened_at": "2019-03-02T09:00", "status": "RESOL", "late": "Y"},
        {"opened_at": "2019-03-04T09:00", "status": "OPEN", "late": "Y"},
        {"opened_at": "2019-03-04T09:00", "status": "ASSIG", "late": "Y"},
        {"opened_at": "2019-03-04T09:00", "status": "OPEN", "late": "N"},
        {"opened_at": "2019-03-05T09:00", "status": "DUP", "late": "N"},
    ],
    expect=25,
)
closed_on_time.example(
    [
        {"closed_on": "2019-03-05", "status": "RESOL", "late": "N"},
        {"closed_on": "2019-03-05", "status": "RESOL", "late": "Y"},
        {"closed_on": "2019-03-06", "status": "RESOL", "late": "N"},
        {"closed_on": "2019-03-06", "status": "DUP", "late": "Y"},
        {"closed_on": None, "status": "OPEN", "late": "Y"},
    ],
    expect=66.7,
)
median_days_to_resolve.example(
    [
        {"closed_on": "2019-03-05", "status": "RESOL", "days_to_close": 2},
        {"closed_on": "2019-03-06", "status": "RESOL", "days_to_close": 5},
        {"closed_on": "2019-03-07", "status": "CANC", "days_to_close": None},
        {"closed_on": "2019-03-08", "status": "DUP", "days_to_close": 90},
    ],
    expect=3.5,
)
open_at_end.example(
    [
        {"opened_on": "2019-03-01", "closed_on": "2019-03-31"},
        {"opened_on": "2019-03-01", "closed_on": "2019-04-01"},
        {"opened_on": "2019-03-31", "closed_on": None},
        {"opened_on": "2019-04-01", "closed_on": None},
    ],
    expect=2,
    known_until="2019-04-01T00:00:00-05:00",
)
