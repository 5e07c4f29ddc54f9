"""The pytest plugin: each example is a test, and other projects are left alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# A run inside this process takes away the modules it was the first to import, and numpy cannot be
# imported twice.
import scorecard.measure.examples
from tests.declare.folders import GOOD, write

assert scorecard.measure.examples
pytest_plugins = ["pytester"]

METRICS = '''\
from scorecard import count, metric


@metric(source="requests", at="opened_at", unit="count", better="lower")
def opened(r):
    """Requests opened."""
    return count()


opened.example([{}, {}], expect=2)
opened.example(
    [{"visits": 1}],
    expect=3,
)
'''
# Also where the entry point is installed, the plugin is taken once, from this clone.
HERE = ("-p", "no:scorecard", "-p", "scorecard.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def town(pytester: pytest.Pytester) -> Path:
    """An organisation whose second example fails, among files that have no tests."""
    files = {**GOOD, "metrics.py": METRICS, "public_works.toml": ""}
    return write(pytester.path / "declared" / "smallville", files)


def test_each_example_is_a_test_and_a_failing_one_is_told_in_plain_words(
    pytester: pytest.Pytester, town: Path
):
    result = pytester.runpytest_inprocess(*HERE, "-v")
    result.assert_outcomes(passed=1, failed=1)
    file = "declared/smallville/metrics.py"
    result.stdout.fnmatch_lines(
        [
            f"{file}::opened[[]example 1] PASSED*",
            f"{file}::opened[[]example 2] FAILED*",
            f"example-failed: *{file}:11: opened gives 1, and the example expects 3. "
            "Row 1 of 1 counts.",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*examples.py*")


def test_one_example_can_be_asked_for(pytester: pytest.Pytester, town: Path):
    result = pytester.runpytest_inprocess(*HERE, f"{town / 'metrics.py'}::opened[example 1]")
    result.assert_outcomes(passed=1)


def test_mistakes_in_the_declarations_are_told_as_check_tells_them(
    pytester: pytest.Pytester, town: Path
):
    (town / "metrics.py").write_text(METRICS.replace('at="opened_at"', 'at="opend_at"'))
    result = pytester.runpytest_inprocess(*HERE)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["at-unknown: *metrics.py:4: *Did you mean 'opened_at'?"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_row_that_breaks_the_contract_fails_its_example(pytester: pytest.Pytester, town: Path):
    text = METRICS.replace('{"visits": 1}', '{"visits": "many"}')
    (town / "metrics.py").write_text(text)
    result = pytester.runpytest_inprocess(*HERE)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["example-invalid: *metrics.py:11: Row 1 *"])


def test_a_metrics_file_of_another_project_is_left_alone(pytester: pytest.Pytester):
    pytester.makepyfile(metrics="raise RuntimeError('nobody asked for me')")
    pytester.makepyfile(test_other="def test_other(): pass")
    pytester.runpytest_inprocess(*HERE).assert_outcomes(passed=1)


def test_the_plugin_brings_nothing_along_until_it_is_needed():
    code = (
        "import sys, pytest\n"
        "before = set(sys.modules)\n"
        "import scorecard.pytest_plugin\n"
        "print(*sorted(m for m in set(sys.modules) - before if '.' in m or m != 'scorecard'))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["scorecard.pytest_plugin"]
