from __future__ import annotations

import tomllib
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from scorecard.declare.organisation import Organisation, fold
from tests.declare.folders import ORGANISATION


@pytest.fixture
def organisation() -> Organisation:
    return Organisation.model_validate(tomllib.loads(ORGANISATION), strict=True)


def test_a_department_is_known_by_id_name_and_alias_whatever_the_case(organisation: Organisation):
    for spelling in ("parks", "PARKS", "Parks and  Recreation", " parks dept", "greens"):
        assert organisation.find_department(spelling) == "parks"
    assert organisation.find_department("Library") is None


def test_names_in_other_languages_are_known_too():
    data = tomllib.loads(ORGANISATION)
    data["departments"][1]["names"] = {"fr": "Parcs et loisirs"}
    found = Organisation.model_validate(data)
    assert found.find_department("PARCS ET LOISIRS") == "parks"


def test_the_zone_is_the_named_one(organisation: Organisation):
    assert organisation.zone == ZoneInfo("America/New_York")


def test_a_department_is_found_by_its_id_alone(organisation: Organisation):
    assert organisation.department("parks") is organisation.departments[1]
    assert organisation.department("Parks and Recreation") is None


def test_what_is_not_said_has_its_default(organisation: Organisation):
    assert organisation.synthetic is False
    assert organisation.languages == ["en"]
    assert organisation.calendar.days[0] == "monday"
    assert organisation.calendar.holidays == []


def test_folding_evens_out_case_and_white_space():
    assert fold("  Straße\t und  WEG ") == fold("STRASSE und weg")


@pytest.mark.parametrize(
    "zone", ["America/NewYork", "America/", "", "../etc/passwd", "localtime", "Factory"]
)
def test_a_time_zone_that_is_none_is_refused(zone: str):
    with pytest.raises(ValidationError, match="time zone"):
        Organisation.model_validate({**tomllib.loads(ORGANISATION), "time_zone": zone})


def test_an_organisation_is_frozen(organisation: Organisation):
    with pytest.raises(ValidationError, match="frozen"):
        organisation.name = "Elsewhere"  # type: ignore[misc]


def test_a_name_is_the_same_however_its_accents_are_written() -> None:
    assert fold("Cafe\u0301  des Arts ") == fold("Café des arts")


def test_a_person_acts_from_their_first_day_to_their_last(organisation: Organisation):
    ann = organisation.person("ann")
    assert ann is not None
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2026, 3, 31), date(2026, 4, 1)]
    assert [ann.acts_on(day) for day in days] == [False, True, True, False]
    bob = organisation.person("bob")
    assert bob is not None
    assert bob.acts_on(date(1900, 1, 1))
    assert organisation.person("Ann") is None
