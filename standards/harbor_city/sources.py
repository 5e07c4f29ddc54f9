"""What Harbor City's made-up records hold: requests, survey answers and contact-centre days."""

from scorecard import boolean, date, integer, looked_up, rule, source, text, timestamp

CHANNELS = ("Phone", "Web", "Mobile app", "Email", "In person")

requests = source(
    "requests",
    title="Service requests (synthetic)",
    key="request_id",
    department="department",
    dimensions={
        "topic": "topic",
        "team": "team",
        "channel": "channel",
        "neighborhood": "neighborhood",
    },
    columns={
        "request_id": text(required=True),
        # No date is required: a request keeps its place, and each metric says which it needs.
        "opened_at": timestamp(),
        "due_at": timestamp(planned=True),
        "closed_at": timestamp(),
        "status": text(values=("Open", "In progress", "Closed")),
        "department": text(),
        "team": text(),
        "topic": text(),
        # The city stopped taking requests by fax; those that still come in wait in quarantine.
        "channel": text(values=CHANNELS),
        "neighborhood": text(),
        "reopened": boolean(),
        # Blank where it was no phone or counter contact, or nobody asked.
        "first_contact_resolved": boolean(),
        "transfers": integer(minimum=0),
    },
    rules=[
        rule(
            "closed-before-opened",
            lambda r: r.closed_at >= r.opened_at,
            "The request was closed before it was opened.",
        ),
    ],
)

satisfaction = source(
    "satisfaction",
    title="Survey answers after a request is closed (synthetic)",
    key="answer_id",
    department="department",
    dimensions={"topic": "topic", "channel": "channel"},
    columns={
        "answer_id": text(required=True),
        "request_id": text(),
        "department": text(),
        "answered_at": timestamp(),
        "channel": text(values=CHANNELS),
        # 9 stood for "don't know" in an older form. It is no score, so such answers wait in
        # quarantine until the survey office says what they were.
        "score": integer(minimum=1, maximum=5),
        "ease": integer(minimum=1, maximum=5),
        "fairness": integer(minimum=1, maximum=5),
        "topic": looked_up(text(), source="requests", column="topic", by="request_id"),
    },
)

calls = source(
    "calls",
    title="Contact-centre days (synthetic)",
    key=("date", "department"),
    department="department",
    dimensions={"channel": "channel"},
    columns={
        "date": date(required=True),
        # Part of the key, so required: a day of nobody's could never be corrected by a later file.
        "department": text(required=True),
        "channel": text(values=CHANNELS),
        "calls_offered": integer(minimum=0),
        "calls_answered": integer(minimum=0),
        "calls_answered_within_30s": integer(minimum=0),
        "wait_seconds_total": integer(minimum=0),
    },
    rules=[
        rule(
            "more-answered-than-offered",
            lambda r: r.calls_answered <= r.calls_offered,
            "More calls were answered than came in.",
        ),
        rule(
            "more-prompt-than-answered",
            lambda r: r.calls_answered_within_30s <= r.calls_answered,
            "More calls were answered within 30 seconds than were answered.",
        ),
    ],
)
