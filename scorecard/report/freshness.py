"""Whether the figures are those of today's records and definitions; if not, what to do."""

from __future__ import annotations

from scorecard.declare.load import Declarations
from scorecard.ledger.measurements import current
from scorecard.ledger.runs import latest_run
from scorecard.ledger.session import Ledger
from scorecard.measure.engines import IN_PLACE, landed_tables
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
    for row in current(ledger, organisation, metrics=wanted):
        known.setdefault(row.metric, set()).add(row.fingerprint)
    other = sorted(
        name
        for name, fingerprints in known.items()
        if declarations.metrics[name].fingerprint not in fingerprints
    )
    if other:
        found.append(
            f"measured by another definition than today's, so not shown: {', '.join(other)}; "
            "run: scorecard measure"
        )
    return found
