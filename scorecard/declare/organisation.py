"""The organisation: who serves whom, where the clock hangs, and when the books turn over."""

from __future__ import annotations

import unicodedata
from datetime import date, time
from functools import cache, cached_property
from typing import Literal, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator

UNASSIGNED = "unassigned"
# In the zone database, but the machine's own zone, and none.
_NO_PLACE = ("localtime", "Factory")
# Asking means walking through a folder of some hundreds of files.
_zones = cache(available_timezones)
ID = r"^[a-z0-9][a-z0-9-]*$"
Role = Literal["director", "auditor", "lead", "staff", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)


class Declared(BaseModel):
    """A declaration: frozen, and with no place for a misspelt key."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(Declared):
    """A team within a department."""

    id: str = Field(pattern=ID, description="Short name, lower case, used in addresses.")
    name: str = Field(min_length=1, description="The name people use.")
    aliases: list[str] = Field(default=[], description="Other spellings found in records.")


class Department(Declared):
    """A department, with every name under which records carry it."""

    id: str = Field(pattern=ID, description="Short name, lower case, used in addresses.")
    name: str = Field(min_length=1, description="The name people use.")
    names: dict[str, str] = Field(default={}, description="The name in other languages, by code.")
    aliases: list[str] = Field(
        default=[], description="Other spellings and former names found in records."
    )
    owner: str | None = Field(default=None, description="Who answers for the department.")
    teams: list[Team] = Field(default=[], description="The department's teams.")


class Person(Declared):
    """Somebody who takes part in audits: what they may do follows from their roles."""

    id: str = Field(pattern=ID, description="Short name, lower case; what they do is kept by it.")
    name: str = Field(min_length=1, description="The name people use.")
    roles: list[Role] = Field(min_length=1, description="What they are: one or more.")
    departments: list[str] = Field(
        default=[], description="Ids of the departments they belong to; none: the whole."
    )
    since: date | None = Field(default=None, description="The first day on which they act.")
    until: date | None = Field(default=None, description="The last day on which they act.")

    def acts_on(self, day: date) -> bool:
        """Whether they are there on this day: not yet come and already gone are both no."""
        return (self.since or day) <= day <= (self.until or day)


class Hours(Declared):
    """Opening hours of one day."""

    opens: time = Field(description="When the day begins, local time.")
    closes: time = Field(description="When the day ends, local time.")


class WorkingCalendar(Declared):
    """Which days and hours count as working time."""

    days: list[str] = Field(
        default=["monday", "tuesday", "wednesday", "thursday", "friday"],
        description="The days of the week on which the organisation works.",
    )
    opens: time = Field(default=time(9), description="When a working day begins, local time.")
    closes: time = Field(default=time(17), description="When a working day ends, local time.")
    holidays: list[date] = Field(default=[], description="Days on which nobody works.")

    @field_validator("days")
    @classmethod
    def _days_exist(cls, days: list[str]) -> list[str]:
        for day in days:
            if day not in WEEKDAYS:
                raise ValueError(
                    f"{day!r} is no day of the week; write one of {', '.join(WEEKDAYS)}"
                )
        return days


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Organisation(Declared):
    """The organisation whose promises are declared beside this file."""

    id: str = Field(pattern=ID, description="Short name, lower case, used in paths.")
    name: str = Field(min_length=1, description="The name people use.")
    names: dict[str, str] = Field(default={}, description="The name in other languages, by code.")
    synthetic: bool = Field(
        default=False, description="True where the records are made up: every page then says so."
    )
    time_zone: str = Field(description="IANA time zone in which days and months are cut.")
    fiscal_year_start: int = Field(
        default=1, ge=1, le=12, description="The month in which the fiscal year begins."
    )
    languages: list[str] = Field(default=["en"], description="Languages in use, first one first.")
    calendar: WorkingCalendar = Field(
        default=WorkingCalendar(), description="Working days and hours."
    )
    departments: list[Department] = Field(min_length=1, description="The departments.")
    people: list[Person] = Field(default=[], description="Who takes part in audits.")

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        if name not in _zones() or name in _NO_PLACE:
            raise ValueError(
                f"{name!r} is no time zone; write an IANA name such as America/New_York"
            )
        return name

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def department_of(self) -> dict[str, str]:
        """From every id, name and alias, folded as `fold` does, to the department's id."""
        found: dict[str, str] = {}
        for department in self.departments:
            spellings = (
                department.id,
                department.name,
                *department.names.values(),
                *department.aliases,
            )
            for spelling in spellings:
                found.setdefault(fold(spelling), department.id)
        return found

    def find_department(self, spelling: str) -> str | None:
        """The id of the department that is known by this id, name or alias."""
        return self.department_of.get(fold(spelling))

    def department_today(self, given: str) -> str:
        """Its id today, by id, name or alias: a merged department lives on under the other's
        aliases. What is known by no department is given back as it is.
        """
        return self.find_department(given) or given

    def department(self, id: str) -> Department | None:
        """The department with this id."""
        return next((d for d in self.departments if d.id == id), None)

    def person(self, id: str) -> Person | None:
        """The person with this id."""
        return next((person for person in self.people if person.id == id), None)

    def name_of(self, id: str) -> str:
        """The name of the person with this id; the id where it is nobody's any more."""
        found = self.person(id)
        return found.name if found else id


def fold(text: str) -> str:
    """The form in which names are compared: white space single, case aside."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()
