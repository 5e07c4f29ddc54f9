"""The explanation of a derived figure: its formula and what went in, for a terminal or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from scorecard.judge.rounding import shown
from scorecard.report.explain_derived import DerivedExplanation, InputFigures
from scorecard.report.row import ScorecardRow


def derived_body(found: DerivedExplanation) -> dict[str, Any]:
    """What the JSON holds beside the row."""
    return {
        "description": found.description,
        "formula": found.formula,
        "definition": json.loads(found.definition),
        "fingerprint": found.fingerprint,
        "inputs": [
            {
                **asdict(one),
                "figures": [
                    {**asdict(figure), "period": figure.period.isoformat()}
                    for figure in one.figures
                ],
            }
            for one in found.inputs
        ],
    }


def derived_lines(found: DerivedExplanation) -> list[str]:
    """What the terminal shows below the figure."""
    lines = [
        "",
        f"What is measured ({found.row.metric}, fingerprint {found.fingerprint[:12]})",
        f"  {found.description}",
        "",
        f"By this formula: {found.formula}",
        f"  {found.words}",
    ]
    for one in found.inputs:
        lines += [
            "",
            f"From {one.title} ({one.metric}, of {one.source}, in {one.unit})",
            *(f"  {line}" for line in _figures(one)),
            f"  {how_to_explain(one, found.row)}",
        ]
    return lines


def how_to_explain(one: InputFigures, row: ScorecardRow) -> str:
    """The command that explains an input's latest figure that went in, of the same department."""
    if one.standard is None:
        return (
            f"The rows behind it can be shown once a standard asks for {one.metric} of these rows."
        )
    of = f" --department {row.department}" if row.department else ""
    latest = one.figures[-1].period
    return f"The rows behind it: scorecard explain {one.standard}{of} --period {latest}"


def figure_cells(one: InputFigures) -> list[list[str]]:
    """For each period: its name, the figure, numerator, denominator and n, as texts."""
    return [
        [
            figure.label,
            shown(figure.value, one.unit),
            "–" if figure.numerator is None else f"{figure.numerator:,.10g}",
            "–" if figure.denominator is None else f"{figure.denominator:,.10g}",
            f"{figure.n:,}",
        ]
        for figure in one.figures
    ]


FIGURE_HEADINGS = ("period", "figure", "numerator", "denominator", "n")


def _figures(one: InputFigures) -> list[str]:
    table = [list(FIGURE_HEADINGS), *figure_cells(one)]
    widths = [max(len(line[place]) for line in table) for place in range(len(FIGURE_HEADINGS))]
    return [
        "  ".join(
            [line[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
        )
        for line in table
    ]
