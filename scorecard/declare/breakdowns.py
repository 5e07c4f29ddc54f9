"""The dimensions by which a standard's figures are broken down: channel, team, person, topic …"""

from __future__ import annotations

from collections.abc import Mapping

from scorecard.declare.metrics import AnyMetric, Metric
from scorecard.declare.sources import Source
from scorecard.declare.standards import Standard
from scorecard.declare.standards_check import Checked
from scorecard.declare.suggest import hint
from scorecard.errors import DeclarationError


def breakdowns(
    standard: Standard, metric: AnyMetric, sources: Mapping[str, Source]
) -> dict[str, str]:
    """The dimensions a standard is measured by, with the names its figures by them are kept under.

    Those of its `by`; and within each department its topic, unless the standard is about some rows
    only. The names are the columns of the source; a derived metric may rest on several sources,
    each with a column of its own, so its figures go by the dimensions.
    """
    within = [sources[name].dimensions for name in metric.sources]
    names = list(standard.by)
    if not standard.where and "topic" not in names and all("topic" in one for one in within):
        names.append("topic")
    return {name: within[0][name] if isinstance(metric, Metric) else name for name in names}


def breakdown_mistakes(
    standard: Standard, metric: AnyMetric, sources: Mapping[str, Source], entry: Checked
) -> list[DeclarationError]:
    """Names in `by` that are no dimension, are there twice, or are one value by `where`.

    Of several sources, what is wrong with the first of those in which something is.
    """
    found = (_mistakes(standard, sources[name], entry) for name in metric.sources)
    return next(filter(None, found), [])


def _mistakes(standard: Standard, source: Source, entry: Checked) -> list[DeclarationError]:
    found: list[DeclarationError] = []
    fixed = {source.dimensions.get(key, key): key for key in standard.where}
    seen: dict[str, str] = {}
    for index, name in enumerate(standard.by):
        column = source.dimensions.get(name)
        if column is None:
            declared = (
                f"Add dimensions={{{name!r}: {name!r}}} to the source."
                if name in source.columns
                else None
            )
            found.append(
                entry.error(
                    "dimension-unknown",
                    f"The source {source.name!r} has no dimension {name!r}.",
                    "by",
                    index,
                    hint=declared or hint(name, source.dimensions, "It has"),
                )
            )
        elif column in fixed:
            found.append(
                entry.error(
                    "by-fixed",
                    f"By {name!r} there is nothing to tell apart: where keeps one value of "
                    f"{fixed[column]!r}.",
                    "by",
                    index,
                    hint="Take it away from by or from where.",
                )
            )
        elif column in seen or column == source.department:
            same = seen.get(column, "department")
            found.append(
                entry.error(
                    "by-repeated",
                    f"{name!r} is there twice."
                    if same == name
                    else f"{name!r} is the same column as {same!r}.",
                    "by",
                    index,
                    hint="Each department has its figure without by."
                    if column == source.department
                    else "Keep one of them.",
                )
            )
        seen.setdefault(column or name, name)
    return found
