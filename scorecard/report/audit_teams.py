"""Whose doing a gap is, as help for saying where a finding lies: the system's, or single teams'."""

from __future__ import annotations

from dataclasses import dataclass

from scorecard.audit.cycle import Cycle
from scorecard.declare.load import Declarations
from scorecard.ledger import Ledger
from scorecard.report.audit_names import Names
from scorecard.report.row import ScorecardRow
from scorecard.report.rows import scorecard_rows
from scorecard.report.team_gap import TEAM, team_gap


@dataclass(frozen=True)
class TeamLine:
    """What is told of one requirement by its teams, as sentences."""

    standard: str
    title: str
    department: str | None
    department_name: str
    words: tuple[str, ...]


def team_lines(declared: Declarations, ledger: Ledger, cycle: Cycle) -> tuple[TeamLine, ...]:
    """A line for each requirement that is measured by team, up to the period of its baseline."""
    names = Names(declared)
    baseline = {(one.standard, one.department): one for one in cycle.opened.body.baseline}
    rows: dict[str, list[ScorecardRow]] = {}
    parts: dict[str, list[ScorecardRow]] = {}
    found: list[TeamLine] = []
    for one in cycle.opened.body.scope.requirements:
        standard = declared.standards.get(one.standard)
        figure = baseline.get((one.standard, one.department))
        if standard is None or TEAM not in standard.by or figure is None:
            continue
        if standard.id not in rows:
            rows[standard.id] = scorecard_rows(declared, ledger, standard=standard.id)
            parts[standard.id] = scorecard_rows(declared, ledger, standard=standard.id, by=TEAM)
        row = next(
            (
                each
                for each in rows[standard.id]
                if (each.department, each.period) == (one.department, figure.period)
            ),
            None,
        )
        if row is None:
            continue
        mine = [each for each in parts[standard.id] if each.department == one.department]
        told = team_gap(standard, row, {TEAM: mine}.__getitem__)
        if told:
            place = names.department(one.department)
            found.append(TeamLine(one.standard, one.title, one.department, place, told.words))
    return tuple(found)
