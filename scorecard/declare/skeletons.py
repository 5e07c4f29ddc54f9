"""The commented beginnings that `scorecard new` writes. They load and work as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from textwrap import fill

from scorecard.declare.metrics import AnyMetric
from scorecard.declare.sources import ColumnType, Source

# Words that the skeleton of a metric needs from scorecard.
METRIC_WORDS = ("count", "metric")
_TIMES: dict[ColumnType, tuple[str, str]] = {
    "timestamp": ("2026-01-15T09:30", "2026-01-16T14:00"),
    "date": ("2026-01-15", "2026-01-16"),
    "fiscal_year": ("2025-26", "2026-27"),
}


def metric_skeleton(name: str, source: Source, at: str) -> str:
    """A metric that counts rows, and an example of it."""
    first, second = _TIMES[source.columns[at].type]
    columns = fill(
        f"r has the columns {', '.join(source.columns)}.",
        width=92,
        break_long_words=False,
        break_on_hyphens=False,
        initial_indent="    # ",
        subsequent_indent="    # ",
    )
    return f'''\
@metric(
    source={_text(source.name)},
    at={_text(at)},
    unit="count",  # percent, count, number, seconds, minutes, hours, days or weeks
    better="lower",  # or "higher"
    # With fewer rows than this the figure is shown and not judged:
    # min_n=20,
    # A short title; without it, the name in words:
    # title="",
)
def {name}(r):
    """Rows of {source.name} by {at}: say here in a sentence what is measured."""
{columns}
    # Other figures: share, mean, median, percentile, sum, ratio. docs/developers.md has all words.
    return count()


# Rows, and the figure they must give (None: no data). Name the columns that the metric reads.
{name}.example(
    [
        {{{_text(at)}: {_text(first)}}},
        {{{_text(at)}: {_text(second)}}},
    ],
    expect=2,
)
'''


def standard_skeleton(
    id: str, metric: AnyMetric, sources: Mapping[str, Source], today: date
) -> str:
    """A standard of every department, of which no value is in force yet."""
    yearly = any(
        sources[one.source].columns[one.at].type == "fiscal_year" for one in metric.measured
    )
    first, *others_read = (sources[name].dimensions for name in metric.sources)
    shared = [name for name in first if all(name in other for other in others_read)]
    period = "fiscal_year" if yearly else "month"
    others = "" if yearly else "  # or day, week, quarter, year, fiscal_quarter, fiscal_year"
    title = id.replace("-", " ").replace("_", " ")
    dimensions = ", ".join(shared) or "none is declared; a column's name does too"
    kept = "at_least" if metric.better == "higher" else "at_most"
    return f'''\
# A standard: what is promised, to whom, and from which day on. docs/developers.md has every key.

[[standard]]
id = {_text(id)}
# What is promised, in one line:
title = {_text(title[:1].upper() + title[1:])}
# {_comment(metric.title)}, in {metric.unit}; {metric.better} is better.
metric = {_text(metric.name)}
# All departments and the organisation report it. A list of ids, or department = "…" for one's own.
departments = "all"
period = "{period}"{others}
# Which rows it is about. Dimensions: {_comment(dimensions)}.
# where = {{ dimension = "value" }}
# How much it counts in the scorecard:
weight = 1
# Of SERVQUAL: tangibles, reliability, responsiveness, assurance or empathy.
# dimension = "reliability"
# Who answers for it, and when it is to be looked at again:
# owner = "Head of the service"
# review = {today.year + 1}-06-30
# What the public is told, which may be less than is expected inside:
# promise = {{ text = "What people can rely on.", value = 0 }}
# Values and the day on which each comes into force. Add entries; do not change old ones.
# Until there is a value, the figure is shown as "not in force".
expected = [
  {{ from = {today.year}-01-01, withdrawn = true, source = "Not decided yet" }},
  # {{ from = {today.year}-07-01, {kept} = 0, tolerance = 0, source = "Who decided it" }},
]
'''


def _text(text: str) -> str:
    """A text in quotes, as Python and TOML both write it."""
    return json.dumps(text, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
