"""Binding derived metrics to the metrics they name: each function is called once, with `m`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scorecard.declare.derived import Derived, Formula, Input
from scorecard.declare.metric_binding import Binding
from scorecard.declare.metrics import DerivedFunction, Metric
from scorecard.declare.python_files import as_mistake
from scorecard.declare.suggest import hint
from scorecard.errors import DeclarationError, DeclarationErrors, ScorecardError


def bind_derived(
    functions: Sequence[DerivedFunction], metrics: Mapping[str, Metric], broken: set[str]
) -> tuple[dict[str, Derived], list[ScorecardError]]:
    """The derived metrics, in the order of their functions, and every mistake found.

    `broken` names the metrics of which a mistake has been told already; what rests on them is left
    out in silence, and is named in it afterwards.
    """
    binding = _All({one.name: one for one in functions}, metrics, broken)
    for name in binding.functions:
        binding.bind(name)
    kept = {name: binding.bound[name] for name in binding.functions if name in binding.bound}
    return kept, binding.mistakes


class Figures:
    """`m` in a derived metric: each attribute is the figure of a declared metric."""

    def __init__(self, binding: _All) -> None:
        self._binding = binding

    def __getattr__(self, name: str) -> Input:
        if name.startswith("__"):
            raise AttributeError(name)
        return Input(self._binding.metric(name))


class _RestsOnBroken(Exception):
    """A metric was named of which a mistake has been told."""


class _All:
    def __init__(
        self,
        functions: Mapping[str, DerivedFunction],
        metrics: Mapping[str, Metric],
        broken: set[str],
    ) -> None:
        self.functions = functions
        self.metrics = metrics
        self.broken = broken
        self.bound: dict[str, Derived] = {}
        self.mistakes: list[ScorecardError] = []
        self._open: list[str] = []

    def metric(self, name: str) -> Metric | Derived:
        """The metric of this name, bound first where it is a derived one itself."""
        if name in self._open:
            circle = [*self._open[self._open.index(name) :], name]
            raise DeclarationError(
                "derived-cycle",
                f"{name!r} would be worked out from itself: {' → '.join(circle)}.",
                hint="One of them must rest on other metrics.",
            )
        if name in self.functions:
            self.bind(name)
        found = self.metrics.get(name) or self.bound.get(name)
        if found is not None:
            return found
        if name in self.broken:
            raise _RestsOnBroken
        known = [*self.metrics, *self.functions]
        raise DeclarationError(
            "metric-unknown", f"There is no metric {name!r}.", hint=hint(name, known)
        )

    def bind(self, name: str) -> None:
        """Bind one, unless that has been tried before."""
        if name in self.bound or name in self.broken:
            return
        self._open.append(name)
        try:
            self.bound[name] = _DerivedBinding(self.functions[name], self).bind()
        except DeclarationErrors as error:
            self.mistakes += error.errors
            self.broken.add(name)
        except _RestsOnBroken:
            self.broken.add(name)
        finally:
            self._open.pop()


@dataclass
class _DerivedBinding(Binding):
    function: DerivedFunction  # pyright: ignore[reportIncompatibleVariableOverride]
    all: _All

    def bind(self) -> Derived:
        words = self.words()
        formula = self.call()
        if self.mistakes or formula is None:
            raise DeclarationErrors(self.mistakes)
        if words["min_n"] is None:
            words["min_n"] = max(metric.min_n for metric in formula.inputs)
        return Derived(**words, formula=formula)

    def call(self) -> Formula | None:
        function = self.function
        try:
            formula = function.function(Figures(self.all))
        except _RestsOnBroken:
            if self.mistakes:
                return None
            raise
        except Exception as error:
            self.mistakes.append(as_mistake(error, function.file, function.line))
            return None
        if not isinstance(formula, Formula):
            self.refuse(
                "not-a-figure",
                f"The derived metric {function.name!r} gives {formula!r}, not a figure.",
                hint="Return what is worked out from figures of m, as in m.contacts / m.closed.",
            )
            return None
        more = ""
        if function.unit == "percent" and "percent" not in formula.kind.units:
            more = " For a percentage write per(m.a, m.b, 100)."
        self.refuse_unit(formula.text, formula.kind.units, more)
        return formula
