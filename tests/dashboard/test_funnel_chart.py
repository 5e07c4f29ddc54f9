"""The funnel's figure and its words, without a browser."""

from __future__ import annotations

import json
from pathlib import Path

from dashboard.funnel_chart import figure, key_of, size_words
from tests.report.compare_town import declared, one, page, shares

SUMS = [(80 + i % 3, 100) for i in range(12)]


def test_an_expected_value_of_0_is_drawn_and_said(tmp_path: Path) -> None:
    rows = [*shares(SUMS, expected=0.0), one(None, 972, 1200, expected=0.0)]
    found = page(declared(tmp_path), rows)
    assert found.target == 0
    assert "; expected is 0 %" in size_words(found)
    assert key_of(found)[-1].name == "expected"
    drawn = json.loads(figure(found).to_json() or "")
    assert [0.0, 0.0] in [line.get("y") for line in drawn["data"]]


def test_without_an_expected_value_none_is_said(tmp_path: Path) -> None:
    found = page(declared(tmp_path), shares(SUMS, expected=None))
    assert found.target is None
    assert "expected" not in size_words(found)
    assert key_of(found)[-1].name == "all together"
