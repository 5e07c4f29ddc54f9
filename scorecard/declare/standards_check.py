"""Checking a standard against the organisation, its metric and the metric's source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from scorecard.declare.derived import Derived
from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.organisation import Organisation, fold
from scorecard.declare.sources import Source
from scorecard.declare.standards import Expected, Standard
from scorecard.declare.suggest import hint, nearest
from scorecard.declare.toml_files import TomlFile
from scorecard.declare.toml_lines import Keys
from scorecard.errors import DeclarationError

Value = str | int | float | bool
_FITTING: dict[str, tuple[type, ...]] = {
    "text": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}


def where_columns(standard: Standard, source: Source) -> dict[str, Value]:
    """The standard's `where` by column: names of dimensions are replaced by their columns."""
    return {source.dimensions.get(key, key): value for key, value in standard.where.items()}


def scope_names(
    standard: Standard, metric: AnyMetric, sources: Mapping[str, Source]
) -> dict[str, Value]:
    """The standard's `where` by the names under which the metric's figures are kept.

    Those of a measured metric are the columns of its source. A derived metric may rest on several
    sources, each with a column of its own: its figures go by the names that `where` writes.
    """
    if isinstance(metric, Metric):
        return where_columns(standard, sources[metric.source])
    return dict(standard.where)


@dataclass(frozen=True)
class Checked:
    """One entry of a standards file, and where in it the entry is."""

    toml: TomlFile
    keys: Keys

    def error(
        self, code: str, message: str, *inside: str | int, hint: str | None = None
    ) -> DeclarationError:
        """An error with the line of what is `inside` the entry."""
        line = self.toml.line(*self.keys, *inside)
        return DeclarationError(code, message, file=self.toml.file, line=line, hint=hint)


def standard_mistakes(
    standard: Standard,
    entry: Checked,
    organisation: Organisation | None,
    metric: AnyMetric | None,
    sources: Mapping[str, Source],
) -> list[DeclarationError]:
    """Every mistake of a standard. What is None is broken itself and not checked against.

    A derived metric is held against every source that it rests on.
    """
    found: list[DeclarationError] = []
    if " " in standard.id:
        # Only the ids that publishers chose, read from a table, may have blanks.
        found.append(
            entry.error(
                "id-invalid",
                f"{standard.id!r} cannot be an id.",
                "id",
                hint="Write letters, digits and hyphens, as in public-works.",
            )
        )
    for values, inside in _expected_lists(standard):
        found += _overlaps(values, entry, inside)
    if organisation is not None:
        found += _departments(standard, organisation, entry)
    if metric is not None:
        for values, inside in _expected_lists(standard):
            for index, value in enumerate(values):
                found += _value_mistakes(value, metric, entry, (*inside, index))
        promise = standard.promise
        if promise is not None and promise.value is not None:
            found += percent_mistakes(promise.value, metric, entry, ("promise", "value"))
    if metric is not None:
        for counted in metric.measured:
            found += period_mistakes(standard.period, counted, sources[counted.source], entry)
        for source in (sources[name] for name in metric.sources):
            for key, value in standard.where.items():
                found += where_mistakes(key, value, source, entry)
            found += _where_clash(standard, source, entry)
            if isinstance(metric, Derived):
                found += _department_mistakes(metric, source, entry)
    return found


def _department_mistakes(
    metric: Derived, source: Source, entry: Checked
) -> Iterator[DeclarationError]:
    """Figures that rest on rows of no department cannot be split by departments."""
    if source.department is None:
        yield entry.error(
            "department-undeclared",
            f"The metric {metric.name!r} rests on {source.name!r}, whose rows belong to no "
            "department.",
            "metric",
            hint=f"Give the source a department=, or take {source.name!r} out of the metric.",
        )


def period_mistakes(
    period: str, metric: Metric, source: Source, entry: Checked
) -> list[DeclarationError]:
    """A metric counted by fiscal years cannot be judged by anything shorter."""
    if source.columns[metric.at].type != "fiscal_year" or period == "fiscal_year":
        return []
    return [
        entry.error(
            "period-mismatch",
            f"The metric {metric.name!r} is counted by fiscal years, not by {period!r}.",
            "period",
            hint='Write period = "fiscal_year".',
        )
    ]


def where_mistakes(
    key: str, value: Value, source: Source, entry: Checked
) -> list[DeclarationError]:
    """A condition on a dimension or column that is not there, or on a value it cannot have."""
    column = source.dimensions.get(key, key)
    if column not in source.columns:
        return [unknown_dimension(key, source, entry)]
    kind = source.type_of(column)
    fitting = _FITTING.get(kind, ())
    if not isinstance(value, fitting) or (isinstance(value, bool) and bool not in fitting):
        shown = str(value).lower() if isinstance(value, bool) else repr(value)
        return [
            entry.error(
                "where-value-type",
                f"{key!r} holds {kind}, which is never equal to {shown}.",
                "where",
                key,
                hint=None if fitting else "Times cannot be asked for in where.",
            )
        ]
    allowed = source.columns[column].values
    if allowed and value not in allowed:
        return [
            entry.error(
                "where-value-unknown",
                f"{key!r} never has the value {value!r}.",
                "where",
                key,
                hint=hint(str(value), allowed, "Its values are"),
            )
        ]
    return []


def unknown_dimension(key: str, source: Source, entry: Checked) -> DeclarationError:
    """The error for a `where` key that names neither a dimension nor a column."""
    return entry.error(
        "dimension-unknown",
        f"The source {source.name!r} has neither dimension nor column {key!r}.",
        "where",
        key,
        hint=hint(key, [*source.dimensions, *source.columns], "It has"),
    )


def percent_mistakes(
    value: float, metric: AnyMetric, entry: Checked, inside: Keys
) -> list[DeclarationError]:
    """A percentage outside 0 to 100."""
    if not metric.is_percentage or 0 <= value <= 100:
        return []
    return [
        entry.error(
            "percent-out-of-range",
            f"{value:g} is no percentage; the metric {metric.name!r} goes from 0 to 100.",
            *inside,
            hint=f"Write {value / 100:g}?" if 100 < value <= 10000 else None,
        )
    ]


def department_hint(written: str, organisation: Organisation) -> str | None:
    """The id that was probably meant by an unknown id, name or alias of a department."""
    known = organisation.department_of.get(fold(written))
    if known is None:
        near = nearest(written, organisation.department_of)
        known = organisation.department_of[near] if near is not None else None
    ids = [department.id for department in organisation.departments]
    return f"Did you mean {known!r}?" if known else hint(written, ids, "There are")


def unknown_metric(name: str, metrics: Mapping[str, Any], entry: Checked) -> DeclarationError:
    """The error for a metric that is not declared."""
    return entry.error(
        "metric-unknown",
        f"There is no metric {name!r}.",
        "metric",
        hint=hint(name, metrics) or "Declare it in metrics.py.",
    )


def _expected_lists(standard: Standard) -> Iterator[tuple[Sequence[Expected], Keys]]:
    yield standard.expected, ("expected",)
    for department, override in standard.overrides.items():
        yield override.expected, ("overrides", department, "expected")


def _overlaps(values: Sequence[Expected], entry: Checked, inside: Keys) -> list[DeclarationError]:
    found: list[DeclarationError] = []
    first: dict[date, int] = {}
    for index, value in enumerate(values):
        other = first.setdefault(value.from_, index)
        if other != index:
            found.append(
                entry.error(
                    "expected-overlap",
                    f"Two expected values come into force on {value.from_}.",
                    *inside,
                    index,
                    "from",
                    hint=f"The other is on line {entry.toml.line(*entry.keys, *inside, other)}.",
                )
            )
    return found


def _departments(
    standard: Standard, organisation: Organisation, entry: Checked
) -> list[DeclarationError]:
    named: list[tuple[str, Keys]] = []
    if standard.department is not None:
        named.append((standard.department, ("department",)))
    elif isinstance(standard.departments, list):
        named += [(id, ("departments", index)) for index, id in enumerate(standard.departments)]
    reporting = {id for id, _ in named} if standard.departments != "all" else None
    named += [(id, ("overrides", id)) for id in standard.overrides]
    found = [
        entry.error(
            "department-unknown",
            f"There is no department {id!r}.",
            *inside,
            hint=department_hint(id, organisation),
        )
        for id, inside in named
        if organisation.department(id) is None
    ]
    if reporting is not None and not found:
        found += [
            entry.error(
                "override-out-of-scope",
                f"The department {id!r} has values of its own but does not report the standard.",
                "overrides",
                id,
                hint="Add it to departments, or take the override away.",
            )
            for id in standard.overrides
            if id not in reporting
        ]
    return found


def _value_mistakes(
    value: Expected, metric: AnyMetric, entry: Checked, inside: Keys
) -> list[DeclarationError]:
    found: list[DeclarationError] = []
    side = "at_least" if value.at_least is not None else "at_most"
    wanted = "at_least" if metric.better == "higher" else "at_most"
    if value.value is not None and side != wanted:
        found.append(
            entry.error(
                "direction-mismatch",
                f"Of {metric.name!r} {metric.better} is better, so {side} sets no standard.",
                *inside,
                side,
                hint=f"Write {wanted}, or mend better= in the metric.",
            )
        )
    elif value.value is not None:
        found += percent_mistakes(value.value, metric, entry, (*inside, side))
        if metric.is_percentage and side == "at_least" and 0 < value.value <= 1:
            found.append(
                entry.error(
                    "percent-as-fraction",
                    f"at_least = {value.value:g} promises {value.value:g} %; percentages go from "
                    "0 to 100.",
                    *inside,
                    side,
                    hint=f"Write {value.value * 100:g}.",
                )
            )
    if metric.is_percentage and value.tolerance > 100:
        found += percent_mistakes(value.tolerance, metric, entry, (*inside, "tolerance"))
    return found


def _where_clash(standard: Standard, source: Source, entry: Checked) -> list[DeclarationError]:
    columns: dict[str, str] = {}
    for key in standard.where:
        other = columns.setdefault(source.dimensions.get(key, key), key)
        if other != key:
            return [
                entry.error(
                    "where-repeated",
                    f"{other!r} and {key!r} are the same column.",
                    "where",
                    key,
                    hint="Keep one of them.",
                )
            ]
    return []
