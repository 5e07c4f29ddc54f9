"""All that is judged of a standard, as text for a terminal or as JSON."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from scorecard.report.behaviour import Behaviour
from scorecard.report.behaviour_style import assurance_style, variation_style
from scorecard.report.capability_words import CapabilityOutlook
from scorecard.report.forecast_words import ForecastOutlook
from scorecard.report.judged import Judged
from scorecard.report.outlook import Outlook
from scorecard.report.phrases import period_words
from scorecard.report.promise_words import PromiseOutlook, TighteningOutlook
from scorecard.report.team_gap import TeamGap
from scorecard.report.text_table import aligned, printable

_WIDTH, _LABEL = 100, 16


class Entry(NamedTuple):
    """A labelled text; without a label it goes on with what the one before is about."""

    label: str
    text: str


def written(found: Judged, format: str) -> str:
    """What is judged in a format, "table" or "json"."""
    return _json(found) if format == "json" else _text(found)


def _text(found: Judged) -> str:
    page = found.page
    title = found.organisation + (" (synthetic data)" if page.synthetic else "")
    period = period_words(found.told.periods[-1])
    lines = [
        printable(f"{title}: {page.title}"),
        printable(f"{page.department_name}, {period}"),
        "",
        *textwrap.wrap(printable(page.sentence), _WIDTH),
        "",
    ]
    for label, text in _entries(found):
        lines += _wrapped(label, printable(text))
    if found.forecast is not None:
        lines += _forecast(found.forecast)
    return "\n".join(lines) + "\n"


def _entries(found: Judged) -> Iterator[Entry]:
    now, outlook = found.page.now, found.outlook
    assert now is not None
    sure = f" ({found.row.confidence})" if found.row.confidence else ""
    yield Entry("Status", f"{now.style.word}{sure}: {now.now}, expected {now.expected}")
    yield Entry("Rests on", found.page.basis)
    yield from _behaviour(found.told)
    yield from _promise(outlook.promise)
    yield from _tightening(outlook.tightening)
    yield from _capability(outlook.capability)
    for place, effect in enumerate(outlook.effects):
        yield Entry("" if place else "Before and after", effect.words)
    for place, words in enumerate(outlook.teams.words if outlook.teams else ()):
        yield Entry("" if place else "System and teams", words)


def _behaviour(told: Behaviour) -> Iterator[Entry]:
    if told.chart is None:
        yield Entry("Over time", told.reason)
        return
    for label, style in (
        ("Variation", variation_style(told)),
        ("Assurance", assurance_style(told)),
    ):
        if style is not None:
            # Of a signal the next line tells.
            told_next = style.meaning == told.signal_words
            yield Entry(label, style.word if told_next else f"{style.word}: {style.meaning}")
    if told.signal_words:
        yield Entry("Signal", f"{told.signal_words}.")
    if told.usual:
        yield Entry("As it works now", f"Figures fall {told.usual}.")
    if told.proposal:
        yield Entry("New phase?", told.proposal)
        if told.proposed:
            yield Entry("", f"{told.accepting} {told.proposed}")


def _promise(view: PromiseOutlook) -> Iterator[Entry]:
    if view.reason:
        yield Entry("Promise", view.reason)
        return
    for place, one in enumerate(view.calls):
        yield Entry("" if place else "Promise", f"{one.what}, {one.value}. {one.words}")
    offers = ", ".join(f"{one.words} with {100 * one.confidence:g} %" for one in view.offers)
    yield Entry("Could be kept", f"{offers} confidence. {view.basis}")


def _tightening(view: TighteningOutlook) -> Iterator[Entry]:
    yield Entry("Tightening", view.words)
    if view.line:
        yield Entry("", f"{view.where} {view.line}")


def _capability(view: CapabilityOutlook) -> Iterator[Entry]:
    yield Entry(
        "Capability", view.reason or "; ".join(f"{term}: {text}" for term, text in view.pairs)
    )
    for caution in view.cautions:
        yield Entry("", caution)


def _forecast(view: ForecastOutlook) -> list[str]:
    lines = _wrapped("Forecast", view.words)
    if not view.is_shown:
        return lines
    headings = ("period", "forecast", "80 %", "95 %", "expected", "chance")
    rows = [
        (line.period, line.value, line.likely, line.surely, line.expected, line.chance_words)
        for line in view.lines
    ]
    table = aligned(headings, rows, headings[1:4])
    return [*lines, *_wrapped("", view.basis), "", *(f"  {line}" for line in table)]


def _wrapped(label: str, text: str) -> list[str]:
    # A number and its sign stay on one line.
    joined = text.replace(" %", "\u00a0%")
    filled = textwrap.wrap(
        joined,
        _WIDTH,
        initial_indent=label.ljust(_LABEL) + "  ",
        subsequent_indent=" " * (_LABEL + 2),
        break_long_words=False,
    )
    return [line.replace("\u00a0%", " %") for line in filled]


def _json(found: Judged) -> str:
    told = found.told
    made = {
        "organisation": found.organisation,
        "synthetic": found.page.synthetic,
        "sentence": found.page.sentence,
        "row": found.row.as_json(),
        "confidence": _word(found.row.confidence),
        "variation": _word(told.variation),
        "assurance": _word(told.assurance),
        "signal": told.signal_words or None,
        "usual": told.usual or None,
        "proposed_phase": {"words": told.proposal, "line": told.proposed}
        if told.proposal
        else None,
        "no_chart": told.reason or None,
        **_outlook(found.outlook),
        "forecast": _forecast_json(found.forecast) if found.forecast else None,
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def _outlook(view: Outlook) -> dict[str, Any]:
    promise, tightening = view.promise, view.tightening
    return {
        "promise": {
            "reason": promise.reason or None,
            "declared": [
                {
                    "what": one.what,
                    "value": one.value,
                    "call": str(one.call),
                    "kept": one.kept,
                    "words": one.words,
                }
                for one in promise.calls
            ],
            "offers": [
                {"confidence": one.confidence, "value": one.value} for one in promise.offers
            ],
            "basis": promise.basis or None,
        },
        "tightening": {
            "value": tightening.value,
            "refusal": _word(tightening.refusal),
            "words": tightening.words,
            "line": tightening.line or None,
        },
        "capability": _capability_json(view.capability),
        "before_and_after": [
            {
                "on": one.day.isoformat(),
                "kind": one.kind,
                "text": one.text,
                "effect": str(one.verdict),
                "average": one.found.average._asdict() if one.found and one.found.average else None,
                "words": one.words,
            }
            for one in view.effects
        ],
        "teams": _teams_json(view.teams),
    }


def _capability_json(view: CapabilityOutlook) -> dict[str, Any] | None:
    found = view.found
    if found is None:
        return None
    return {
        "n": found.n,
        "cpk": found.cpk,
        "cpk_interval": _pair(found.cpk_interval),
        "ppk": found.ppk,
        "ppk_interval": _pair(found.ppk_interval),
        "expected_outside": found.expected_outside,
        "observed_outside": found.observed_outside,
        "cases_missed": view.missed,
        "sigma_level": view.sigma,
        "cautions": [str(one) for one in found.cautions],
    }


def _teams_json(view: TeamGap | None) -> dict[str, Any] | None:
    if view is None:
        return None
    gap = view.gap
    return {
        "words": list(view.words),
        "service_gap": gap.service_gap if gap else None,
        "system": gap.system if gap else None,
        "team": gap.team if gap else None,
    }


def _forecast_json(view: ForecastOutlook) -> dict[str, Any]:
    found = view.found
    periods = found.periods if found and view.is_shown else ()
    held = found.held_out if found else None
    return {
        "words": view.words,
        "shown": view.is_shown,
        "held_out": {
            "points": held.points,
            "error": held.error,
            "rivals": {str(guess): error for guess, error in held.rivals.items()},
        }
        if held
        else None,
        "periods": [
            {
                "period": line.start.isoformat(),
                "value": ahead.value,
                "intervals": [_pair(each) for each in ahead.intervals],
                "expected": ahead.expected,
                "chance": ahead.chance,
            }
            for line, ahead in zip(view.lines, periods, strict=True)
        ],
    }


def _pair(interval: Iterable[float] | None) -> list[float] | None:
    return None if interval is None else list(interval)


def _word(word: object) -> str | None:
    return None if word is None else str(word)
