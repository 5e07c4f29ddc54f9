"""Derived metrics: figures worked out from the figures of other metrics, of any source.

The vocabulary is closed, as that of `r` is: `m.name` is the figure of a declared metric; counts and
sums are added, subtracted and divided; the words of `derived_words` look back over periods.
Whatever would not be the true figure is refused as it is written: an average of averages, a sum of
percentiles, a window of what does not add up over periods.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from scorecard.declare.expressions import SECONDS, Node
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.vocabulary import Count, Sum
from scorecard.errors import DeclarationError


@dataclass(frozen=True)
class Kind:
    """What may be done with a figure.

    units       that fit it, the most natural one first
    no_part     why it cannot be added and divided; empty for a count or sum, or what adds such up
    no_window   why it does not add up over periods; empty where it does
    counts      it counts things
    is_share    it is a part of a whole
    """

    units: tuple[str, ...]
    no_part: str
    no_window: str
    counts: bool = False
    is_share: bool = False


@dataclass(frozen=True, eq=False)
class Formula(Node):
    """A figure of each period, department and scope, worked out from others."""

    @cached_property
    def kind(self) -> Kind:
        """What may be done with it."""
        raise AssertionError(f"{type(self).__name__} declares no kind")

    @property
    def text(self) -> str:
        """The formula as it is written, without `m.`."""
        raise AssertionError(f"{type(self).__name__} declares no text")

    @property
    def parts(self) -> tuple[Formula, ...]:
        """The figures it is worked out from."""
        raise AssertionError(f"{type(self).__name__} declares no parts")

    @property
    def inputs(self) -> tuple[Metric | Derived, ...]:
        """The metrics it names, each once, in the order in which they are written."""
        return tuple(dict.fromkeys(metric for part in self.parts for metric in part.inputs))

    def __add__(self, other: Any) -> Combined:
        _refuse_constant("+", other)
        require_amounts("+", self, other)
        _require_one_unit("+", self, other)
        return Combined("+", self, other)

    def __sub__(self, other: Any) -> Combined:
        _refuse_constant("-", other)
        _require_one_unit("-", self, other)
        return Combined("-", self, other)

    def __truediv__(self, other: Any) -> Quotient:
        _refuse_constant("/", other)
        require_amounts("/", self, other)
        return Quotient(self, other, 1.0)

    def _refuse(self, other: Any) -> Any:
        raise _no_operator(f"{self.text} takes +, - and / with another figure, and nothing else.")

    __radd__ = __rsub__ = __rtruediv__ = __mul__ = __rmul__ = __pow__ = __mod__ = _refuse
    __floordiv__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse

    def __neg__(self) -> Any:
        return self._refuse(None)

    def __bool__(self) -> bool:
        raise _no_operator(f"{self.text} is neither true nor false: no figure is known yet.")


@dataclass(frozen=True, eq=False)
class Derived(AnyMetric):
    """A metric worked out from others by a formula."""

    formula: Formula

    @property
    def measured(self) -> tuple[Metric, ...]:
        """The metrics measured from records that it rests on, at whatever depth."""
        return tuple(dict.fromkeys(one for part in self.formula.inputs for one in part.measured))

    @property
    def is_share(self) -> bool:
        """Whether it is a share over a window, or that of an earlier period."""
        return self.formula.kind.is_share

    @property
    def is_percentage(self) -> bool:
        """A share goes from 0 to 100; a change in percent may be anything."""
        return self.is_share

    @property
    def definition(self) -> str:
        """The canonical text of what is computed, with the fingerprints of what it rests on."""
        return json.dumps(
            {
                "metric": self.name,
                "derived": self.formula.describe(),
                "inputs": {metric.name: metric.fingerprint for metric in self.formula.inputs},
                "unit": self.unit,
                "better": self.better,
            },
            sort_keys=True,
            ensure_ascii=False,
        )


@dataclass(frozen=True, eq=False)
class Input(Formula):
    """The figure of a declared metric."""

    metric: Metric | Derived

    def describe(self) -> list[Any]:
        """Its name; what that stands for goes into the fingerprint beside the formula."""
        return ["input", self.metric.name]

    @property
    def text(self) -> str:
        """The metric's name."""
        return self.metric.name

    @property
    def parts(self) -> tuple[Formula, ...]:
        """None: it is named, not worked out here."""
        return ()

    @property
    def inputs(self) -> tuple[Metric | Derived, ...]:
        """The metric itself."""
        return (self.metric,)

    @cached_property
    def kind(self) -> Kind:
        """In the unit the metric declares; else as its formula or its aggregate is."""
        units = (self.metric.unit,)
        if isinstance(self.metric, Derived):
            return replace(self.metric.formula.kind, units=units)
        aggregate = self.metric.aggregate
        return Kind(
            units,
            "" if isinstance(aggregate, Count | Sum) else aggregate.no_part,
            "" if aggregate.adds_over_periods else aggregate.no_part,
            isinstance(aggregate, Count),
            self.metric.is_share,
        )


@dataclass(frozen=True, eq=False)
class Combined(Formula):
    """Two amounts added, or one figure less another of the same unit."""

    operator: Literal["+", "-"]
    left: Formula
    right: Formula

    @property
    def text(self) -> str:
        """`left + right`, or `change(left, 12)`."""
        if isinstance(self.right, Previous) and self.right.figure is self.left:
            return f"change({self.left.text}, {self.right.periods})"
        return f"{self.left.text} {self.operator} {_bracketed(self.right)}"

    @property
    def parts(self) -> tuple[Formula, ...]:
        """Both."""
        return self.left, self.right

    @cached_property
    def kind(self) -> Kind:
        """Of two amounts an amount again; else a difference, with which nothing more is done."""
        left, right = self.left.kind, self.right.kind
        units = tuple(unit for unit in left.units if unit in right.units)
        if left.no_part or right.no_part:
            return Kind(
                units,
                "a difference is no count and no sum",
                "a difference does not add up; write the difference of two windows",
            )
        return Kind(units, "", left.no_window or right.no_window, left.counts and right.counts)


@dataclass(frozen=True, eq=False)
class Quotient(Formula):
    """How much of the top there is for every so many of the bottom, both amounts."""

    top: Formula
    bottom: Formula
    every: float

    @property
    def text(self) -> str:
        """`top / bottom`, or `per(top, bottom, 100)`."""
        if self.every != 1:
            return f"per({self.top.text}, {self.bottom.text}, {self.every:.15g})"
        return f"{_bracketed(self.top)} / {_bracketed(self.bottom)}"

    @property
    def parts(self) -> tuple[Formula, ...]:
        """Top and bottom."""
        return self.top, self.bottom

    @cached_property
    def kind(self) -> Kind:
        """In the units that fit a ratio(), or a rate()."""
        top, bottom = self.top.kind, self.bottom.kind
        if self.every != 1:
            own = ["number", *(unit for unit in top.units if unit in SECONDS)]
            if self.every == 100 and set(top.units) & set(bottom.units):
                own = ["percent", "number"]
        elif {"count", "number"} & set(bottom.units):
            own = [*(unit for unit in top.units if unit not in ("count", "percent")), "number"]
        else:
            own = ["number"]
        return Kind(
            tuple(dict.fromkeys(own)),
            "a ratio of ratios is not the whole's",
            top.no_window or bottom.no_window,
        )


@dataclass(frozen=True, eq=False)
class Back(Formula):
    """A figure, and how many periods are looked back over."""

    figure: Formula
    periods: int

    @property
    def text(self) -> str:
        """The word with the figure and the number of periods."""
        word = "change_percent" if isinstance(self, ChangePercent) else type(self).__name__.lower()
        return f"{word}({self.figure.text}, {self.periods})"

    @property
    def parts(self) -> tuple[Formula, ...]:
        """The figure."""
        return (self.figure,)


@dataclass(frozen=True, eq=False)
class Rolling(Back):
    """The figure over so many periods that end with this one, from the sums behind it."""

    @cached_property
    def kind(self) -> Kind:
        """As the figure; but windows overlap."""
        again = "its windows overlap, so that the same rows would be counted more than once"
        return replace(self.figure.kind, no_window=again)


@dataclass(frozen=True, eq=False)
class Previous(Back):
    """The figure of so many periods before."""

    @cached_property
    def kind(self) -> Kind:
        """As the figure; but it is of another period, so it can only be compared with."""
        return replace(
            self.figure.kind,
            no_part="it is of another period; take change() or change_percent()",
            no_window="move the window instead, as in previous(rolling(m.a, 3), 12)",
            counts=False,
        )


@dataclass(frozen=True, eq=False)
class ChangePercent(Back):
    """How much more or less it is than so many periods before, in percent of what it was."""

    @cached_property
    def kind(self) -> Kind:
        """Percent, whatever the figure is in."""
        reason = "percentages of different things do not add up"
        return Kind(("percent",), reason, reason)


def require_amounts(word: str, *figures: Formula) -> None:
    """Raise `not-additive` for a figure behind which there is not one sum."""
    for figure in figures:
        if figure.kind.no_part:
            raise DeclarationError(
                "not-additive",
                f"{word} takes counts and sums, and {figure.text} is neither: "
                f"{figure.kind.no_part}.",
                hint="Take the counts or sums behind it, declared as metrics of their own.",
            )


def _require_one_unit(operator: str, left: Formula, right: Formula) -> None:
    mine, other = left.kind.units, right.kind.units
    if not set(mine) & set(other):
        raise DeclarationError(
            "unit-mismatch",
            f"{operator} needs figures of one unit; {left.text} is in {' or '.join(mine)}, "
            f"{right.text} in {' or '.join(other)}.",
        )


def _refuse_constant(operator: str, other: object) -> None:
    if not isinstance(other, Formula):
        raise _no_operator(f"{operator} takes the figure of another metric, not {other!r}.")


def _no_operator(message: str) -> DeclarationError:
    return DeclarationError(
        "figure-operator", message, hint="For so many of every hundred write per(m.a, m.b, 100)."
    )


def _bracketed(figure: Formula) -> str:
    text = figure.text
    worded = isinstance(figure, Input | Back) or text.startswith(("per(", "change("))
    return text if worded else f"({text})"
