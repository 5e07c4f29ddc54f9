"""Harbor City's declarations: without mistake, and of one piece with its generator."""

from __future__ import annotations

import importlib.util
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from scorecard.declare.check import check
from scorecard.declare.load import Declarations


@pytest.fixture(scope="module")
def generator(repository: Path) -> ModuleType:
    path = repository / "standards" / "harbor_city" / "generate.py"
    spec = importlib.util.spec_from_file_location("harbor_city_files", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def declared(repository: Path) -> Declarations:
    declarations = check(repository / "standards" / "harbor_city").declarations
    assert declarations is not None
    return declarations


def test_the_declarations_are_without_mistake_and_need_no_advice(repository: Path) -> None:
    found = check(repository / "standards" / "harbor_city", today=date(2026, 10, 1))
    assert [str(one) for one in (*found.errors, *found.advice)] == []


def test_the_city_calls_itself_synthetic(declared: Declarations) -> None:
    assert declared.organisation.synthetic
    assert declared.organisation.fiscal_year_start == 7


def test_departments_and_teams_are_those_of_the_records(
    declared: Declarations, generator: ModuleType
) -> None:
    for number, made in enumerate(generator.DEPARTMENTS):
        spellings = (made.name, *made.variants)
        [found] = {declared.organisation.find_department(one) for one in spellings}
        department = declared.organisation.department(str(found))
        assert department is not None
        assert department.owner
        teams = {topic.team for topic in generator.TOPICS if topic.department == number}
        assert {team.name for team in department.teams} == teams
    assert len(declared.organisation.departments) == len(generator.DEPARTMENTS) == 6


def test_agencies_that_are_not_the_citys_are_left_undeclared(declared: Declarations) -> None:
    for name in ("Harbor Police", "State Highways"):
        assert declared.organisation.find_department(name) is None


def test_every_holiday_would_have_been_a_working_day(declared: Declarations) -> None:
    holidays = declared.organisation.calendar.holidays
    assert holidays == sorted(set(holidays))
    assert {day.strftime("%A").lower() for day in holidays} <= set(
        declared.organisation.calendar.days
    )
    assert Counter(day.year for day in holidays) == {2024: 5, 2025: 12, 2026: 12, 2027: 12}


def test_departments_share_six_standards_and_have_five_of_their_own(
    declared: Declarations,
) -> None:
    shared = [one.id for one in declared.standards.values() if one.departments == "all"]
    own = Counter(one.department for one in declared.standards.values() if one.department)
    assert shared == [
        "kept-by-due",
        "closed-on-time",
        "days-to-close",
        "settled-at-first-contact",
        "calls-within-30-seconds",
        "satisfaction",
    ]
    assert own == {one.id: 5 for one in declared.organisation.departments}


def test_every_standard_says_who_decided_what_and_who_answers_for_it(
    declared: Declarations,
) -> None:
    for standard in declared.standards.values():
        lists = [standard.expected, *(one.expected for one in standard.overrides.values())]
        assert all(value.source for values in lists for value in values), standard.id
        assert standard.owner, standard.id
        assert standard.review, standard.id
        assert standard.dimension, standard.id
    tightened = [one for one in declared.standards.values() if len(one.expected) > 1]
    assert len(tightened) >= 15
    assert {one.dimension for one in declared.standards.values()} == {
        *("tangibles", "reliability", "responsiveness", "assurance", "empathy")
    }


def test_what_a_department_promises_is_something_it_does(
    declared: Declarations, generator: ModuleType
) -> None:
    topics: dict[str, set[str]] = defaultdict(set)
    for topic in generator.TOPICS:
        name = generator.DEPARTMENTS[topic.department].name
        topics[str(declared.organisation.find_department(name))].add(topic.name)
    for standard in declared.standards.values():
        if "topic" in standard.where:
            assert standard.where["topic"] in topics[str(standard.department)], standard.id
        if "neighborhood" in standard.where:
            assert standard.where["neighborhood"] in generator.NEIGHBORHOODS.names
