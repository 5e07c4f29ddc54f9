"""Promising less than before: only with a stated reason and a second person."""

from __future__ import annotations

from typing import NamedTuple

from scorecard.declare.standards import Expected
from scorecard.errors import AuditError
from scorecard.judge.gap import noise


class Leave(NamedTuple):
    """What it takes to loosen: why, who decided it, and the other person who agreed."""

    reason: str
    decided_by: str
    agreed_by: str


def loosens(present: Expected, new: Expected) -> bool:
    """Whether `new` is easier to keep than `present`: by its value, or by a larger tolerance.

    Of values on unlike sides (at most, at least) neither is easier; that is for the declarations'
    own checks to refuse.
    """
    if present.value is None or new.value is None:
        return new.value is None
    if (present.at_least is None) is not (new.at_least is None):
        return False
    turn = 1 if new.at_least is not None else -1
    if turn * (present.value - new.value) > noise(present.value):
        return True
    return new.tolerance > present.tolerance + noise(present.tolerance)


def refuse_unfounded(present: Expected, new: Expected, leave: Leave | None, standard: str) -> None:
    """Refuse to write what is in force already, or to promise less without leave.

    Raises AuditError `expected-unchanged`, `loosen-without-reason`, `loosen-without-second`.
    """
    same = ("at_least", "at_most", "tolerance")
    if all(getattr(present, key) == getattr(new, key) for key in same):
        raise AuditError(
            "expected-unchanged",
            f"{new.value:g} with this tolerance is what {standard!r} expects on {new.from_} as it "
            "is.",
            hint="Nothing needs to be written.",
        )
    if not loosens(present, new):
        return
    if leave is None or not leave.reason.strip():
        raise AuditError(
            "loosen-without-reason",
            f"To expect {_said(new)} of {standard!r} instead of {_said(present)} is to promise "
            "less, and needs a reason.",
            hint="State in words why the service can no longer be expected to keep it.",
        )
    names = [" ".join(name.split()).casefold() for name in (leave.decided_by, leave.agreed_by)]
    if not all(names) or names[0] == names[1]:
        raise AuditError(
            "loosen-without-second",
            f"To promise less for {standard!r} takes two people; named are "
            f"{leave.decided_by!r} and {leave.agreed_by!r}.",
            hint="Name who decided it and somebody else who agrees.",
        )


def _said(one: Expected) -> str:
    return f"{one.value:g} (tolerance {one.tolerance:g})"
