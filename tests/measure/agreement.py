"""How far engines agree with plain Python, counted; written into docs/engines.md as a program.

python -m tests.measure.agreement [--tables 200] [ENGINE …]
"""

from __future__ import annotations

import argparse
import json
import math
import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scorecard.declare.metrics import Metric
from scorecard.ledger.measurements import MeasurementRow
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut, Level
from tests.measure import reference
from tests.measure.benches import BENCHES, Bench, Rows
from tests.measure.builder import declarations
from tests.measure.test_figures import ALL_METRICS, KNOWN_UNTIL, LEVELS, SOURCE, rows

Key = tuple[Any, ...]
Found = dict[Key, tuple[float | None, int]]
GRAINS = ("day", "week", "month", "quarter", "year", "fiscal_quarter", "fiscal_year")
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "engines.md"
_MARKS = "<!-- results -->", "<!-- end of results -->"
_CELL = re.compile(r"([\d,]+) tables, ([\d,]+) figures, ([\d,]+) differ")


@dataclass
class Count:
    """What was compared of one form on one engine."""

    tables: int = 0
    figures: int = 0
    differences: int = 0

    def __str__(self) -> str:
        return f"{self.tables:,} tables, {self.figures:,} figures, {self.differences:,} differ"


def answers(
    bench: Bench, observed: Rows, metrics: list[Metric], grain: Any, levels: Iterable[Level]
) -> Found:
    """The figures of an engine, by metric, period, department and scope."""
    declared = declarations({SOURCE.name: SOURCE}, metrics)
    numbered = [{"id": str(i)} | row for i, row in enumerate(observed)]
    cuts = [Cut(metric, grain, frozenset(levels)) for metric in metrics]
    with bench(declared, {SOURCE.name: numbered}, KNOWN_UNTIL) as (engine, tables):
        return by_key(figures(declared, tables, engine, cuts))


def by_key(rows: Iterable[MeasurementRow]) -> Found:
    """Value and n of figures, by metric, period, department and scope."""
    return {(m.metric, m.period, m.department, m.scope): (m.value, m.n) for m in rows}


def expected(observed: Rows, metrics: list[Metric], grain: Any, levels: Iterable[Level]) -> Found:
    """The same from plain Python."""
    zone = declarations({}, []).organisation.zone
    found: Found = {}
    for metric in metrics:
        for level in levels:
            by_place = reference.figures(metric, observed, level, grain, zone, KNOWN_UNTIL, 7)
            for (period, place), one in by_place.items():
                named = dict(zip(level, place, strict=True))
                department = named.pop("department", None)
                scope = json.dumps(named, sort_keys=True, ensure_ascii=False)
                found[metric.name, period, department, scope] = one
    return found


def differing(got: Found, wanted: Found) -> list[Key]:
    """The keys of figures that are not the same: missing, of another n, or beyond 1e-9."""
    return [key for key in got.keys() | wanted.keys() if not _same(got.get(key), wanted.get(key))]


def _same(one: tuple[float | None, int] | None, other: tuple[float | None, int] | None) -> bool:
    if one is None or other is None or one[1] != other[1]:
        return False
    if one[0] is None or other[0] is None:
        return one[0] is other[0]
    return math.isclose(one[0], other[0], rel_tol=1e-9, abs_tol=1e-9)


def counted(bench: Bench, tables: int) -> tuple[dict[str, Count], list[str]]:
    """Of each form, what was compared on so many generated tables; and the first differences."""
    counts = {metric.name: Count() for metric in ALL_METRICS}
    told: list[str] = []

    @settings(
        max_examples=tables,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(rows, st.sampled_from(GRAINS))
    def compare(observed: Rows, grain: Any) -> None:
        wanted = expected(observed, ALL_METRICS, grain, LEVELS)
        got = answers(bench, observed, ALL_METRICS, grain, LEVELS)
        for count in counts.values():
            count.tables += 1
        for name, *_ in wanted:
            counts[name].figures += 1
        for key in differing(got, wanted):
            counts[key[0]].differences += 1
            if len(told) < 20:
                told.append(f"{grain} {key}: {got.get(key)} instead of {wanted.get(key)}")

    compare()
    return counts, told


def documented(text: str) -> dict[str, dict[str, str]]:
    """What the document says: by engine and form, the text of the cell."""
    between = text.split(_MARKS[0])[1].split(_MARKS[1])[0]
    lines = [
        [cell.strip(" `") for cell in line.strip("| ").split("|")]
        for line in between.strip().splitlines()
    ]
    if not lines:
        return {}
    [_, *engines], _, *body = lines
    return {
        engine: {line[0]: line[place] for line in body} for place, engine in enumerate(engines, 1)
    }


def as_count(cell: str) -> Count | None:
    """The numbers of a cell; None where it is no count."""
    match = _CELL.fullmatch(cell)
    return Count(*(int(number.replace(",", "")) for number in match.groups())) if match else None


def written(text: str, results: dict[str, dict[str, Count]]) -> str:
    """The document with these results in place of the engines' earlier ones."""
    held = documented(text) | {
        engine: {form: str(count) for form, count in counts.items()}
        for engine, counts in results.items()
    }
    engines = [engine for engine in BENCHES if engine in held]
    lines = [f"| form | {' | '.join(engines)} |", "|---" * (len(engines) + 1) + "|"]
    for metric in ALL_METRICS:
        cells = (held[engine].get(metric.name, "not run") for engine in engines)
        lines.append(f"| `{metric.name}` | {' | '.join(cells)} |")
    before, rest = text.split(_MARKS[0])
    after = rest.split(_MARKS[1])[1]
    return "\n".join([before + _MARKS[0], *lines, _MARKS[1] + after])


def main() -> None:
    """Run the engines that are named, or all, and write their results into the document."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("engines", nargs="*", metavar="ENGINE", help=", ".join(BENCHES))
    parser.add_argument("--tables", type=int, default=200)
    given_ = parser.parse_args()
    results: dict[str, dict[str, Count]] = {}
    for name in given_.engines or BENCHES:
        with ExitStack() as stack:
            results[name], told = counted(stack.enter_context(BENCHES[name]()), given_.tables)
        print(name, *told, sep="\n  ")
        print(f"  {sum(c.differences for c in results[name].values()):,} differences", flush=True)
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(written(text, results), encoding="utf-8")


if __name__ == "__main__":
    main()
