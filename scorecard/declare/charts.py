"""What people decided about a standard's control chart, and what happened that it should show.

A computer may propose a new phase of a chart; only what a person wrote here, with a reason, counts.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from scorecard.declare.organisation import Declared

RuleSet = Literal["making-data-count-2021", "making-data-count-2023", "six-point"]
"""The rule sets by name and version; `scorecard.judge` has what each of them asks."""

_ONLY = "The one department it is about; without it, everyone who reports the standard."


class Rebase(Declared):
    """A new phase of the chart: limits are worked out anew from a period on."""

    from_: date = Field(alias="from", description="The first day of the new phase's first period.")
    reason: str = Field(min_length=1, description="What changed in the process, and how one knows.")
    accepted: str = Field(min_length=1, description="Who accepted it, and when.")
    department: str | None = Field(default=None, description=_ONLY)


class Excluded(Declared):
    """A period that is shown and plays no part in the limits."""

    period: date = Field(description="The period's first day.")
    reason: str = Field(min_length=1, description="Why it tells nothing about the process.")
    department: str | None = Field(default=None, description=_ONLY)


class Baseline(Declared):
    """The limits rest on the periods before a day, and later ones are held against them."""

    until: date = Field(description="The first day of the first period that no longer counts.")
    department: str | None = Field(default=None, description=_ONLY)


class Event(Declared):
    """Something that happened on a day: an action taken, or what nobody chose."""

    on: date = Field(description="The day.")
    text: str = Field(min_length=1, description="What happened, in a few words.")
    kind: Literal["action", "event"] = Field(
        default="event", description="An action that was meant to change the service, or not."
    )
    department: str | None = Field(default=None, description=_ONLY)


class ChartRules(Declared):
    """How a standard's control chart is made."""

    rules: RuleSet = Field(
        default="making-data-count-2021", description="The rules by which a signal is one."
    )
    since: date | None = Field(
        default=None,
        description="The chart's first period; unless given, the first with an expected value.",
    )
    baseline: list[Baseline] = Field(default=[], description="A fixed baseline, one a department.")
    rebases: list[Rebase] = Field(default=[], description="Accepted new phases.")
    excluded: list[Excluded] = Field(default=[], description="Periods left out of the limits.")
