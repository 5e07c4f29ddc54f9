"""Names are added to what a file imports, and nothing else of it changes."""

from __future__ import annotations

import ast

import pytest

from scorecard.declare.python_imports import with_imports

LONG = ", ".join(f"a_rather_long_name_{n}" for n in range(5))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "from scorecard import count, metric\n"),
        ('"""Doc."""\n', '"""Doc."""\n\nfrom scorecard import count, metric\n'),
        ('"""Doc."""', '"""Doc."""\n\nfrom scorecard import count, metric\n'),
        ("import re\n\nX = 1\n", "import re\n\nfrom scorecard import count, metric\n\nX = 1\n"),
        ("X = 1\n", "from scorecard import count, metric\nX = 1\n"),
        (
            "from scorecard import metric, share as s\nX = 1\n",
            "from scorecard import count, metric, share as s\nX = 1\n",
        ),
        (
            "from scorecard import (\n    metric,\n    sum,\n)\n",
            "from scorecard import count, metric, sum\n",
        ),
        (
            "from scorecard import metric  # why\n",
            "from scorecard import metric  # why\nfrom scorecard import count\n",
        ),
        (
            "from scorecard import metric; X = 1\n",
            "from scorecard import metric; X = 1\nfrom scorecard import count\n",
        ),
        ("from scorecard import metric\nfrom scorecard import count\n", None),
        (
            "from scorecard import count as metric\n",
            "from scorecard import count, count as metric, metric\n",
        ),
    ],
)
def test_missing_names_are_added(before: str, after: str | None):
    assert with_imports(before, ("count", "metric")) == (before if after is None else after)


def test_a_long_line_is_broken():
    text = with_imports(f"from scorecard import {LONG}\n", ["count"])
    assert text.startswith("from scorecard import (\n    a_rather_long_name_0,\n")
    assert text.endswith("    count,\n)\n")
    ast.parse(text)
