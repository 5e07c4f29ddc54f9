"""Every form of metric gives on every engine what plain Python gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.measure.agreement import (
    DOCUMENT,
    GRAINS,
    answers,
    as_count,
    counted,
    differing,
    documented,
    expected,
)
from tests.measure.benches import BENCHES, Bench, Rows
from tests.measure.test_figures import ALL_METRICS, LEVELS, rows


@pytest.fixture(scope="module", params=list(BENCHES))
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    with BENCHES[request.param]() as opened:
        yield opened


def test_every_form_at_every_level_agrees_with_plain_python(bench: Bench) -> None:
    @settings(max_examples=30)
    @given(rows, st.sampled_from(GRAINS))
    def agree(observed: Rows, grain: Any) -> None:
        got = answers(bench, observed, ALL_METRICS, grain, LEVELS)
        wanted = expected(observed, ALL_METRICS, grain, LEVELS)
        assert {key: (got.get(key), wanted.get(key)) for key in differing(got, wanted)} == {}

    agree()


@pytest.mark.slow
def test_no_form_differs_over_two_hundred_tables(bench: Bench) -> None:
    counts, told = counted(bench, 200)
    assert told == []
    for form, count in counts.items():
        assert count.tables >= 200, form
        assert count.figures > 0, form


def test_the_document_shows_every_form_on_every_engine_without_a_difference() -> None:
    shown = documented(DOCUMENT.read_text(encoding="utf-8"))
    assert set(shown) == set(BENCHES)
    for engine, forms in shown.items():
        assert list(forms) == [metric.name for metric in ALL_METRICS], engine
        for form, cell in forms.items():
            count = as_count(cell)
            assert count is not None, f"{engine}: {form} is {cell!r}"
            assert count.tables >= 200, f"{engine}: {form}"
            assert count.figures > 0, f"{engine}: {form}"
            assert count.differences == 0, f"{engine}: {form}"
