"""Who may sign, and why each of the others may not."""

from __future__ import annotations

import pytest

from scorecard.audit.permitted import who_may
from tests.audit.room import TODAY, TOWN, room_at


def told(stage: str, kind: str, settled: bool = False) -> dict[str, str | None]:
    found = who_may(room_at(stage, settled).cycle, kind, TOWN, TODAY)
    return {one.person.id: one.why_not and one.why_not.code for one in found}


def test_each_director_is_told_whether_they_may_sign_and_why_not() -> None:
    assert told("re-audit", "cycle-signed") == {"dora": None, "dirk": "own-audit"}
    assert set(told("actions", "cycle-signed").values()) == {"state-forbids"}
    assert set(told("signed", "cycle-signed").values()) == {"signed-already"}


def test_whoever_else_may_close_or_move_on_is_told_too() -> None:
    assert told("signed", "cycle-closed", settled=True) == dict.fromkeys(
        ("dora", "dirk", "ada", "amy", "gus", "pia"), None
    ) | {"gus": "person-away", "pia": "department-may-not"}
    assert told("signed", "cycle-reopened") == {"dora": None, "dirk": None}


def test_of_a_part_of_a_cycle_it_cannot_be_said() -> None:
    with pytest.raises(ValueError, match="finding-closed"):
        who_may(room_at("actions").cycle, "finding-closed", TOWN, TODAY)
