"""Examples of metrics: rows written beside a metric, measured as landed rows are.

The cells go through the contract of the source, and the figure comes from the very statement by
which `scorecard measure` computes it, so an example that holds says what will be measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scorecard.declare.load import Declarations
from scorecard.declare.metrics import Example, Metric
from scorecard.declare.moments import read_moment
from scorecard.declare.periods import containing
from scorecard.declare.sources import Source, integer
from scorecard.declare.sources import date as date_column
from scorecard.declare.working_time import working_moments
from scorecard.errors import DeclarationError
from scorecard.measure.behind import Behind, behind
from scorecard.measure.calendar import provide_calendar
from scorecard.measure.days import last_known_day
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.example_rows import CLOCK, ROW, ExampleRows
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from scorecard.observe.contract_sql import landed_types
from scorecard.observe.landed import Landed

# What known_until() stands for where neither the example nor any of its rows names a time.
_NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)
# The last digits of a sum of doubles are not worth a failing test.
_LAST_DIGITS = 1e-9


@dataclass(frozen=True)
class ExampleResult:
    """What a metric gives for the rows of an example.

    `number` counts the metric's examples from 1. `got` and `expected` are in the metric's unit;
    None is no data. `counted` says in words which rows went into the figure; it is empty where the
    example holds.
    """

    metric: Metric
    number: int
    example: Example
    got: float | None
    expected: float | None
    passed: bool
    counted: str

    @property
    def error(self) -> DeclarationError:
        """The `example-failed` that tells a person what was expected and what came."""
        return DeclarationError(
            "example-failed",
            f"{self.metric.name} gives {_shown(self.got)}, and the example expects "
            f"{_shown(self.expected)}. {self.counted}",
            file=self.example.file,
            line=self.example.line,
        )


def run_examples(declarations: Declarations) -> Iterator[ExampleResult | DeclarationError]:
    """Every example of every metric, in the order of the file.

    One whose rows cannot be landed comes as its error.
    """
    for metric in declarations.metrics.values():
        for number in range(1, len(metric.examples) + 1):
            try:
                yield run_example(declarations, metric, number)
            except DeclarationError as error:
                yield error


def run_example(declarations: Declarations, metric: Metric, number: int) -> ExampleResult:
    """The figure of a metric over the rows of its example `number`, counted from 1.

    All rows count as in the period, wherever their times lie. Raises DeclarationError
    `example-invalid` where a row breaks the contract: such a row is never measured.
    """
    example = metric.examples[number - 1]
    source = declarations.sources[metric.source]
    organisation = declarations.organisation
    with TemporaryDirectory(prefix="scorecard-example-") as folder:
        file = Path(folder) / "rows.parquet"
        with ExampleRows(organisation, source, example) as rows:
            known_until = (
                read_moment(example.known_until, organisation.zone)
                if example.known_until is not None
                else rows.latest_time() or _NO_TIME
            )
            day = last_known_day(known_until, organisation.zone)
            rows.write(file, day)
            measured = _measured_source(rows.source)
        placed = replace(metric, at=CLOCK)
        declared = replace(
            declarations,
            sources={**declarations.sources, source.name: measured},
            metrics={**declarations.metrics, metric.name: placed},
        )
        types = landed_types(measured)
        landed = Landed(0, (str(file),), len(example.rows), known_until, types)
        with DuckDB({source.name: landed}, declared) as engine:
            cut = Cut(placed, "year", frozenset({()}))
            found = list(figures(declared, {source.name: landed}, engine, [cut]))
            got = found[0].value if found else None
            passed = is_met(got, example.expect, example.within)
            counted = "" if passed else _counted(declared, placed, engine, day, known_until)
    return ExampleResult(metric, number, example, got, example.expect, passed, counted)


def is_met(got: float | None, expect: float | None, within: float | None = None) -> bool:
    """Whether a figure is what was expected.

    No data is met by no data alone. Otherwise the two may lie `within` so much of one another;
    without it, half a unit of the last decimal in which `expect` is written, and nothing where it
    is a whole number. The last digits of a double never count.
    """
    if got is None or expect is None:
        return got is None and expect is None
    allowed = _written_precision(expect) if within is None else within
    return abs(got - expect) <= allowed + _LAST_DIGITS * max(1.0, abs(expect))


def _written_precision(expect: float) -> float:
    if isinstance(expect, int):
        return 0.0
    exponent = Decimal(repr(expect)).as_tuple().exponent
    return 0.5 * 10.0**exponent if isinstance(exponent, int) and exponent < 0 else 0.0


def _measured_source(source: Source) -> Source:
    """The source with the clock and the number of each row, which `ExampleRows` writes."""
    columns = {**source.columns, ROW: integer(), CLOCK: date_column()}
    return replace(source, columns=columns, key=(ROW,))


def _counted(
    declarations: Declarations, metric: Metric, engine: DuckDB, day: date, known_until: datetime
) -> str:
    organisation = declarations.organisation
    found = behind(
        metric,
        declarations.sources,
        engine,
        department=None,
        where={},
        period=containing(day, "year", organisation.fiscal_year_start),
        zone=organisation.zone,
        known_until=known_until,
        calendar=provide_calendar(
            working_moments(metric.aggregate),
            declarations.sources[metric.source],
            declarations,
            engine,
            known_until,
        ),
        sample=10_000,
    )
    return " ".join([_which(found), *_left_out(found)])


def _which(found: Behind) -> str:
    if not found.landed:
        return "It has no rows."
    counted = [row for row in found.rows if row["_counted"]]
    if not counted:
        return f"None of {_rows(found.landed)} counts."
    numbers = _numbers(counted)
    text = f"{numbers.capitalize()} of {found.landed:,} count{'s' if len(counted) == 1 else ''}"
    if "_kept" not in counted[0]:
        return f"{text}."
    kept = [row for row in counted if row["_kept"]]
    return f"{text}; {f'kept: {_numbers(kept)}' if kept else 'none of them kept'}."


def _left_out(found: Behind) -> Iterator[str]:
    if found.left_out:
        reasons = "; ".join(f"{one.reason} ({_rows(one.rows)})" for one in found.left_out)
        yield f"Left out: {reasons}."


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _numbers(rows: list[dict[str, Any]]) -> str:
    numbers = sorted(int(row[ROW]) for row in rows)
    shown = ", ".join(map(str, numbers[:12]))
    more = f" and {len(numbers) - 12:,} more" if len(numbers) > 12 else ""
    return f"row{'' if len(numbers) == 1 else 's'} {shown}{more}"


def _shown(figure: float | None) -> str:
    return "no data" if figure is None else f"{figure:.10g}"
