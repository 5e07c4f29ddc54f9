"""Building HTML from parts, with every text escaped unless it is HTML already."""

from __future__ import annotations

from html import escape
from typing import Any


class Html(str):
    """Text that is HTML already and is written as it stands."""

    __slots__ = ()

    def __add__(self, other: str) -> Html:
        return Html(f"{self}{html(other)}")


def html(value: object) -> Html:
    """`value` as HTML: escaped, unless it is HTML; nothing for None."""
    if isinstance(value, Html):
        return value
    return Html("" if value is None else escape(str(value)))


def tag(name: str, *children: object, **attributes: Any) -> Html:
    """`<name attribute="…">children</name>`, escaped.

    A trailing underscore is dropped (`class_`), others become hyphens (`aria_label`); an attribute
    that is None is left out.
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in ("img", "br"):
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{joined(children)}</{name}>")


def joined(parts: Any, by: str = "") -> Html:
    """The parts one after another, each escaped unless it is HTML."""
    return Html(by.join(html(part) for part in parts))


def words(text: object) -> Html:
    """Text that only assistive technology reads."""
    return tag("span", text, class_="unseen")
