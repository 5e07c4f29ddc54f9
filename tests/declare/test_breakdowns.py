"""The dimensions a standard is broken down by: which there are, and what is no dimension of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard.declare.breakdowns import breakdowns
from scorecard.declare.load import Declarations, load
from scorecard.errors import DeclarationErrors
from tests.declare.folders import GOOD, changed, write

WHERE = 'where = { topic = "Pothole" }\n'
SHARED = 'departments = "all"\n'


def declared(folder: Path, by: str, after: str = SHARED) -> Declarations:
    return load(write(folder, changed(GOOD, "public_works.toml", after, f"{after}by = {by}\n")))


def _of(found: Declarations, id: str) -> dict[str, str]:
    standard = found.standards[id]
    return breakdowns(standard, found.metric(standard.metric), found.sources)


@pytest.mark.parametrize(
    ("by", "columns"),
    [
        ("[]", {"topic": "case_topic"}),
        ('["channel"]', {"channel": "channel", "topic": "case_topic"}),
        ('["topic", "channel"]', {"topic": "case_topic", "channel": "channel"}),
    ],
)
def test_a_standard_is_measured_by_its_topic_and_by_what_it_names(
    by: str, columns: dict[str, str], tmp_path: Path
) -> None:
    found = declared(tmp_path, by)
    assert _of(found, "closed-on-time") == columns


def test_a_standard_about_some_rows_is_measured_by_what_it_names_alone(tmp_path: Path) -> None:
    found = declared(tmp_path, '["channel"]', WHERE)
    of = {id: _of(found, id) for id in found.standards}
    assert of["pothole-repair"] == {"channel": "channel"}


def test_by_is_no_part_of_what_a_metric_means(tmp_path: Path) -> None:
    without = load(write(tmp_path / "without", GOOD)).metrics["closed_on_time"]
    assert declared(tmp_path / "with", '["channel"]').metrics["closed_on_time"].fingerprint == (
        without.fingerprint
    )


@pytest.mark.parametrize(
    ("code", "by", "message", "hint"),
    [
        ("dimension-unknown", '["channle"]', "no dimension 'channle'", "Did you mean 'channel'?"),
        ("dimension-unknown", '["visits"]', "no dimension 'visits'", "dimensions={'visits'"),
        ("dimension-unknown", '["channel", "x1"]', "'x1'", "It has topic, channel."),
        ("by-fixed", '["topic"]', "By 'topic' there is nothing to tell apart", "from by or from"),
        ("by-repeated", '["channel", "channel"]', "'channel' is there twice", "Keep one of them."),
    ],
)
def test_a_name_that_cannot_break_it_down_is_refused_where_it_stands(
    code: str, by: str, message: str, hint: str, tmp_path: Path
) -> None:
    with pytest.raises(DeclarationErrors) as caught:
        declared(tmp_path, by, WHERE)
    [error] = caught.value.errors
    assert (error.code, error.file) == (code, tmp_path / "public_works.toml")
    assert message in error.message
    assert hint in (error.hint or "")
    lines = (tmp_path / "public_works.toml").read_text().splitlines()
    assert error.line == 1 + next(i for i, line in enumerate(lines) if line.startswith("by = "))


def test_two_dimensions_of_one_column_and_the_department_itself_are_refused(
    tmp_path: Path,
) -> None:
    more = '{"topic": "case_topic", "kind": "case_topic", "office": "department", '
    sources = changed(GOOD, "sources.py", '{"topic": "case_topic", ', more)
    files = changed(
        sources, "public_works.toml", SHARED, f'{SHARED}by = ["topic", "kind", "office"]\n'
    )
    with pytest.raises(DeclarationErrors) as caught:
        load(write(tmp_path, files))
    assert [(e.code, e.message) for e in caught.value.errors] == [
        ("by-repeated", "'kind' is the same column as 'topic'."),
        ("by-repeated", "'office' is the same column as 'department'."),
    ]
