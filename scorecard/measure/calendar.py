"""Handing an engine the organisation's calendar, spread over the days its records need."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from scorecard.declare.load import Declarations
from scorecard.declare.sources import Source
from scorecard.declare.vocabulary import Column
from scorecard.measure.days import local_day
from scorecard.measure.engine import Engine
from scorecard.measure.observations import observations
from scorecard.measure.statement import within
from scorecard.measure.working_time import FIRST, LAST, Moments, WorkingTime, working_time


def provide_calendar(
    moments: Moments,
    source: Source,
    declarations: Declarations,
    engine: Engine,
    known_until: datetime,
) -> WorkingTime | None:
    """The calendar from the first to the last of the moments, which `engine` holds from now on.

    None where no moment is asked for.
    """
    if not moments:
        return None
    zone = declarations.organisation.zone
    names = {m.name for m, _ in moments.values() if isinstance(m, Column)}
    days = [known_until.astimezone(zone).date()]
    if names:
        rows = observations(source, declarations.sources, names)
        bounds = [
            sa.cast(bound(rows.c[name]).filter(within(rows.c[name], FIRST, LAST, zone)), sa.Text())
            for name in sorted(names)
            for bound in (sa.func.min, sa.func.max)
        ]
        [found] = engine.rows(sa.select(*bounds))
        days += [local_day(text, zone) for text in found if text is not None]
    calendar = working_time(declarations.organisation.calendar, zone, min(days), max(days))
    for name, columns in calendar.tables.items():
        engine.provide(name, columns)
    return calendar
