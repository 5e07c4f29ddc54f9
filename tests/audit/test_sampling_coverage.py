"""The intervals of audits hold the truth as often as they say, and as the page says."""

from __future__ import annotations

import shutil
import subprocess
from math import sqrt
from pathlib import Path

import pytest

from scorecard.audit.sampling import draw
from tests.audit.sampling_coverage import (
    AUDITS,
    CONFIDENCES,
    HASHED,
    SIMPLE,
    STRATIFIED,
    Simple,
    Stratified,
    hashed_coverage,
    marked,
    simple_coverage,
    stratified_coverage,
)
from tests.documents import FENCED, text_of

FEWER = 400


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return text_of(repository, "docs/auditing/sampling.md")


@pytest.fixture(scope="module")
def written(page: str) -> dict[str, list[float]]:
    """The page's tables: population → fractions."""
    found: dict[str, list[float]] = {}
    for marker in ("simple", "strata"):
        table = marked(marker).search(page)
        assert table
        for line in table[2].splitlines()[2:]:
            name, _, *cells = line.strip("| ").split(" | ")
            found[name] = [float(one) / 100 for one in cells]
    return found


def error(share: float, audits: int) -> float:
    return sqrt(share * (1 - share) / audits)


def test_the_page_has_every_population(written: dict[str, list[float]]) -> None:
    assert [*written] == [*(one.name for one in SIMPLE), HASHED, *(one.name for one in STRATIFIED)]


def test_over_10_000_audits_the_intervals_hold_at_their_rate(
    written: dict[str, list[float]],
) -> None:
    assert AUDITS == 10_000
    for name, shares in written.items():
        for confidence, share in zip(CONFIDENCES, shares, strict=True):
            assert share >= confidence - 3 * error(confidence, AUDITS) - 0.0005, name


def near(now: list[float], then: list[float]) -> None:
    for confidence, one, other in zip(CONFIDENCES, now, then, strict=True):
        assert one == pytest.approx(other, abs=4 * error(confidence, FEWER))


@pytest.mark.parametrize("kind", SIMPLE, ids=lambda kind: kind.name)
def test_simple_samples_are_as_the_page_says(kind: Simple, written: dict[str, list[float]]) -> None:
    near(simple_coverage(kind, FEWER, seed=3), written[kind.name])


@pytest.mark.parametrize("kind", STRATIFIED, ids=lambda kind: kind.name)
def test_stratified_samples_are_as_the_page_says(
    kind: Stratified, written: dict[str, list[float]]
) -> None:
    near(stratified_coverage(kind, FEWER, seed=3), written[kind.name])


def test_samples_drawn_by_hash_are_as_the_page_says(written: dict[str, list[float]]) -> None:
    near(hashed_coverage(FEWER), written[HASHED])


def test_the_example_of_the_page_prints_what_stands_below_it(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    blocks = FENCED.findall(page)
    code = "".join(body for _, language, body in blocks if language == "python")
    printed = "".join(body for _, language, body in blocks if language == "text")

    exec(compile(code, "sampling.md", "exec"), {})

    assert capsys.readouterr().out == printed != ""


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum")
def test_the_draw_by_hand_of_the_page_is_the_draw(page: str, tmp_path: Path) -> None:
    keys = [f"case {number}, ä\\n" for number in range(40)]
    (tmp_path / "cases.txt").write_text("\n".join(keys) + "\n", encoding="utf-8")
    (script,) = (body for _, language, body in FENCED.findall(page) if language == "sh")

    done = subprocess.run(
        ["sh", "-c", f"seed='cycle 7'\n{script}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )

    by_hand = tuple(line.partition("  ")[2] for line in done.stdout.splitlines())
    assert by_hand == draw(keys, "cycle 7", 10).cases
