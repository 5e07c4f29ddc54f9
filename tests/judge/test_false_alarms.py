"""The tables of docs/judging/control-charts.md are what the simulation gives."""

from __future__ import annotations

import contextlib
import io
import re
from math import sqrt
from pathlib import Path

import numpy as np
import pytest

from scorecard.judge.rule_sets import RULE_SETS
from tests.documents import FENCED
from tests.judge.false_alarms import HORIZON, SHIFTS, delay, false_alarms, months_until_found

SERIES = 400
WIDE = 4.5
"""Standard errors within which a smaller simulation must agree with the table."""


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return (repository / "docs/judging/control-charts.md").read_text(encoding="utf-8")


def rows(page: str, name: str) -> list[list[str]]:
    found = re.search(rf"<!-- {name} -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert found
    lines = [line for line in found[1].splitlines() if line.startswith("| `")]
    return [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]


def share(cell: str) -> float:
    return float(cell.rstrip("%")) / 100


def test_the_table_of_false_alarms_holds(page: str) -> None:
    table = rows(page, "false alarms")
    assert [name for name, *_ in table] == list(RULE_SETS)
    for name, *cells in table:
        found = false_alarms(name, SERIES)
        for cell, seen in zip(
            cells, (found.any_signal, found.points, found.last_point), strict=True
        ):
            stated = share(cell)
            # Flags of one series hang together, so points count as one series each.
            assert abs(seen - stated) < WIDE * sqrt(stated * (1 - stated) / SERIES) + 0.001


def test_the_table_of_delays_holds(page: str) -> None:
    table = rows(page, "delays")
    sizes = [f"{shift} sigma" if shift else "none" for shift in SHIFTS]
    assert [row[:2] for row in table] == [[name, size] for name in RULE_SETS for size in sizes]
    for name, size, median, mean, never in table:
        found = delay(name, sizes.index(size), SERIES // 4)
        assert abs(found.mean - float(mean)) < WIDE * found.spread / sqrt(SERIES // 4) + 0.1
        assert found.low <= float(median) <= found.high
        stated = share(never)
        assert abs(found.never - stated) < WIDE * sqrt(stated * (1 - stated) * 4 / SERIES) + 0.02


def test_a_larger_shift_is_found_sooner(page: str) -> None:
    for name in RULE_SETS:
        means = [float(row[3]) for row in rows(page, "delays") if row[0] == name]
        assert means == sorted(means, reverse=True)


def test_the_month_of_finding_is_the_first_whose_chart_flags_it() -> None:
    stable = [10.0, 12.0] * 12
    far = np.array([*stable, *[11.9, 10.1] * 5, 99.0, *[11.9, 10.1] * 30])
    assert months_until_found(far, "making-data-count-2021") == 11
    run = np.array([*stable, *[11.2] * 60])
    assert months_until_found(run, "making-data-count-2021") == 6  # the last stable one counts too
    assert months_until_found(run, "six-point") == 5
    assert (
        months_until_found(np.array([*stable, *stable, *stable[:36]]), "six-point") == HORIZON + 1
    )


def test_the_worked_example_gives_what_stands_below_it(page: str) -> None:
    (code, text) = (
        body for _, language, body in FENCED.findall(page) if language in ("python", "text")
    )
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, "control-charts.md", "exec"), {})
    assert printed.getvalue() == text
