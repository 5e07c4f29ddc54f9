"""What NHS England's monthly accident and emergency figures hold: one row per kind and provider."""

from scorecard import date, integer, rule, source, text

attendances = source(
    "attendances",
    title="Accident and emergency attendances",
    url="https://www.england.nhs.uk/statistics/statistical-work-areas/ae-waiting-times-and-activity/",
    key=("period", "org_code", "type"),
    department="type",
    dimensions={"organisation": "org_code"},
    columns={
        # The first day of the month.
        "period": date(required=True),
        # The code of a trust or another provider. Names are not in the records.
        "org_code": text(required=True),
        # 1 major, 2 single specialty, other: minor injury units and walk-in centres.
        "type": text(required=True, values=["1", "2", "other"]),
        "attendances": integer(required=True, minimum=0),
        # Attendances that lasted longer than four hours. Whole numbers are written 2879.0.
        "breaches": integer(required=True, minimum=0),
        # Emergency admissions by way of the department.
        "admissions": integer(required=True, minimum=0),
    },
    rules=[
        rule(
            "breaches-above-attendances",
            lambda r: r.breaches <= r.attendances,
            "More attendances lasted over four hours than there were.",
        ),
    ],
)
