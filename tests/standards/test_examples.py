"""Every example in the shipped organisations gives the figure it states."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard.declare.load import load
from scorecard.errors import DeclarationError
from scorecard.measure.examples import run_examples

FOLDERS = sorted(
    file.parent.name
    for file in (Path(__file__).parents[2] / "standards").glob("*/organisation.toml")
)


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_example_gives_the_figure_it_states(repository: Path, folder: str):
    results = list(run_examples(load(repository / "standards" / folder)))
    assert results
    failures = [
        str(result if isinstance(result, DeclarationError) else result.error)
        for result in results
        if isinstance(result, DeclarationError) or not result.passed
    ]
    assert not failures, "\n".join(failures)
