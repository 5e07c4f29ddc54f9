"""What Boston's public 311 export holds: one row per case, from two case systems."""

from scorecard import rule, source, text, timestamp

requests = source(
    "requests",
    title="311 service requests",
    url="https://data.boston.gov/dataset/311-service-requests",
    key="case_id",
    department="department",
    dimensions={
        "topic": "topic",
        "team": "team",
        "channel": "channel",
        "neighborhood": "neighborhood",
    },
    columns={
        "case_id": text(required=True),
        # No date is required: a case keeps its place, and each metric says which dates it needs.
        "opened_at": timestamp("open_date"),
        "due_at": timestamp("target_close_date", planned=True),
        "closed_at": timestamp("close_date"),
        # The city's own judgement. It is kept beside the dates because it sometimes differs.
        "city_on_time": text("on_time", optional=True),
        "status": text("case_status", optional=True),
        "department": text("assigned_department"),
        "team": text("assigned_team", optional=True),
        "topic": text("case_topic", optional=True),
        "service": text("service_name", optional=True),
        "channel": text("report_source", optional=True),
        "neighborhood": text(optional=True),
        "ward": text(optional=True),
        "zip_code": text(optional=True),
    },
    rules=[
        rule(
            "closed-before-opened",
            lambda r: r.closed_at >= r.opened_at,
            "The case was closed before it was opened.",
        ),
    ],
)
