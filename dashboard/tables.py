"""Tables as HTML, which every reader can read: escaped, with caption and headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.markup import Html, html, joined, tag


@dataclass(frozen=True)
class Column:
    """A column's heading; `number` aligns its cells to the right."""

    heading: str
    number: bool = False


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[object]],
    *,
    chosen: int | None = None,
    stacked: bool = True,
    kind: str = "",
) -> Html:
    """The first cell of each row is its heading. Cells are escaped unless they are Html.

    On a narrow screen rows become blocks under one another, or the table scrolls in its own frame
    where `stacked` is False. `chosen` marks one row; `kind` is a class of the style sheet.
    Roles are written out, since a table laid out as blocks loses them.
    """
    head = tag(
        "tr",
        *(
            tag(
                "th",
                column.heading,
                scope="col",
                role="columnheader",
                class_="number" if column.number else None,
            )
            for column in columns
        ),
        role="row",
    )
    body = [
        tag(
            "tr",
            _heading(row[0]),
            *(_cell(column, cell) for column, cell in zip(columns[1:], row[1:], strict=True)),
            role="row",
            class_="chosen" if index == chosen else None,
        )
        for index, row in enumerate(rows)
    ]
    made = tag(
        "table",
        tag("caption", caption),
        tag("thead", head, role="rowgroup"),
        tag("tbody", *body, role="rowgroup"),
        role="table",
    )
    if stacked:
        return tag("div", made, class_=f"wide stack {kind}".strip())
    # A frame that scrolls must be reachable by the keyboard.
    frame = f"wide {kind}".strip()
    return tag("div", made, class_=frame, tabindex="0", role="region", aria_label=caption)


def _heading(cell: object) -> Html:
    return tag("th", cell, scope="row", role="rowheader")


def _cell(column: Column, cell: object) -> Html:
    return tag(
        "td",
        tag("span", html(cell)),
        role="cell",
        data_label=column.heading or None,
        class_="number" if column.number else None,
    )


def definitions(pairs: Sequence[tuple[object, object]]) -> Html:
    """A list of terms with what they mean; pairs without a meaning are left out."""
    return tag("dl", joined(tag("dt", term) + tag("dd", text) for term, text in pairs if text))
