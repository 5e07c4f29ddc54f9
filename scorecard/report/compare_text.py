"""A comparison as text for a terminal, as JSON, or as CSV."""

from __future__ import annotations

import csv
import io
import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from scorecard.csv_cell import csv_cell
from scorecard.judge.rounding import shown
from scorecard.report.change import Change, effect_words
from scorecard.report.compare import CompareLine, ComparePage
from scorecard.report.phrases import UNKNOWN, counted, with_unit
from scorecard.report.text_table import aligned, printable

_WIDTH = 100
# As many parts of a change as a terminal's table lists; JSON has all.
_PARTS = 10
CHANGE_COLUMNS = ("before", "after", "share before", "share after", "itself", "mix", "together")


def written(page: ComparePage, format: str) -> str:
    """The comparison in a format, "table" or "json"."""
    return to_json(page) if format == "json" else _table(page)


def estimate_words(line: CompareLine) -> str:
    """`75.7 % (59.0 to 89.0)`: the estimate with its 95 % interval; `–` where there is none."""
    if line.estimate is None or line.low is None or line.high is None:
        return UNKNOWN
    unit = line.row.unit
    value = with_unit(shown(line.estimate, unit), unit)
    return f"{value} ({shown(line.low, unit)} to {shown(line.high, unit)})"


def rank_words(line: CompareLine) -> str:
    """`rank 3, between 2 and 5 of 10`; `–` where there is none."""
    return line.rank.words if line.rank else UNKNOWN


def change_cells(change: Change) -> list[list[str]]:
    """The lines of a change as text: its name, then `CHANGE_COLUMNS`, without units."""
    return [
        [
            f"{line.name} (only in {line.only})" if line.only else line.name,
            shown(line.before, change.unit),
            shown(line.after, change.unit),
            _share(line.weight_before),
            _share(line.weight_after),
            effect_words(line.rate, change.unit),
            effect_words(line.mix, change.unit),
            effect_words(line.effect, change.unit),
        ]
        for line in change.lines
    ]


def total_cells(change: Change) -> list[str]:
    """The last line of a change: all of it together."""
    whole = "100 %" if change.has_mix else UNKNOWN
    return [
        "together",
        shown(change.before, change.unit),
        shown(change.after, change.unit),
        *(whole, whole),
        effect_words(change.rate, change.unit),
        effect_words(change.mix, change.unit),
        effect_words(change.rate + change.mix, change.unit),
    ]


def to_json(page: ComparePage) -> str:
    """The comparison with all its numbers; percent is 0 to 100, unknown is null."""
    found = page.held.funnel
    scale = page.held.scale
    made: dict[str, Any] = {
        "organisation": page.organisation,
        "synthetic": page.synthetic,
        "standard": page.standard.id,
        "by": page.by,
        "department": page.within,
        "from": page.span.periods[0].start.isoformat() if page.span else None,
        "to": page.span.last.start.isoformat() if page.span else None,
        "periods": len(page.span.periods) if page.span else 0,
        "unit": page.unit,
        "sentence": page.sentence,
        "notes": list(page.notes),
        "why_not_held": page.held.why or None,
        "expected": page.target,
        "centre": scale * found.centre if found and found.centre is not None else None,
        "scatter": found.dispersion.phi if found else None,
        "allowance": str(found.dispersion.allowance) if found else None,
        "levels": [asdict(level) for level in found.levels] if found else [],
        "units": [line.as_json() for line in page.lines],
        "changes": [asdict(each) for each in page.changes],
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


def to_csv(page: ComparePage) -> str:
    """One line a unit, as in the JSON; text that a spreadsheet would run gets an apostrophe."""
    extra: dict[str, Any] = {"standard": page.standard.id, "by": page.by, "unit": page.unit}
    if page.synthetic:
        extra["synthetic"] = True
    objects = [extra | line.as_json() for line in page.lines]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(objects[0] if objects else extra)
    for each in objects:
        writer.writerow([csv_cell(value) for value in each.values()])
    return text.getvalue()


def _table(page: ComparePage) -> str:
    title = page.organisation + (" (synthetic data)" if page.synthetic else "")
    sentence = page.sentence.removeprefix("Synthetic data: ")
    text = [_wrapped(printable(f"{title}: {sentence[:1].lower()}{sentence[1:]}"))]
    text += [_wrapped(note) for note in (*page.notes, page.why, page.scatter) if note]
    if page.lines:
        ranked = any(line.rank for line in page.lines)
        headings = [page.by, "n", "actual", *_JUDGED * ranked, "status"]
        text += [
            "",
            *aligned(headings, [_cells(page, line, ranked) for line in page.lines], _RIGHT),
        ]
    for heading, lines in (
        ("Practices to learn from", page.learn),
        ("Units to help", page.help),
    ):
        if lines:
            text += ["", heading]
            text += [_wrapped(printable(f"{line.name}: {line.evidence}."), "  ") for line in lines]
    for each in page.changes:
        text += ["", f"What drives the change: {each.until} against {each.since}", *_change(each)]
    text += ["", page.no_change] if page.no_change else []
    return "\n".join(text) + "\n"


_JUDGED = ("estimate (95 %)", "rank", "standing")
_RIGHT = {"n", "actual", *CHANGE_COLUMNS}


def _cells(page: ComparePage, line: CompareLine, ranked: bool) -> Sequence[str]:
    mine = line.link is not None and line.link == page.department
    judged = (estimate_words(line), rank_words(line), str(line.standing)) if ranked else ()
    name = printable(line.name)
    return [f"> {name}" if mine else name, f"{line.row.n:,}", line.now, *judged, line.style.word]


def _change(each: Change) -> list[str]:
    if each.why:
        return [_wrapped(each.why, "  ")]
    cells = [[printable(text) for text in line] for line in change_cells(each)]
    rest = len(cells) - _PARTS
    more = [f"{counted(rest, 'more part')}: --format json has all."] if rest > 0 else []
    table = aligned(["part", *CHANGE_COLUMNS], [*cells[:_PARTS], total_cells(each)], _RIGHT)
    return [_wrapped(printable(each.sentence), "  "), *table, *more]


def _share(weight: float | None) -> str:
    return UNKNOWN if weight is None else f"{100 * weight:.1f} %"


def _wrapped(text: str, mark: str = "") -> str:
    # A number and its sign stay on one line.
    joined = text.replace(" %", "\u00a0%")
    filled = textwrap.fill(joined, _WIDTH, initial_indent=mark, subsequent_indent=mark)
    return filled.replace("\u00a0%", " %")
