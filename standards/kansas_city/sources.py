"""What Kansas City's public 311 export of 2007 to 2020 holds: one row per case."""

from scorecard import date, integer, rule, source, text, timestamp

DAY = "%m/%d/%Y"

cases = source(
    "cases",
    title="311 cases",
    url="https://data.kcmo.org/",
    key="case_id",
    department="department",
    dimensions={
        "topic": "topic",
        "team": "team",
        "channel": "channel",
        "neighborhood": "neighborhood",
        "district": "district",
    },
    columns={
        "case_id": text("CASE ID", required=True),
        # The day and the time of day stand apart, and only the opening has a time of day.
        "opened_at": timestamp(("CREATION DATE", "CREATION TIME"), formats=[f"{DAY} %I:%M %p"]),
        "opened_on": date("CREATION DATE", formats=[DAY]),
        "closed_on": date("CLOSED DATE", formats=[DAY]),
        # Whole days from the opening to the closing. Cancelled cases have none.
        "days_to_close": integer("DAYS TO CLOSE", unit="days", minimum=0),
        # RESOL resolved, OPEN, ASSIG assigned (open too), CANC cancelled, DUP duplicate.
        "status": text(required=True, values=["RESOL", "OPEN", "ASSIG", "CANC", "DUP"]),
        # Y where the case took longer than the city's own estimate, which is not published.
        "late": text("EXCEEDED EST TIMEFRAME", values=["Y", "N"]),
        "department": text("DEPARTMENT"),
        "team": text("WORK GROUP"),
        "topic": text("CATEGORY"),
        "kind": text("TYPE"),
        "request": text("REQUEST TYPE"),
        "channel": text("SOURCE"),
        "neighborhood": text("NEIGHBORHOOD"),
        # Written 3.0 for 3.
        "district": integer("COUNCIL DISTRICT"),
    },
    rules=[
        rule(
            "closed-before-opened",
            lambda r: r.closed_on >= r.opened_on,
            "The case was closed before the day on which it was opened.",
        ),
    ],
)
