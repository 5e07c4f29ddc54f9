"""The history on the page of one cycle: what was recorded at one moment is folded."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from dashboard.audit_cycle import events
from scorecard.report.audit_history import Happened


def view(*kinds_and_who: tuple[str, str, str]) -> Any:
    return SimpleNamespace(
        history=[
            Happened(seq, kind, at, who, f"{who} did {seq}.")
            for seq, (kind, who, at) in enumerate(kinds_and_who, 1)
        ]
    )


def test_results_of_one_moment_are_one_line_that_opens_and_hold_every_sentence() -> None:
    sheet = [("result-recorded", "Ada", "10:00")] * 3
    single = ("result-recorded", "Ada", "11:00")
    again = [("recheck-recorded", "Ben", "12:00")] * 2
    page = str(
        events(view(("fieldwork-started", "Ada", "9:00"), *sheet, single, *again), blind=False)
    )

    assert page.count("<details") == 2
    assert "Ada recorded 3 results." in page
    assert "Ben recorded, blind, for a second time" in page
    assert all(f"did {seq}." in page for seq in range(1, 8))


def test_whoever_checks_again_sees_no_result() -> None:
    sheet = [("result-recorded", "Ada", "10:00")] * 3
    page = str(events(view(*sheet, ("fieldwork-ended", "Ada", "11:00")), blind=True))

    assert "did 4." in page
    assert "did 1." not in page
    assert "<details" not in page
