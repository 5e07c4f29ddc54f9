"""What is said of a signature where there is little to say."""

from __future__ import annotations

from scorecard.audit.export import Frozen
from scorecard.audit.signing import ToSign
from scorecard.report.signing import what_is_signed, who_may_sign
from tests.audit.room import TOWN, room_at


def test_that_no_figure_was_measured_is_said_and_a_synthetic_organisation_is_called_so() -> None:
    room = room_at("re-audit")
    given = ToSign(room.past, [], Frozen([], [], [{"id": "calls", "declared": None}]), room.cycle)
    synthetic = TOWN.model_copy(update={"synthetic": True})

    assert what_is_signed(given, synthetic).splitlines() == [
        f"one (Calls) of Town, which is synthetic: the signature covers {len(room.past)} events "
        "and 0 pieces of evidence.",
        "It freezes no figure, since none was measured in the baseline or the re-audit, and "
        "1 standard.",
    ]


def test_that_nobody_may_sign_since_there_is_no_director_is_said() -> None:
    assert who_may_sign([]) == "Nobody is declared as a director, so nobody may sign."
