"""Checking an organisation: ids and names that must belong to one department alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorecard.declare.organisation import (
    UNASSIGNED,
    Department,
    Organisation,
    Team,
    fold,
)
from scorecard.declare.suggest import hint
from scorecard.declare.toml_files import TomlFile
from scorecard.declare.toml_lines import Keys
from scorecard.errors import DeclarationError

_Unit = Department | Team


def organisation_mistakes(organisation: Organisation, toml: TomlFile) -> list[DeclarationError]:
    """Duplicate and reserved ids, spellings that name two departments, people who fit nowhere."""
    departments = organisation.departments
    found = [
        DeclarationError(
            "id-reserved",
            f"The id {UNASSIGNED!r} is kept for records without a department.",
            file=toml.file,
            line=toml.line("departments", index, "id"),
            hint="Choose another id.",
        )
        for index, department in enumerate(departments)
        if department.id == UNASSIGNED
    ]
    found += _clashes(departments, ("departments",), "departments", toml)
    for index, department in enumerate(departments):
        found += _clashes(department.teams, ("departments", index, "teams"), "teams", toml)
    if not organisation.calendar.days:
        found.append(
            DeclarationError(
                "calendar-without-days",
                "The calendar has no day on which the organisation works.",
                file=toml.file,
                line=toml.line("calendar", "days"),
                hint='Name the working days, as in days = ["monday", "tuesday"].',
            )
        )
    if organisation.calendar.opens >= organisation.calendar.closes:
        found.append(
            DeclarationError(
                "hours-reversed",
                f"The working day closes at {organisation.calendar.closes:%H:%M}, not after it "
                f"opens at {organisation.calendar.opens:%H:%M}.",
                file=toml.file,
                line=toml.line("calendar", "closes"),
            )
        )
    return found + _people_mistakes(organisation, toml)


def _people_mistakes(organisation: Organisation, toml: TomlFile) -> list[DeclarationError]:
    departments = [department.id for department in organisation.departments]
    found: list[DeclarationError] = []
    first: dict[str, int] = {}
    for index, person in enumerate(organisation.people):

        def mistake(
            code: str, message: str, *keys: str | int, hint: str | None, index: int = index
        ) -> None:
            line = toml.line("people", index, *keys)
            found.append(DeclarationError(code, message, file=toml.file, line=line, hint=hint))

        if person.id in first:
            mistake(
                "duplicate-id",
                f"Two people have the id {person.id!r}.",
                "id",
                hint=f"The other is on line {toml.line('people', first[person.id], 'id')}.",
            )
        first.setdefault(person.id, index)
        for place, department in enumerate(person.departments):
            if department not in departments:
                mistake(
                    "department-unknown",
                    f"{person.name} belongs to {department!r}, which is no department.",
                    *("departments", place),
                    hint=hint(department, departments),
                )
        if not person.departments and {"lead", "staff"} & set(person.roles):
            mistake(
                "person-without-department",
                f"{person.name} is a lead or staff, and it is not said of which department.",
                hint='Write departments = ["…"].',
            )
        if person.since and person.until and person.until < person.since:
            mistake(
                "person-days-reversed",
                f"{person.name} leaves on {person.until}, before they come on {person.since}.",
                "until",
                hint=None,
            )
    return found


def _clashes(
    units: Sequence[_Unit], keys: Keys, what: str, toml: TomlFile
) -> list[DeclarationError]:
    found: list[DeclarationError] = []
    owners: dict[str, int] = {}
    ids: dict[str, int] = {}
    told: set[tuple[int, int]] = set()
    for index, unit in enumerate(units):
        if unit.id in ids:
            told.add((ids[unit.id], index))
            found.append(
                DeclarationError(
                    "duplicate-id",
                    f"Two {what} have the id {unit.id!r}.",
                    file=toml.file,
                    line=toml.line(*keys, index, "id"),
                    hint=f"The other is on line {toml.line(*keys, ids[unit.id], 'id')}.",
                )
            )
        ids.setdefault(unit.id, index)
        for spelling, place in _spellings(unit):
            other = owners.setdefault(fold(spelling), index)
            if other == index or (other, index) in told:
                continue
            told.add((other, index))
            first, line = units[other], toml.line(*keys, index, *place)
            if _is_alias_of(first, unit) and _is_alias_of(unit, first):
                found.append(
                    DeclarationError(
                        "alias-circular",
                        f"{first.name!r} is an alias of {unit.name!r}, and {unit.name!r} one of "
                        f"{first.name!r}.",
                        file=toml.file,
                        line=line,
                        hint="Keep one of the two, and the other's spellings as its aliases.",
                    )
                )
            else:
                found.append(
                    DeclarationError(
                        "alias-taken",
                        f"{spelling!r} names two {what}: {first.id!r} and {unit.id!r}.",
                        file=toml.file,
                        line=line,
                        hint="Leave the spelling with the one that records mean by it.",
                    )
                )
    return found


def _spellings(unit: _Unit) -> Iterator[tuple[str, Keys]]:
    """Every spelling that means the unit, with its place inside the unit's entry."""
    yield unit.id, ("id",)
    yield unit.name, ("name",)
    if isinstance(unit, Department):
        for language, name in unit.names.items():
            yield name, ("names", language)
    for index, alias in enumerate(unit.aliases):
        yield alias, ("aliases", index)


def _is_alias_of(one: _Unit, other: _Unit) -> bool:
    aliases = {fold(alias) for alias in other.aliases}
    return fold(one.id) in aliases or fold(one.name) in aliases
