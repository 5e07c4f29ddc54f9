"""What is emerging as text for a terminal, or as JSON."""

from __future__ import annotations

import json
import shlex
import textwrap

from scorecard.report.emerging import EmergingLine, EmergingPage
from scorecard.report.text_table import printable

_WIDTH = 100


def written(page: EmergingPage, format: str, limit: int | None = None) -> str:
    """The page in a format, "table" or "json"; `limit` is how many of each kind a table lists."""
    return _json(page) if format == "json" else _table(page, limit)


def _table(page: EmergingPage, limit: int | None) -> str:
    title = page.organisation + (" (synthetic data)" if page.synthetic else "")
    text = [f"{title}: {page.summary[:1].lower()}{page.summary[1:]}"]
    for heading, lines in (
        ("Look at these first", page.problems),
        ("Less work or better service than usual", page.changes),
    ):
        if lines:
            text += ["", heading]
            for number, line in enumerate(lines[:limit], start=1):
                text += _entry(number, line)
            rest = len(lines) - len(lines[:limit])
            if rest:
                text += [f"    {rest:,} more; --limit lists them."]
    if page.notes:
        text += ["", *(_wrapped(note) for note in page.notes)]
    return "\n".join(text) + "\n"


def _entry(number: int, line: EmergingLine) -> list[str]:
    command = shlex.join(("scorecard", *line.command))
    return [
        _wrapped(printable(line.sentence), f"{number:>2}. "),
        *([_wrapped(printable(line.also))] if line.also else []),
        _wrapped(line.look),
        f"    {printable(command)}",
    ]


def _wrapped(text: str, mark: str = "    ") -> str:
    # A number and its sign stay on one line.
    joined = text.replace(" %", "\u00a0%")
    filled = textwrap.fill(joined, _WIDTH, initial_indent=mark, subsequent_indent="    ")
    return filled.replace("\u00a0%", " %")


def _json(page: EmergingPage) -> str:
    made = {
        "organisation": page.organisation,
        "synthetic": page.synthetic,
        "summary": page.summary,
        "periods": list(page.periods),
        "tested": page.tested,
        "untested": {str(reason): count for reason, count in page.untested.items()},
        "problems": [line.as_json() for line in page.problems],
        "changes": [line.as_json() for line in page.changes],
        "notes": list(page.notes),
    }
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"
