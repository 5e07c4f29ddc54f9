"""What San Francisco's Open311 service answers: one service request of GeoReport v2 per row."""

from scorecard import date, rule, source, text

requests = source(
    "requests",
    title="311 service requests (Open311)",
    url="http://wiki.open311.org/GeoReport_v2/Servers/",
    open311=True,
    key="service_request_id",
    department="agency",
    dimensions={"topic": "topic", "zip_code": "zip_code"},
    columns={
        "service_request_id": text(required=True),
        "status": text(required=True, values=["Open", "Closed"]),
        "topic": text("service_name"),
        "service_code": text(),
        "agency": text("agency_responsible", optional=True),
        # The hours are written from 1 to 12 without morning or afternoon, so that an instant may be
        # wrong by half a day. The day is right either way, and is all that is taken.
        "requested_on": date("requested_datetime"),
        "expected_on": date("expected_datetime", planned=True),
        # The last change; the records have one on closed requests alone, so it is their closing.
        "closed_on": date("updated_datetime"),
        # Written as a number, and 0 where it is not known.
        "zip_code": text("zipcode", optional=True, blank=["0"]),
    },
    rules=[
        rule(
            "closed-before-requested",
            lambda r: r.closed_on >= r.requested_on,
            "The request was closed before the day on which it was made.",
        ),
        rule(
            "status-without-its-date",
            lambda r: (r.status == "Closed") == r.closed_on.known,
            "An open request has a day of closing, or a closed one has none.",
        ),
    ],
)
