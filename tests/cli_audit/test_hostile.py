"""What nobody would type by accident, at the command line: refused in words, or kept harmless."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from scorecard.audit.sample_size import sample_size
from tests.cli_audit.audited_town import OPENING, Room, copied

RTL = "a\u202egnp.exe"
CODE = "=cmd|' /C calc'!A0"
FINDING = [
    *("--standard", "closed-on-time", "--department", "DPW"),
    *("--grade", "minor", "--lies-in", "system"),
]
DRAW = ["draw", "one", "closed-on-time", "--department", "works", "--criterion", "c"]


@pytest.fixture(scope="module")
def in_fieldwork(measured_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Room:
    room = copied(measured_town, tmp_path_factory.mktemp("hostile"))
    room.ok("dora", "open", "one", *OPENING, "--auditor", "amy")
    room.ok("ada", "move", "one", "fieldwork")
    room.ok("ada", "find", "one", *FINDING, "--text", "Lights wait")
    return room


@pytest.mark.parametrize("id", ["..", "../x", "a/../b", "", "A", "é", "a\nb", "\0", "\udce9", RTL])
@pytest.mark.parametrize("step", ["open", "show"])
def test_what_is_no_id_of_a_cycle_is_refused(untouched: Room, id: str, step: str) -> None:
    more, code = (OPENING, "cycle-id: ") if step == "open" else ([], "cycle-unknown: ")
    assert untouched.refused("dora", step, *more, "--", id).startswith(code)


def test_an_id_of_300_letters_is_refused_in_a_short_sentence(untouched: Room) -> None:
    told = untouched.refused("dora", "open", "x" * 300, *OPENING)
    assert told.startswith("cycle-id: ")
    assert "100 at most" in told
    assert len(told) < 300


@pytest.mark.parametrize(
    "arguments",
    [
        *([*DRAW, "--within", value] for value in ("0", "200", "nan", "inf", "-1")),
        *([*DRAW, "--within", "5", "--confidence", value] for value in ("nan", "0", "100")),
        *([*DRAW, "--within", "5", "--expected", value] for value in ("nan", "0", "100")),
        *([*DRAW, "--cases", value] for value in ("0", "-1", "9" * 30)),
        *(["reminders", "--within", value] for value in ("-1", "nan", "3000000", "9" * 30)),
        *(["change", "one", number, "--reason", "x"] for number in ("0", "9" * 30)),
        *(["find", "one", *FINDING, "--text", "x", "--seen", seen] for seen in ("0", "9" * 30)),
        *(["draw", "one", text, "--criterion", "c", "--cases", 1] for text in ("'", '"', RTL)),
        *(["find", "one", *FINDING, "--text", text] for text in ("", " \n\t", "\udce9")),
        *(["compare", "one", "--period", text] for text in ("0001", "9999-12", "2026-02-29", "x")),
        *(["compare", "one", "--period", "2026-02", "--as-of", "0001-01-01T00:00"],),
        *(["compare", "one", "--period", "2026-02", "--as-of", "9999-12-31T23:59"],),
        *(["find", "one", *FINDING, "--text", "x", "--evidence", "/", "--dated", "2026-01-02"],),
    ],
    ids=lambda arguments: " ".join(map(ascii, arguments[-4:]))[:60],
)
def test_what_cannot_be_is_refused_in_words_and_nothing_is_recorded(
    in_fieldwork: Room, arguments: list[str]
) -> None:
    told = in_fieldwork.refused("ada", *arguments)
    assert told
    assert "internal-error" not in told


def test_a_width_too_small_to_be_squared_means_to_examine_everything() -> None:
    assert sample_size(1000, 1e-300).everything
    assert sample_size(1000, 5e-324).n == 1000


@pytest.mark.parametrize("value", ["nan", "inf", "-inf"])
def test_no_value_that_is_no_number_enters_the_chain(in_fieldwork: Room, value: str) -> None:
    own = ["--standard", "closed-on-time", "--department", "works", "--ground", "g"]
    assert "finite" in in_fieldwork.refused("ada", "propose", "one", *own, "--value", value)
    plan = ["--text", "x", "--owner", "sam", "--due", "9999-12-31", "--effect", value]
    assert "finite" in in_fieldwork.refused("lea", "plan", "one", 1, *plan)


TEXTS = ["x" * 1_000_000, "a\0b", RTL, CODE, "\x1b[31mred", "a\n\nhead 5:0"]


@pytest.mark.parametrize("text", TEXTS, ids=["long", "nul", "rtl", "code", "escape", "lines"])
def test_any_text_is_kept_as_it_is_and_printed_harmless(in_fieldwork: Room, text: str) -> None:
    told = in_fieldwork.ok("ada", "find", "one", *FINDING, "--text", text)
    shown = told + in_fieldwork.ok("", "show", "one") + in_fieldwork.ok("", "history", "one")
    assert not {"\0", "\u202e", "\x1b"} & {*shown}
    assert (
        sum(line.startswith(("head 5:0", "Head of the chain: 5:0")) for line in shown.splitlines())
        == 0
    )
    view = json.loads(in_fieldwork.ok("", "show", "one", "--format", "json"))
    assert text in [one["text"] for one in view["findings"]]


def test_what_is_no_ordinary_file_is_no_evidence(in_fieldwork: Room, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    for name in ("pipe", "loop", "gone", "x" * 300, RTL):
        file = ["--evidence", tmp_path / name, "--dated", "2026-01-02"]
        told = in_fieldwork.refused("ada", "find", "one", *FINDING, "--text", "x", *file)
        assert told.startswith("evidence-unreadable: ")
        assert "\u202e" not in told
    assert in_fieldwork.evidence() == []
