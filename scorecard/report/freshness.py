"""Whether the figures are those of today's records and definitions; if not, what to do."""

from __future__ import annotations

import json

from scorecard.declare.breakdowns import breakdowns
from scorecard.declare.load import Declarations
from scorecard.declare.standards import scope_text
from scorecard.declare.standards_check import scope_names
from scorecard.ledger.measurements import current
from scorecard.ledger.runs import latest_run
from scorecard.ledger.session import Ledger
from scorecard.ledger.tables import Run
from scorecard.measure.engines import IN_PLACE, landed_tables
from scorecard.measure.plan import derived_cuts
from scorecard.measure.touched import derived_plan
from scorecard.workspace import Workspace


def stale(declarations: Declarations, ledger: Ledger, workspace: Workspace) -> list[str]:
    """What has changed since the last measuring, a sentence each; empty where nothing has.

    A figure of another definition than today's is not shown, so it is said that it is missing.
    """
    organisation = declarations.organisation.id
    run = latest_run(ledger, organisation)
    if run is None:
        return []
    # Nothing tells whether records in a database have changed, short of reading them again.
    held = {} if run.engine in IN_PLACE else landed_tables(declarations, workspace)
    found = [
        f"{name!r} has records that were imported since the last measuring; run: scorecard measure"
        for name, table in held.items()
        if run.sources.get(name, {}).get("version") != table.version
    ]
    wanted = {standard.metric for standard in declarations.standards.values()}
    known: dict[str, set[str]] = {}
    scopes: set[tuple[str, str, str]] = set()
    for row in current(ledger, organisation, metrics=wanted):
        known.setdefault(row.metric, set()).add(row.fingerprint)
        scopes.add((row.metric, row.grain, row.scope))
    other = sorted(
        name
        for name, fingerprints in known.items()
        if declarations.metric(name).fingerprint not in fingerprints
    )
    if other:
        found.append(
            f"measured by another definition than today's, so not shown: {', '.join(other)}; "
            "run: scorecard measure"
        )
    missing = _not_broken_down(declarations, scopes, run)
    if missing:
        found.append(f"not broken down yet: {', '.join(missing)}; run: scorecard measure")
    return found


def _not_broken_down(
    declarations: Declarations, scopes: set[tuple[str, str, str]], run: Run
) -> list[str]:
    """`standard by dimension` of what is declared in `by` and has not been measured since."""
    # The figures of a derived metric do not tell: its parts may have none where the whole has one.
    plan, planned = run.plan or {}, derived_plan(derived_cuts(declarations))
    dimensions = {
        (metric, grain, tuple(sorted(json.loads(scope)))) for metric, grain, scope in scopes
    }
    missing: list[str] = []
    for one in declarations.standards.values():
        metric = declarations.metric(one.metric)
        derived = planned.get(one.metric, {}).get(one.period)
        if derived is not None and derived == plan.get(one.metric, {}).get(one.period):
            continue
        where = scope_names(one, metric, declarations.sources)
        columns = breakdowns(one, metric, declarations.sources)
        for name in one.by:
            level = tuple(sorted([*where, columns[name]]))
            measured = (one.metric, one.period, scope_text(where)) in scopes
            if measured and (one.metric, one.period, level) not in dimensions:
                missing.append(f"{one.id} by {name}")
    return missing
