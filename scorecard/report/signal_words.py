"""The signal of a control chart in words: `seven months running below the mean, since March`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scorecard.judge.signal import Signal
from scorecard.judge.special_cause import Rule
from scorecard.report.phrases import grain_words, number_word

NO_SIGNAL = "no sign of a change"
Names = Sequence[str] | Mapping[int, str]


def signal_words(signal: Signal | None, names: Names, grain: str) -> str:
    """The signal as a person says it, without the judgement whether it is good.

    names   what the points of the chart are called, those of the signal at least: `March 2026`
            (report.phrases.period_words)
    grain   `month`, `week` …

        seven months running below the mean, since March 2026
        nine months running above the mean, from March 2025 to November 2025
        rising over seven months, since January 2026
        two of three months close to the lower limit, since May 2026
        above the upper limit in July 2026
    """
    if signal is None:
        return NO_SIGNAL
    one = signal.length == 1
    return f"{_what(signal, grain)}{_at(signal, names, grain) if one else _when(signal, names)}"


def _what(signal: Signal, grain: str) -> str:
    count = number_word(signal.length)
    noun = grain_words(grain, signal.length)
    side = "above" if signal.upwards else "below"
    limit = "upper" if signal.upwards else "lower"
    if signal.rule is Rule.RUN:
        return f"{count} {noun} running {side} the mean"
    if signal.rule is Rule.TREND:
        return f"{'rising' if signal.upwards else 'falling'} over {count} {noun}"
    if signal.rule is Rule.OUTSIDE:
        beyond = f"{side} the {limit} limit"
        return beyond if signal.length == 1 else f"{count} {noun} running {beyond}"
    if signal.near < signal.length:
        return f"{number_word(signal.near)} of {count} {noun} close to the {limit} limit"
    return f"{count} {noun} running close to the {limit} limit"


def _at(signal: Signal, names: Names, grain: str) -> str:
    return f" {'on' if grain == 'day' else 'in'} {names[signal.end]}"


def _when(signal: Signal, names: Names) -> str:
    if signal.running:
        return f", since {names[signal.start]}"
    return f", from {names[signal.start]} to {names[signal.end]}"
