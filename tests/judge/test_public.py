"""What `scorecard.judge` hands out: the methods, whatever was imported before them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import scorecard.judge
from scorecard.judge import capability, funnel, shrink, wilson, xmr

# Beside its errors and its declarations the room of judging may know of nothing of ours.
ALLOWED = ("scorecard.judge", "scorecard.declare", "scorecard.errors")


def test_every_name_is_a_function_even_where_its_file_was_imported_first() -> None:
    code = (
        "import scorecard.judge.xmr, scorecard.judge.funnel, scorecard.judge.promise\n"
        "import scorecard.judge as j\n"
        "assert all(type(getattr(j, name)).__name__ == 'function' for name in j.__all__)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_every_name_is_listed_in_order() -> None:
    assert scorecard.judge.__all__ == sorted(scorecard.judge.__all__)


def test_the_names_that_others_build_on_take_what_they_promise() -> None:
    chart = xmr(
        [1.0, 2.0, 3.0, 2.0, 1.0, 2.5],
        better="lower",
        expected=2,
        rebase_at=(3,),
        fix_first=2,
        screen=False,
        rules="making-data-count-2021",
    )
    assert len(chart.mean) == len(chart.lower) == len(chart.upper) == len(chart.special_cause) == 6
    assert (chart.variation, chart.assurance) == ("common cause", "hit or miss")
    low, high = wilson(65, 100, confidence=0.95) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.5525, 0.7364)
    assert len(funnel([5, 7], [10, 20]).units) == len(shrink([5, 7], [10, 20]).units) == 2
    assert capability([1.0, 2.0, 3.0], upper=4).n == 3


def test_judging_knows_nothing_of_files_tables_or_pages(repository: Path) -> None:
    for file in sorted((repository / "scorecard" / "judge").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("scorecard"):
                assert (node.module or "").startswith(ALLOWED), (file.name, node.module)


def test_judging_is_imported_without_the_slow_libraries() -> None:
    code = (
        "import sys, scorecard.judge\n"
        "print(sorted({'statsmodels', 'pandas', 'scipy.stats', 'sqlalchemy'} & {*sys.modules}))"
    )
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout.strip() == "[]"
