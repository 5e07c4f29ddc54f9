"""What has to be measured again since the last run: all periods, the touched ones, or none.

A figure of a period can only be another than it was where a row came into the period, left it or
changed in it, where the period came into view, or where something was declared anew. Landing keeps
which days each import touched; the last run keeps what was declared then, and which state of the
records it read. Whatever is not known to be as it was is measured in full.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from scorecard.declare.expressions import KnownUntil
from scorecard.declare.load import Declarations
from scorecard.declare.periods import Grain, containing
from scorecard.declare.vocabulary import Mean, Percentile, Stock
from scorecard.ledger.scope import Pair, Stretches
from scorecard.ledger.tables import Run
from scorecard.measure.around import KEPT
from scorecard.measure.days import last_known_day
from scorecard.measure.engine import Records
from scorecard.measure.observations import looked_up_by
from scorecard.measure.plan import MOST_PERIODS, Cut, DerivedCut
from scorecard.observe.touched import Days, fewest, joined, touched_since
from scorecard.workspace import Workspace

# A row is held against every stretch of days; so many, and no more, cost little.
_MOST_STRETCHES = 12
_DAYS: dict[Grain, int] = {
    "day": 1,
    "week": 7,
    "month": 28,
    "quarter": 90,
    "fiscal_quarter": 90,
    "year": 365,
    "fiscal_year": 365,
}
_FIRST_DAY = date(2, 1, 1)

Plan = dict[str, dict[str, str]]


def plan_of(declarations: Declarations, wanted: Iterable[Cut], engine: str) -> Plan:
    """By metric, by grain: a fingerprint of all but the records that decides the figures.

    `engine` names what computes them, its version included.
    """
    organisation = declarations.organisation
    common = [
        engine,
        organisation.time_zone,
        organisation.fiscal_year_start,
        organisation.calendar.model_dump(mode="json"),
        sorted(organisation.department_of.items()),
    ]
    found: Plan = defaultdict(dict)
    for cut in wanted:
        read = [cut.metric.source, *sorted(looked_up_by(cut, declarations))]
        decides = [
            common,
            cut.metric.fingerprint,
            [sorted(cut.levels), cut.lone_tops],
            [declarations.sources[name].fingerprint for name in read],
            # Figures measured before this was kept are measured once more.
            *([KEPT] if isinstance(cut.metric.aggregate, Mean | Percentile) else []),
        ]
        found[cut.metric.name][cut.grain] = _fingerprint(decides)
    return dict(found)


def derived_plan(derived: Iterable[DerivedCut]) -> Plan:
    """The same of derived metrics: what decides their inputs stands in those inputs' own plan."""
    found: Plan = defaultdict(dict)
    for cut in derived:
        decides = [cut.metric.fingerprint, sorted(cut.levels)]
        found[cut.metric.name][cut.grain] = _fingerprint(decides)
    return dict(found)


def untouched_derived(
    derived: Iterable[DerivedCut], measured: Mapping[Pair, Stretches], plan: Plan, last: Run
) -> list[Pair]:
    """The derived metrics and grains of which no input was measured again, declared as before."""
    return [
        (cut.metric.name, cut.grain)
        for cut in derived
        if all(measured.get((one.name, cut.grain)) == () for one in cut.metric.measured)
        and _planned(last.plan or {}, cut) == _planned(plan, cut)
    ]


def since_last_run(
    wanted: Iterable[Cut],
    declarations: Declarations,
    tables: Mapping[str, Records],
    workspace: Workspace,
    plan: Plan,
    last: Run,
) -> list[Cut]:
    """The cuts, each with the days whose periods have to be measured again."""
    organisation = declarations.organisation
    touched: dict[str, dict[str, Days] | None] = {
        name: touched_since(
            workspace,
            organisation.id,
            declarations.sources[name],
            table.version,
            last.sources.get(name, {}),
            organisation.zone,
        )
        for name, table in tables.items()
    }
    before = last.plan or {}
    return [
        replace(
            cut,
            days=_days(cut, declarations, tables, touched, last.sources)
            if _planned(before, cut) == _planned(plan, cut)
            else None,
        )
        for cut in wanted
    ]


def stretches(cut: Cut, declarations: Declarations) -> Stretches | None:
    """The first days of the periods that a cut measures again; None for all."""
    if cut.days is None:
        return None
    start = declarations.organisation.fiscal_year_start
    return tuple((containing(first, cut.grain, start).start, last) for first, last in cut.days)


def only(wanted: Iterable[Cut], declarations: Declarations) -> dict[Pair, Stretches]:
    """The cuts that are not measured in full, with the periods that are."""
    found = {(cut.metric.name, cut.grain): stretches(cut, declarations) for cut in wanted}
    return {pair: some for pair, some in found.items() if some is not None}


def _fingerprint(decides: object) -> str:
    return hashlib.sha256(json.dumps(decides, ensure_ascii=False).encode()).hexdigest()


def _planned(plan: Mapping[str, Mapping[str, str]], cut: Cut | DerivedCut) -> str | None:
    return plan.get(cut.metric.name, {}).get(cut.grain)


def _days(
    cut: Cut,
    declarations: Declarations,
    tables: Mapping[str, Records],
    touched: Mapping[str, dict[str, Days] | None],
    before: Mapping[str, Mapping[str, Any]],
) -> Days | None:
    metric = cut.metric
    changed = {
        name: table.commit is None or table.commit != before.get(name, {}).get("commit")
        for name, table in tables.items()
    }
    looked_up = looked_up_by(cut, declarations)
    if not any(changed[name] for name in {metric.source, *looked_up}):
        return ()
    # A row of a source that is looked up in may count for rows of any day.
    if any(changed[name] for name in looked_up):
        return None
    of_source = touched[metric.source]
    now, then = tables[metric.source].moment, before[metric.source].get("moment")
    if of_source is None or metric.at not in of_source or now is None or then is None:
        return None
    known = datetime.fromisoformat(then)
    # What stands at a period's end depends on the rows of all periods before it.
    if isinstance(metric.aggregate, Stock) or now < known:
        return None
    days = list(of_source[metric.at])
    zone = declarations.organisation.zone
    if now > known:
        if metric.aggregate.reads(KnownUntil):
            return None
        days.append((last_known_day(known, zone), now.astimezone(zone).date()))
    # Periods that fall behind the most that are measured: their figures are withdrawn.
    behind = timedelta(days=(MOST_PERIODS - 2) * _DAYS[cut.grain])
    latest = last_known_day(now, zone)
    if latest - _FIRST_DAY > behind:
        days.append((_FIRST_DAY, latest - behind))
    return fewest(joined(days), _MOST_STRETCHES)
