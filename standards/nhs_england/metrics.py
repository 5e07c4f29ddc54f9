"""How the four-hour standard is measured: attendances are added up and divided once."""

from scorecard import metric, share, sum


@metric(
    source="attendances",
    at="period",
    unit="percent",
    better="higher",
    title="Within four hours",
)
def within_four_hours(r):
    """Share of attendances that were admitted, transferred or discharged within four hours.

    The records count attendances by kind, provider and month, and hold no single one.
    """
    return share(r.attendances - r.breaches, of=r.attendances)


@metric(source="attendances", at="period", unit="count", better="lower", title="Attendances")
def attended(r):
    """Attendances in the month, in all kinds of department."""
    return sum(r.attendances)


within_four_hours.example(
    [
        {"period": "2019-03-01", "attendances": 900, "breaches": 90},
        {"period": "2019-03-01", "attendances": 100, "breaches": 60},
    ],
    expect=85,
)
