from __future__ import annotations

import pytest

from scorecard.declare.suggest import hint, nearest

COLUMNS = ["case_id", "opened_at", "closed_at", "due_at"]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("closed_at", "closed_at"),
        ("CLOSED_AT", "closed_at"),
        ("closd_at", "closed_at"),
        ("closed-at", "closed_at"),
        ("due", "due_at"),
        ("caseid", "case_id"),
    ],
)
def test_the_nearest_name_is_found_whatever_its_case_and_separators(word: str, meant: str):
    assert nearest(word, COLUMNS) == meant


@pytest.mark.parametrize("word", ["", "x", "neighbourhood"])
def test_nothing_near_is_nothing(word: str):
    assert nearest(word, COLUMNS) is None


def test_of_no_candidates_none_is_near():
    assert nearest("closed_at", []) is None
    assert hint("closed_at", []) is None


def test_an_exact_name_wins_over_one_that_differs_in_case():
    assert nearest("topic", ["Topics", "topic"]) == "topic"


def test_a_hint_asks_for_the_near_name_or_lists_what_there_is():
    assert hint("closd_at", COLUMNS) == "Did you mean 'closed_at'?"
    assert hint("ward", COLUMNS) == "There is case_id, opened_at, closed_at, due_at."


def test_a_long_list_is_cut_short():
    names = [f"name{number:02d}" for number in range(20)]
    assert str(hint("zzz", names, "It has")).endswith("name11 and 8 more.")
