"""How a status looks: a word, a shape and a colour, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scorecard.judge.status import Status

Kind = Literal["met", "near", "missed", "unknown"]


@dataclass(frozen=True)
class Style:
    """A word, the shape before it, and a colour (contrast of 5 : 1 or more on white).

    `kind` folds the four statuses that are no judgement into "unknown"; `symbol` names the same
    shape for the charts.
    """

    word: str
    kind: Kind
    shape: str
    colour: str
    symbol: str


_SHAPES: dict[Kind, tuple[str, str, str]] = {
    "met": ("●", "#1b6e3c", "circle"),
    "near": ("▲", "#9a5b00", "triangle-up"),
    "missed": ("■", "#b3261e", "square"),
    "unknown": ("○", "#57606a", "circle-open"),
}


def kind_of(status: Status) -> Kind:
    """The status where it is a judgement, else "unknown"."""
    match status:
        case Status.MET:
            return "met"
        case Status.NEAR:
            return "near"
        case Status.MISSED:
            return "missed"
        case _:
            return "unknown"


def style_of(status: Status) -> Style:
    """How this status is shown, with its own word."""
    return styled(kind_of(status), str(status))


def styled(kind: Kind, word: str) -> Style:
    """The shape and colour of `kind` beside another word, as on a department's tile."""
    shape, colour, symbol = _SHAPES[kind]
    return Style(word, kind, shape, colour, symbol)
