"""The worked examples of the pages on before and after and on forecasts print what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.documents import FENCED


@pytest.mark.parametrize("page", ["before-after", "forecast"])
def test_what_the_example_prints_stands_below_it(
    repository: Path, page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (repository / "docs" / "judging" / f"{page}.md").read_text(encoding="utf-8")
    blocks = {language: body for _, language, body in FENCED.findall(text)}
    exec(compile(blocks["python"], page, "exec"), {})
    assert capsys.readouterr().out == blocks["text"]
