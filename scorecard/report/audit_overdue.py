"""What of all audits is overdue or waits for a signature, for a page about something else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from scorecard.audit.cycle import Cycle, State
from scorecard.declare.load import Declarations
from scorecard.report.audit_reminders import Reminder, reminders
from scorecard.report.phrases import counted, number_word


@dataclass(frozen=True)
class OverdueLine:
    """One thing that is overdue, or (`overdue` False) a signature that is waited for.

    `what` is a sentence's rest without the cycle's title, `who` the names of those who act.
    """

    cycle: str
    title: str
    what: str
    who: str
    overdue: bool


@dataclass(frozen=True)
class AuditsOverdue:
    """All of them, what is overdue the longest first, and the sentence above them.

    `cycles` is how many audit cycles there are: 0 is not the same as nothing overdue.
    """

    cycles: int
    sentence: str
    lines: tuple[OverdueLine, ...]

    @property
    def overdue(self) -> int:
        """How many things are overdue."""
        return sum(1 for one in self.lines if one.overdue)

    @property
    def unsigned(self) -> int:
        """How many audits wait for a signature."""
        return len(self.lines) - self.overdue


def audits_overdue(declared: Declarations, cycles: Sequence[Cycle], today: date) -> AuditsOverdue:
    """What the organisation's cycles have overdue on `today`, the local day."""
    titles = {one.id: one.opened.body.title for one in cycles}
    due = [one for one in reminders(declared, cycles, today, within=0) if one.cycle in titles]
    late = [one for one in due if one.overdue]
    unsigned = [one for one in due if one.matter == "signature"]
    lines = tuple(_line(one, titles[one.cycle]) for one in (*late, *unsigned) if one.cycle)
    return AuditsOverdue(
        cycles=len(cycles),
        sentence=_sentence(cycles, lines),
        lines=lines,
    )


def _line(one: Reminder, title: str) -> OverdueLine:
    assert one.cycle is not None
    what = one.sentence.removeprefix(title).lstrip(": ")
    return OverdueLine(one.cycle, title, f"{what[:1].upper()}{what[1:]}", one.who, one.overdue)


def _sentence(cycles: Sequence[Cycle], lines: Sequence[OverdueLine]) -> str:
    if not cycles:
        return ""
    late = sum(1 for one in lines if one.overdue)
    waiting = len(lines) - late
    if lines:
        told = [
            f"{counted(late, 'matter')} {_be(late)} overdue" if late else "",
            f"{counted(waiting, 'audit')} wait{'s' if waiting == 1 else ''} for a signature"
            if waiting
            else "",
        ]
        first = lines[0].who
        return f"{' and '.join(one for one in told if one)}. Next to act: {first}."
    open_ = sum(1 for one in cycles if one.state is not State.CLOSED)
    of = f"{number_word(open_)} of {counted(len(cycles), 'audit cycle')}"
    return f"Nothing is overdue and nothing waits for a signature; {of} {_be(open_)} open."


def _be(count: int) -> str:
    return "is" if count == 1 else "are"
