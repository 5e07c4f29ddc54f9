"""The filters, which live in the address: read from it, written to it, carried by every link."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self
from urllib.parse import urlencode

import streamlit as st

Page = Literal["overview", "department", "standard", "compare", "audits"]
_PATHS: dict[Page, str] = {
    "overview": "./",
    "department": "department",
    "standard": "standard",
    "compare": "compare",
    "audits": "audits",
}
_AUDIT = ("state", "cycle", "words", "step", "sample", "case", "finding")
NAMES = ("department", "standard", "period", "by", "last", *_AUDIT)


@dataclass(frozen=True)
class Filters:
    """What the address asks for, as it is written there; None for what it leaves open.

    `by` and `last` are a comparison's: what is compared, and over how many periods. Those of
    audits: the `state` of those listed; the `cycle`, by which `words` its states are named (pdca,
    dmaic), the `step` whose form is open, and the numbers of the `sample` and the `finding` and the
    key of the `case` that it is about.
    """

    department: str | None = None
    standard: str | None = None
    period: str | None = None
    by: str | None = None
    last: str | None = None
    state: str | None = None
    cycle: str | None = None
    words: str | None = None
    step: str | None = None
    sample: str | None = None
    case: str | None = None
    finding: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Self:
        """The filters among an address's parameters."""
        return cls(**{name: given[name] for name in NAMES if given.get(name)})

    @property
    def day(self) -> date | None:
        """The period's first day, which a month (2026-07) names too; None where it is neither."""
        for text in (self.period, f"{self.period}-01") if self.period else ():
            with suppress(ValueError):
                return date.fromisoformat(text)
        return None

    def but(self, **changes: str | None) -> Self:
        """The same filters with some of them changed."""
        return replace(self, **changes)

    def cycle_link(self, cycle: str | None) -> str:
        """The address of an audit cycle, or (None) of the list of them."""
        return self._in_no_audit().but(cycle=cycle).link("audits")

    def place_link(self, page: Page, standard: str | None, department: str | None) -> str:
        """The address of the page of a standard or a department, for what an audit says of it."""
        return self._in_no_audit().but(standard=standard, department=department).link(page)

    def _in_no_audit(self) -> Self:
        return self.but(**dict.fromkeys(_AUDIT))

    def link(self, page: Page) -> str:
        """The address of a page with these filters, relative, so that it works under any root."""
        given = {name: value for name in NAMES if (value := getattr(self, name))}
        return _PATHS[page] + (f"?{urlencode(given)}" if given else "")


def read_filters() -> Filters:
    """The filters of the address in the browser."""
    return Filters.of(st.query_params.to_dict())


def write_filters(filters: Filters) -> None:
    """Put the filters into the address and draw the page anew."""
    st.query_params.from_dict({name: value for name in NAMES if (value := getattr(filters, name))})
    st.rerun()
