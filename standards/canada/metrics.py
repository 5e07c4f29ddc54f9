"""How well Canada's service standards are kept, and what the service inventory says besides.

Each rule is the one the published tables follow, found by working them out again; docs/canada.md
says where they agree.
"""

from scorecard import elapsed, metric, rounded, share, sum, tally


def external(r):
    """Services for people and businesses outside government."""
    return r.service_scope.contains("EXTERN")


def reported(r):
    """Services that the Management Accountability Framework counts: external and enterprise."""
    return external(r) | r.service_scope.contains("ENTERPRISE")


def judged(r):
    """Standards with a target, a volume, and a count of what met the standard."""
    return (r.target > 0) & r.volume_meeting_target.known & (r.total_volume > 0)


def met(r):
    """The inventory rounds performance to four decimals before it is held against the target."""
    return rounded(r.volume_meeting_target / r.total_volume, 4) >= r.target


@metric(
    source="service_standards",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    decimals=2,
    title="Performance",
)
def performance(r):
    """Share of the year's volume for which the standard was kept."""
    return share(r.volume_meeting_target, of=r.total_volume)


@metric(
    source="service_standards",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    title="Service standards met",
)
def standards_met(r):
    """Share of the service standards of external services that reached their target.

    Standards without a target or without a volume cannot be judged and do not count.
    """
    return share(met(r), of=judged(r) & external(r))


@metric(
    source="service_standards",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    title="Service standards met, enterprise services included",
)
def standards_met_with_enterprise(r):
    """Share of the standards that reached their target, of external and of enterprise services.

    Indicator 2 of the Management Accountability Framework.
    """
    return share(met(r), of=judged(r) & reported(r))


@metric(
    source="services",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    title="Services with standards",
)
def services_with_standards(r):
    """Share of services that have at least one service standard, with a target or without.

    Indicator 1 of the Management Accountability Framework.
    """
    return share(r.standards > 0, of=reported(r))


@metric(
    source="services",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    title="Online interaction points in use",
)
def online_points_in_use(r):
    """Share of the online interaction points that apply to the services and are in use.

    Indicator 6 of the Management Accountability Framework: points are counted, not services.
    """
    scope, points = reported(r), online_points(r)
    return share(
        tally(*(scope & (point == "Y") for point in points)),
        of=tally(*(scope & point.one_of("Y", "N") for point in points)),
    )


@metric(
    source="services",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    title="Services improved lately",
)
def services_improved(r):
    """Share of services last improved on clients' feedback in the fiscal year or the one before.

    Indicator 8 of the Management Accountability Framework.
    """
    # Fiscal years are the days on which they begin; one begins 365 or 366 days after the other.
    age = elapsed(r.last_service_improvement, r.fiscal_yr, "days")
    return share((age >= 0) & (age <= 366), of=reported(r))


@metric(
    source="services",
    at="fiscal_yr",
    unit="percent",
    better="higher",
    title="Services online from end to end",
)
def online_end_to_end(r):
    """Share of services whose every applicable online interaction point is in use.

    Indicator 5 of the Management Accountability Framework. A service to which no point applies is
    not online.
    """
    points = online_points(r)
    any_on, any_off = points[0] == "Y", points[0] == "N"
    for point in points[1:]:
        any_on, any_off = any_on | (point == "Y"), any_off | (point == "N")
    return share(any_on & ~any_off, of=reported(r))


def online_points(r):
    """The six online interaction points: Y in use, N not in use, NA does not apply."""
    return (
        r.os_account_registration,
        r.os_authentication,
        r.os_application,
        r.os_decision,
        r.os_issuance,
        r.os_issue_resolution_feedback,
    )


def applications(column, channel):
    """Declare how many applications came in through a channel, where anybody counted them."""

    def counted(r):
        return sum(getattr(r, column), where=reported(r))

    counted.__name__ = column.replace("num_", "")
    counted.__doc__ = f"Applications received {channel}. Services that did not count are left out."
    return metric(
        source="services",
        at="fiscal_yr",
        unit="count",
        better="higher",
        title=f"Applications {channel}",
    )(counted)


applications("num_applications_online", "online")
applications("num_applications_by_phone", "by phone")
applications("num_applications_by_mail", "by mail")
applications("num_applications_in_person", "in person")
applications("num_applications_by_email", "by email")
applications("num_applications_by_fax", "by fax")
applications("num_applications_by_other", "by other channels")

performance.example([{"volume_meeting_target": 8672, "total_volume": 8760}], expect=98.9954)
performance.example([{"volume_meeting_target": 0, "total_volume": 50}], expect=0)
performance.example([{"volume_meeting_target": 10, "total_volume": 0}], expect=None)
performance.example([{"volume_meeting_target": None, "total_volume": 50}], expect=None)
