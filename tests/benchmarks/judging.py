"""Judging 2,400 series of 120 months, timed in a process of its own.

Run as: python -m tests.benchmarks.judging RUNS. Prints JSON: seconds and processor seconds of each
run, and how many series have each variation.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from scorecard.declare.metrics import Better
from scorecard.declare.periods import Period, between
from scorecard.judge.confidence import LIKELY, SURE, confidences
from scorecard.judge.gap import gap
from scorecard.judge.intervals import Limits, wilson_limits
from scorecard.judge.status import Status, judge
from scorecard.judge.values import Numbers
from scorecard.report.behaviour import Behaviour, behaviour_of_values
from scorecard.report.history import Streak, running_misses
from scorecard.report.row import ScorecardRow
from scorecard.report.sentence import row_sentence

SERIES, MONTHS = 2400, 120
PERIODS: list[Period] = list(between(date(2015, 1, 1), date(2024, 12, 31), "month"))


@dataclass(frozen=True)
class Made:
    """Records kept and counted, and what is expected in percent, each SERIES × MONTHS; NaN for a
    month without records. The first half is better when higher, the second when lower."""

    kept: Numbers
    counted: Numbers
    expected: Numbers

    def better(self, series: int) -> Better:
        return "higher" if series < SERIES // 2 else "lower"


@dataclass(frozen=True)
class Judged:
    """What is judged: one entry a point in rows of SERIES × MONTHS, and one entry a series."""

    actual: Numbers
    gap: Numbers
    sure: Limits
    confidence: Any
    told: list[Behaviour]
    sentences: list[str]


def make() -> Made:
    """Shares of made-up units: level, drift, one shift, months without records, and a promise that
    was raised once."""
    chance = np.random.default_rng(20260801)
    shape = (SERIES, MONTHS)
    counted = chance.integers(20, 4000, (SERIES, 1)) + chance.integers(0, 20, shape)
    level = chance.uniform(0.55, 0.95, (SERIES, 1))
    drift = chance.choice([0.0, 0.0, 0.0, -0.0008, 0.0006], (SERIES, 1)) * np.arange(MONTHS)
    shift = chance.choice([0.0, 0.0, -0.08, 0.05], (SERIES, 1)) * (
        np.arange(MONTHS) >= chance.integers(12, MONTHS, (SERIES, 1))
    )
    noise = chance.normal(0, 0.015, shape)
    kept = chance.binomial(counted, np.clip(level + drift + shift + noise, 0.02, 0.99))
    gone = chance.random(shape) < 0.01
    gone[:, -1] = False
    expected = np.round(100 * level) + chance.choice([-6, -2, 0, 3], (SERIES, 1))
    raised = expected + 2 * (np.arange(MONTHS) >= 60)
    return Made(np.where(gone, np.nan, kept), np.where(gone, np.nan, counted), raised.astype(float))


def judge_all(made: Made) -> Judged:
    """Gap, interval and confidence of every point at once; chart, signal and sentence by series."""
    shape = made.kept.shape
    kept, counted, expected = made.kept.ravel(), made.counted.ravel(), made.expected.ravel()
    actual = 100 * kept / counted
    difference = actual - expected
    sure, likely = (
        Limits(*(100 * end for end in wilson_limits(kept, counted, each)))
        for each in (SURE, LIKELY)
    )
    half = len(kept) // 2
    halves: list[tuple[slice, Better]] = [
        (slice(None, half), "higher"),
        (slice(half, None), "lower"),
    ]
    confidence = np.concatenate(
        [
            confidences(
                expected[part],
                better,
                Limits(sure.lower[part], sure.upper[part]),
                Limits(likely.lower[part], likely.upper[part]),
            )
            for part, better in halves
        ]
    ).reshape(shape)
    actual, difference = actual.reshape(shape), difference.reshape(shape)
    sure = Limits(sure.lower.reshape(shape), sure.upper.reshape(shape))
    statuses = _statuses(made, difference)
    told, sentences = [], []
    for series in range(len(actual)):
        row = last_row(made, series, actual, sure, confidence[series, -1])
        found = behaviour_of_values(row, PERIODS, actual[series], made.expected[series])
        count, whole = running_misses(statuses[series])
        run = Streak(count, PERIODS[-count], whole) if count else None
        told.append(found)
        sentences.append(row_sentence(row, PERIODS[-1], run, found))
    return Judged(actual, difference, sure, confidence, told, sentences)


def _statuses(made: Made, difference: Numbers) -> list[list[Status]]:
    towards = difference.copy()
    towards[len(towards) // 2 :] *= -1
    met = towards >= -np.maximum(1e-9 * np.abs(made.expected), 1e-12)
    places = np.where(np.isnan(difference), 0, 1 + met)
    words = np.array([Status.NO_DATA, Status.MISSED, Status.MET], dtype=object)
    return words[places].tolist()


def last_row(
    made: Made, series: int, actual: Numbers, sure: Limits, confidence: Any, month: int = -1
) -> ScorecardRow:
    """The row of one month, judged as those of the scorecard are."""
    figure, expected = float(actual[series, month]), float(made.expected[series, month])
    known = figure == figure
    n = int(made.counted[series, month]) if known else 0
    better = made.better(series)
    verdict = judge(figure if known else None, expected, better, n=n)
    return ScorecardRow(
        standard=f"standard-{series}",
        title="Requests are closed on time",
        metric="closed_on_time",
        department=f"unit-{series}",
        department_name=f"Unit {series}",
        period=PERIODS[month].start,
        grain="month",
        label=PERIODS[month].label,
        unit="percent",
        better=better,
        actual=figure if known else None,
        expected=expected,
        tolerance=0.0,
        gap=gap(figure if known else None, expected),
        service_gap=verdict.service_gap,
        status=verdict.status,
        n=n,
        numerator=float(made.kept[series, month]) if known else None,
        denominator=float(made.counted[series, month]) if known else None,
        low=float(sure.lower[series, month]) if known else None,
        high=float(sure.upper[series, month]) if known else None,
        weight=1.0,
        shared=False,
        owner="Service manager",
        known_at=None,
        complete=True,
        confidence=confidence,
    )


def main(runs: str) -> None:
    """Judge `runs` times and print what it took."""
    made = make()
    seconds: list[float] = []
    processor: list[float] = []
    variations: Counter[str] = Counter()
    for _ in range(int(runs)):
        start, worked = time.perf_counter(), time.process_time()
        judged = judge_all(made)
        seconds.append(time.perf_counter() - start)
        processor.append(time.process_time() - worked)
        variations = Counter(str(each.variation) for each in judged.told)
    json.dump({"seconds": seconds, "processor": processor, "variations": variations}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
