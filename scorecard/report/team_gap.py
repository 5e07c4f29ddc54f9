"""How much of a gap belongs to the system, which is everyone's, and how much to single teams."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scorecard.declare.standards import Standard
from scorecard.errors import JudgeError
from scorecard.judge.levels import GapParts, Levels, levels
from scorecard.judge.rounding import shown
from scorecard.report.breakdown import PERSONS
from scorecard.report.history import TWELVE
from scorecard.report.phrases import distance_words, grain_words, number_word, plain
from scorecard.report.row import ScorecardRow

TEAM = "team"
# Fewer do not show how teams differ.
FEWEST = 5
_WORK = "Where teams do different work, the difference may lie in the work: ask them first."
# The rows by the values of a dimension, of every period.
PartsOverTime = Callable[[str], Sequence[ScorecardRow]]


@dataclass(frozen=True)
class TeamGap:
    """The gap in two parts, as sentences; `found` is None where `words` say why it is not told."""

    words: tuple[str, ...]
    found: Levels | None

    @property
    def gap(self) -> GapParts | None:
        """The parts, as fractions."""
        return self.found.gap if self.found else None


def team_gap(standard: Standard, row: ScorecardRow, parts: PartsOverTime) -> TeamGap | None:
    """The gap of up to twelve complete periods up to `row`, together; None where the standard is
    not broken down by team. For shares alone, since other figures do not add up.

    `parts` gives, for a dimension, the rows by its values of the row's reporter.
    """
    if TEAM not in standard.by:
        return None
    persons = tuple(
        "Persons are measured too. They are not shown here, where everybody may read."
        for _ in PERSONS.intersection(standard.by)
    )[:1]
    if row.unit != "percent":
        return TeamGap(("Only a share can be divided between system and teams.", *persons), None)
    if row.expected is None:
        return TeamGap(("No expected value is in force, so there is no gap.", *persons), None)
    rows = [each for each in parts(TEAM) if each.complete and each.period <= row.period]
    starts = sorted({each.period for each in rows})[-TWELVE:]
    sums = _sums(each for each in rows if each.period in starts)
    if len(sums) < FEWEST:
        few = f"{number_word(len(sums))} {'team has' if len(sums) == 1 else 'teams have'} records"
        told = f"Too few to tell teams from the system: {few}, and it takes {number_word(FEWEST)}."
        return TeamGap((told, *persons), None)
    try:
        found = levels(
            list(sums),
            list(sums),
            [cases for _, cases in sums.values()],
            [kept for kept, _ in sums.values()],
            expected=row.expected / 100,
            better=row.better,
        )
    except JudgeError as error:
        return TeamGap((str(error), *persons), None)
    assert found.gap is not None
    over = f"the last {number_word(len(starts))} {grain_words(row.grain, len(starts))}"
    over = f"the one {grain_words(row.grain, 1)} on record" if len(starts) == 1 else over
    return TeamGap((*_words(row, found, found.gap, over, len(sums)), *persons), found)


def _sums(rows: Iterable[ScorecardRow]) -> dict[str, tuple[float, float]]:
    """By team what was counted and out of how many; records without a team are of none."""
    sums: dict[str, tuple[float, float]] = {}
    for row in rows:
        if row.part is None or row.part.value is None or not row.denominator:
            continue
        counted, cases = sums.get(row.part.name, (0.0, 0.0))
        sums[row.part.name] = counted + (row.numerator or 0.0), cases + row.denominator
    return sums


def _words(
    row: ScorecardRow, found: Levels, gap: GapParts, over: str, teams: int
) -> tuple[str, ...]:
    side = "at least" if row.better == "higher" else "at most"
    figure = f"{shown(100 * found.mean, 'percent')} % where {side} {plain(row.expected)} %"
    opening = (
        f"Over {over} the figure is {figure} is expected now ({found.n:,} cases with a team, "
        f"{teams} teams)"
    )
    if gap.shares is None:
        return (f"{opening}: there is no gap to be divided.",)
    if not found.components.team:
        return (
            f"{opening}, a gap of {_points(gap.service_gap)}. All of it belongs to the system: "
            "teams differ by no more than chance would make them differ.",
        )
    usual = f"behind what a usual team reaches ({shown(100 * found.common, 'percent')} %)"
    if gap.system >= 0:
        return (
            f"{opening}, a gap of {_points(gap.service_gap)}. It comes from teams that are "
            f"{usual}: if none were, the promise would be kept.",
            _WORK,
        )
    return (
        f"{opening}, a gap of {_points(gap.service_gap)}.",
        f"{_points(gap.system)} of it would be left if no team were {usual}: that part belongs to "
        "the system, which is for those who lead it to change.",
        f"{_points(gap.team)} of it come from teams that are behind it, beyond what chance does.",
        _WORK,
    )


def _points(part: float) -> str:
    return distance_words(shown(abs(100 * part), "percent"), "percent")
