"""Fieldwork at the command line: drawn, examined, re-checked, estimated, ended."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from scorecard.ledger import head
from tests.audit.sampled import SampledTown

ON_TIME = "Was it closed by its due date?"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> SampledTown:
    return SampledTown(tmp_path_factory.mktemp("fieldwork"))


def fill(file: Path, outcomes: list[str]) -> None:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for row, outcome in zip(rows, outcomes, strict=True):
        row["outcome"] = outcome
    with file.open("w", encoding="utf-8-sig", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_fieldwork_from_the_draw_to_the_finding(town: SampledTown) -> None:
    drawn = town.audit(
        *("ada", "draw", "one", "closed-on-time", "--department", "Works"),
        *("--criterion-of-record", ON_TIME, "--within", "15", "--expected", "75"),
    )
    # n0 = 1.96^2 .75 .25 / .15^2 = 32.0; 32 / (1 + 31 / 60) = 21.1; not fewer than 30.
    assert drawn.exit_code == 0, drawn.output
    assert "22 would do; fewer than 30 are not drawn." in drawn.output
    assert "30 cases are drawn from 60 of requests@0, with the seed " in drawn.output

    waiting = town.audit("ada", "cases", "one", "1")
    assert waiting.output.count("not recorded") == 30
    assert "record: id " in waiting.output

    file = town.folder / "sheet.csv"
    assert town.audit("ada", "sheet", "one", "1", file).exit_code == 0
    # The records say 75 %; of the cases looked at, 3 of 30 kept their day.
    fill(file, ["met"] * 3 + ["not-met"] * 27)
    read = town.audit("ada", "results", "one", "1", file)
    assert read.exit_code == 0, read.output
    assert "30 results recorded; none is left." in read.output

    again = town.folder / "again.csv"
    assert town.audit("amy", "sheet", "one", "1", again, "--recheck", "--first", "6").exit_code == 0
    fill(again, ["met"] * 2 + ["not-met"] * 4)
    rechecked = town.audit("amy", "results", "one", "1", again, "--recheck")
    assert "6 results recorded; 24 results of 24 cases still to come" in rechecked.output

    told = town.run("audit", "estimate", "one")
    assert told.exit_code == 0, told.output
    assert "Sample 1: Closed on time, Works, January 2026; 30 cases drawn from 60" in told.output
    assert "10.0 % met, from 30 cases" in told.output
    assert "All records say 75.0 %, the cases examined" in told.output
    assert "the records look better than the cases." in told.output
    assert "5 of 6 cases answered alike, kappa 0.67" in told.output
    with town.desk("ada") as desk:
        assert told.output.endswith(f"Head of the chain: {head(desk.ledger)}\n")

    [one] = json.loads(town.run("audit", "estimate", "one", "--format", "json").output)
    assert (one["share"], one["n"], one["population"]) == (0.1, 30, 60)
    assert (one["records"]["measured"], one["agreement"]["agreed"]) == (0.75, 5)

    same = town.run("audit", "redraw", "one", "1")
    assert same.exit_code == 0
    assert "the same 30 of 60 cases, in the same order" in same.output

    moved = town.audit("ada", "move", "one", "findings")
    assert moved.exit_code == 0, moved.output
    assert "Finding 1 was raised: Sample 1: All records say 75.0 %" in moved.output
    with town.desk("ada") as desk:
        cycle = desk.cycle("one")
    assert cycle.state == "findings"
    assert (cycle.findings[1].raised.by, cycle.findings[1].raised.body.origin) == (
        "ada",
        "sample-disagreement",
    )


def test_single_results_with_evidence_and_what_is_left_unexamined(town: SampledTown) -> None:
    town.open("two", "kept-by-due")
    asked = ("--criterion", "Was a crew sent?", "--cases", "4", "--by", "department")
    drawn = town.audit("ada", "draw", "two", "kept-by-due", *asked, "--equally")
    assert drawn.exit_code == 0, drawn.output
    assert "By stratum: parks 2 of " in drawn.output
    listed = json.loads(town.run("audit", "cases", "two", "1", "--format", "json").output)
    assert sorted(one["stratum"] for one in listed) == ["parks", "parks", "works", "works"]
    key = listed[0]["key"]
    photo = town.folder / "photo.jpg"
    photo.write_bytes(b"a photograph")
    found = ("result", "two", "1", key, "Was a crew sent?", "met", "--remark", "seen")
    no_day = town.audit("ada", *found, "--evidence", photo)
    assert no_day.exit_code == 2
    stranger = town.audit("dora", *found, "--evidence", photo, "--dated", "2026-01-20")
    assert stranger.exit_code == 1
    assert "role-may-not" in stranger.output
    with town.desk("ada") as desk:
        assert not list(desk.evidence.files())
    done = town.audit("ada", *found, "--evidence", photo, "--dated", "2026-01-20")
    assert done.exit_code == 0, done.output
    text = town.run("audit", "cases", "two", "1").output
    assert "Was a crew sent?: met, Ada Bell: seen [photo.jpg " in text
    with town.desk("ada") as desk:
        [kept] = desk.cycle("two").results[1, key, "Was a crew sent?"].body.evidence
        assert len(list(desk.evidence.files())) == 1
    assert (kept.name, kept.dated, kept.brought_by) == ("photo.jpg", "2026-01-20", "ada")
    blind = town.audit("amy", "cases", "two", "1", "--recheck")
    assert key in blind.output
    assert "seen" not in blind.output
    moved = town.audit("ada", "move", "two", "findings")
    assert "3 of 4 drawn cases are not examined for 'Was a crew sent?'" in moved.output


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--cases", "5"], "Usage"),
        (["--criterion", "x"], "size-unclear"),
        (["--criterion", "x", "--cases", "500"], "sample-larger-than-population"),
        (["--criterion", "x", "--cases", "5", "--expected-in", "ninety"], "Usage"),
        (["--criterion", "x", "--cases", "5", "--period", "2026-02"], "figure-not-frozen"),
        (["--criterion", "x", "--cases", "5", "--department", "moon"], "outside-scope"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(
    town: SampledTown, arguments: list[str], code: str
) -> None:
    refused = town.audit("ada", "draw", "one", "closed-on-time", *arguments)
    assert refused.exit_code == (2 if code == "Usage" else 1)
    assert code in refused.output
