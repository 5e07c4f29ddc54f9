"""What docs/judging/other-charts.md shows is what the charts say."""

from __future__ import annotations

import re
from math import sqrt

import pytest

from scorecard.judge.which_chart import FEWEST_EVENTS, FEWEST_FOR_LIMITS
from tests.judge.false_alarms_charts import BEGIN, CASES, END, PAGE, Case, false_alarms

SAMPLE = 400


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def test_the_example_prints_what_stands_below_it(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ((code, output),) = re.findall(r"```python\n(.*?)```\n\n```text\n(.*?)```", page, re.DOTALL)

    exec(compile(code, PAGE.name, "exec"), {})

    assert capsys.readouterr().out == output


def rows(page: str) -> dict[tuple[str, str], float]:
    between = page.split(BEGIN)[1].split(END)[0]
    found = re.findall(r"^\| (.+?) \| (.+?) \| ([\d.]+) % \|$", between, re.MULTILINE)
    return {(chart, process): float(percent) / 100 for chart, process, percent in found}


def test_every_case_has_its_row(page: str) -> None:
    assert list(rows(page)) == [(case.chart, case.process) for case in CASES]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.chart}: {case.process}")
def test_a_smaller_sample_agrees_with_the_table(page: str, case: Case) -> None:
    shown = rows(page)[case.chart, case.process]

    found = false_alarms(case, SAMPLE, seed=11)

    # Four standard errors of the smaller sample, and the table's rounding.
    assert abs(found - shown) <= 4 * sqrt(shown * (1 - shown) / SAMPLE) + 0.002


def test_the_thresholds_are_those_of_the_page(page: str) -> None:
    assert f"| fewer than {FEWEST_FOR_LIMITS} | run chart |" in page
    assert f"| fewer than {FEWEST_EVENTS} events a point on average | run chart |" in page
