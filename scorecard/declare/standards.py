"""Standards: what is promised, to whom, since when."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from scorecard.declare.charts import ChartRules, Event
from scorecard.declare.organisation import Declared
from scorecard.declare.periods import Grain

Dimension = Literal["tangibles", "reliability", "responsiveness", "assurance", "empathy"]
# Blanks inside, because published tables number standards with words such as "Not available".
STANDARD_ID = r"^[A-Za-z0-9]([A-Za-z0-9._ -]*[A-Za-z0-9._-])?$"


class Expected(Declared):
    """An expected value and the day it comes into force. Exactly one of at_most, at_least, is."""

    from_: date = Field(alias="from", description="The first day on which the value is in force.")
    at_most: float | None = Field(default=None, description="Expected value; less is better.")
    at_least: float | None = Field(default=None, description="Expected value; more is better.")
    withdrawn: bool = Field(default=False, description="No value is in force from this day on.")
    tolerance: float = Field(
        default=0, ge=0, description="How far behind still counts as near, in the metric's unit."
    )
    source: str | None = Field(default=None, description="Who decided it, and where it is written.")

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        given = [self.at_most is not None, self.at_least is not None, self.withdrawn]
        if given.count(True) != 1:
            raise ValueError("give exactly one of at_most, at_least, withdrawn")
        return self

    @property
    def value(self) -> float | None:
        """The expected value in the metric's unit; None where it is withdrawn."""
        return self.at_least if self.at_least is not None else self.at_most


class Promise(Declared):
    """What the public is told; it may promise less than is expected inside."""

    text: str = Field(min_length=1, description="The promise in plain words.")
    texts: dict[str, str] = Field(default={}, description="The promise in other languages.")
    value: float | None = Field(default=None, description="The promised value, metric's unit.")


class Override(Declared):
    """A department's own expected values for a shared standard."""

    expected: list[Expected] = Field(min_length=1, description="Values and their days.")
    owner: str | None = Field(default=None, description="Who answers for it in the department.")


class Standard(Declared):
    """A service standard."""

    id: str = Field(pattern=STANDARD_ID, description="Short name, used in addresses.")
    title: str = Field(min_length=1, description="What is promised, in one line.")
    titles: dict[str, str] = Field(default={}, description="The title in other languages.")
    metric: str = Field(description="The metric that measures actual service.")
    departments: Literal["all"] | list[str] | None = Field(
        default=None, description='"all": every department reports it; or the ids of those that do.'
    )
    department: str | None = Field(default=None, description="The one department that reports it.")
    where: dict[str, str | int | float | bool] = Field(
        default={}, description="Which rows it is about: dimension or column = value."
    )
    by: list[str] = Field(
        default=[], description="Dimensions of the source by which its figures are broken down."
    )
    period: Grain = Field(default="month", description="How often it is judged.")
    weight: float = Field(default=1, gt=0, description="Its weight in the scorecard.")
    dimension: Dimension | None = Field(default=None, description="SERVQUAL dimension.")
    owner: str | None = Field(default=None, description="Who answers for it.")
    review: date | None = Field(default=None, description="When it is to be reviewed.")
    promise: Promise | None = Field(default=None, description="What the public is told.")
    expected: list[Expected] = Field(min_length=1, description="Values and their days.")
    overrides: dict[str, Override] = Field(
        default={}, description="By department id: its own expected values."
    )
    chart: ChartRules = Field(default=ChartRules(), description="What was decided of its chart.")
    events: list[Event] = Field(default=[], description="What happened, to be shown on its chart.")

    @model_validator(mode="after")
    def _one_scope(self) -> Self:
        if (self.departments is None) == (self.department is None):
            raise ValueError('give either department = "…" or departments = "all" (or a list)')
        return self

    @property
    def shared(self) -> bool:
        """True where several departments report it, and the organisation as a whole."""
        return self.department is None

    def reported_by(self, department: str) -> bool:
        """Whether a department of the organisation reports this standard."""
        if isinstance(self.departments, list):
            return department in self.departments
        return self.departments == "all" or self.department == department

    def expected_on(self, day: date, department: str | None = None) -> Expected | None:
        """The expected value in force on `day` for a department; None where there is none.

        The entry with the latest `from` not after `day` is in force; a withdrawn one ends it.
        """
        override = self.overrides.get(department) if department is not None else None
        values = override.expected if override else self.expected
        in_force = [value for value in values if value.from_ <= day]
        if not in_force:
            return None
        latest = max(in_force, key=lambda value: value.from_)
        return None if latest.withdrawn else latest


class StandardsTable(Declared):
    """Standards kept in a table: which column holds what.

    Exactly one of `file` (CSV or XLSX beside the declaration) and `source` (landed rows of a
    declared source) says where the table is. Texts in `id` and `where` may use {column}.
    """

    file: str | None = Field(default=None, description="CSV or XLSX file, beside this one.")
    source: str | None = Field(default=None, description="A declared source, as landed.")
    id: str = Field(description="The standard's id, with {column} for a column's value.")
    title: str = Field(description="The column with the title.")
    titles: dict[str, str] = Field(default={}, description="Columns with titles by language.")
    metric: str = Field(description="The metric that measures every row's standard.")
    department: str = Field(description="The column with the department.")
    where: dict[str, str] = Field(description="Dimension or column = {column}.")
    period: Grain = Field(default="fiscal_year", description="How often it is judged.")
    from_: str = Field(alias="from", description="The column with the day a value comes in force.")
    value: str = Field(description="The column with the expected value.")
    scale: float = Field(default=1, description="What the value is multiplied by (100: fraction).")
    kind: Literal["at_least", "at_most"] = Field(description="Which side is kept.")
    none: list[str] = Field(
        default=[], description='Spellings that mean "no target", beside the empty cell.'
    )
    owner: str | None = Field(default=None, description="The column with the owner.")
    tolerance: float = Field(default=0, ge=0, description="For every row, in the metric's unit.")
    dimension: Dimension | None = Field(default=None, description="SERVQUAL dimension of all.")


class StandardsFile(Declared):
    """A TOML file of standards: any number of [[standard]] and [[table]] entries."""

    standard: list[Standard] = Field(default=[], description="Standards, one entry each.")
    table: list[StandardsTable] = Field(default=[], description="Tables that hold standards.")


def scope_text(where: dict[str, Any]) -> str:
    """The canonical text of a scope: JSON with sorted keys, "{}" for the whole."""
    import json

    return json.dumps(where, sort_keys=True, ensure_ascii=False, default=str)
