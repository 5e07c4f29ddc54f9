"""Judging 2,400 series of 120 months against one scan of the records, by hand, in the same run."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scorecard.judge.confidence import LIKELY, SURE, confidence_of
from scorecard.judge.intervals import Interval
from scorecard.judge.status import Status
from scorecard.report.history import History
from scorecard.report.sentence import standard_sentence
from tests.benchmarks.judging import MONTHS, SERIES, Judged, Made, judge_all, last_row, make
from tests.benchmarks.scans import make_rows
from tests.judge.plain_xmr import plain_phases

ROWS = int(os.environ.get("SCORECARD_BENCHMARK_ROWS", "10_000_000"))
TURNS = 3
Z = {SURE: 1.959963984540054, LIKELY: 1.2815515655446004}


@pytest.fixture(scope="module")
def landed_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("judging") / "requests.parquet"
    make_rows(str(file), ROWS)
    return file


@pytest.fixture(scope="module")
def made() -> Made:
    return make()


@pytest.fixture(scope="module")
def judged(made: Made) -> Judged:
    return judge_all(made)


def run(repository: Path, *command: str) -> dict[str, Any]:
    arguments = [sys.executable, "-m", *command]
    return json.loads(subprocess.check_output(arguments, cwd=repository))


SAMPLE = range(0, SERIES, 37)


def test_gaps_intervals_and_confidence_are_those_worked_out_one_by_one(
    made: Made, judged: Judged
) -> None:
    words = set()
    for series in SAMPLE:
        for month in range(MONTHS):
            kept, counted = made.kept[series, month], made.counted[series, month]
            expected = float(made.expected[series, month])
            if math.isnan(kept):
                assert math.isnan(judged.gap[series, month])
                assert math.isnan(judged.sure.lower[series, month])
                continue
            share = kept / counted
            assert judged.gap[series, month] == pytest.approx(100 * share - expected)
            sure, likely = (plain_wilson(share, counted, Z[each]) for each in (SURE, LIKELY))
            assert judged.sure.lower[series, month] == pytest.approx(sure.lower, rel=1e-9)
            assert judged.sure.upper[series, month] == pytest.approx(sure.upper, rel=1e-9)
            found = confidence_of(expected, made.better(series), sure, likely)
            assert judged.confidence[series, month] is found
            words.add(found)
    assert len(words) == 5


def plain_wilson(share: float, n: float, z: float) -> Interval:
    """Where the two roots of (p - share)² n = z² p (1 - p) lie, in percent."""
    a, b, c = n + z * z, -(2 * n * share + z * z), n * share * share
    root = math.sqrt(b * b - 4 * a * c)
    return Interval(100 * (-b - root) / (2 * a), 100 * (-b + root) / (2 * a))


def test_charts_are_those_of_plain_python(judged: Judged) -> None:
    kinds = set()
    for series in SAMPLE:
        chart = judged.told[series].chart
        assert chart is not None
        values = [None if math.isnan(x) else Fraction(float(x)) for x in judged.actual[series]]
        [plain] = plain_phases(values)
        assert plain.lower is not None
        assert plain.upper is not None
        assert chart.lower[-1] == pytest.approx(float(plain.lower), rel=1e-9)
        assert chart.upper[-1] == pytest.approx(float(plain.upper), rel=1e-9)
        assert [str(cause) for cause in chart.special_cause] == plain.types
        kinds.add(chart.variation)
    assert len(kinds) == 3


def test_sentences_are_those_that_the_pages_show(made: Made, judged: Judged) -> None:
    for series in SAMPLE:
        rows = [
            last_row(made, series, judged.actual, judged.sure, confidence, month)
            for month, confidence in enumerate(judged.confidence[series])
        ]
        assert rows[-1].status in (Status.MET, Status.MISSED)
        assert judged.sentences[series] == standard_sentence(rows[-1], History(rows))
    assert len(judged.sentences) == SERIES
    assert len(set(judged.sentences)) == SERIES


@pytest.mark.benchmark
def test_judging_takes_no_longer_than_one_scan_by_hand(
    landed_file: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Turn by turn, so that a machine that slows down slows both.
    turns = [
        (
            run(repository, "tests.benchmarks.judging", "3"),
            run(repository, "tests.benchmarks.scans", "hand", str(landed_file), "3"),
        )
        for _ in range(TURNS)
    ]
    assert sum(turns[0][0]["variations"].values()) == SERIES

    def best(side: int, what: str) -> float:
        return float(np.min([turn[side][what] for turn in turns]))

    ratio = best(0, "seconds") / best(1, "seconds")
    with capsys.disabled():
        print(
            f"\njudge, {SERIES:,} series x {MONTHS} months: {best(0, 'seconds'):.2f} s, "
            f"{ratio:.2f} x the time and "
            f"{best(0, 'processor') / best(1, 'processor'):.2f} x the processor time of one scan "
            f"of {ROWS:,} rows by hand"
        )
    assert ratio <= 1.0
