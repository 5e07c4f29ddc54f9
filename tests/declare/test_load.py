from __future__ import annotations

import datetime
import sys
from pathlib import Path

import pytest

from scorecard.declare.load import load, where_columns
from scorecard.declare.vocabulary import Percentile, Share
from scorecard.errors import DeclarationErrors
from tests.declare.folders import GOOD, WITH_TABLE, changed, write


def test_a_folder_without_mistakes_loads_whole(tmp_path: Path):
    found = load(write(tmp_path, GOOD))

    assert found.organisation.id == "smallville"
    assert list(found.sources) == ["requests", "places", "results"]
    assert list(found.metrics) == ["closed_on_time", "days_to_close", "opened", "performance"]
    assert list(found.standards) == ["pothole-repair", "closed-on-time"]
    assert found.folder == tmp_path
    assert found.tables == ()
    assert found.notes == ()


def test_a_metric_has_title_description_aggregate_and_examples(tmp_path: Path):
    metrics = load(write(tmp_path, GOOD)).metrics

    on_time, days = metrics["closed_on_time"], metrics["days_to_close"]
    assert on_time.title == "Closed on time"
    assert isinstance(on_time.aggregate, Share)
    assert on_time.examples[0].rows == [{"case_id": "1", "visits": 2}]
    assert (
        GOOD["metrics.py"].split("\n")[on_time.examples[0].line - 1].startswith("closed_on_time.ex")
    )
    assert days.description == "Nine requests in ten are closed within this many days."
    assert isinstance(days.aggregate, Percentile)
    assert (days.min_n, days.decimals) == (1, 1)
    assert metrics["performance"].title == "Results kept"


def test_a_source_has_its_rules_bound(tmp_path: Path):
    source = load(write(tmp_path, GOOD)).sources["requests"]

    code, test, reason = source.rules[0]
    assert (code, reason) == ("closed-first", "Closed before opened.")
    assert test.columns() == {"opened_at", "closed_at"}
    assert source.title == "Requests"
    assert "region" not in source.landed_columns


def test_every_standard_knows_where_it_is_declared(tmp_path: Path):
    found = load(write(tmp_path, GOOD))

    assert found.places["pothole-repair"] == (tmp_path / "public_works.toml", 2)
    assert found.places["closed-on-time"] == (tmp_path / "public_works.toml", 17)


def test_where_is_resolved_from_dimensions_to_columns(tmp_path: Path):
    found = load(write(tmp_path, GOOD))

    standard = found.standards["pothole-repair"]
    assert standard.where == {"topic": "Pothole"}
    assert where_columns(standard, found.sources["requests"]) == {"case_topic": "Pothole"}


def test_loading_leaves_no_module_and_no_compiled_file_behind(tmp_path: Path):
    before = set(sys.modules)
    load(write(tmp_path, GOOD))

    assert {name for name in set(sys.modules) - before if "declared" in name} == set()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(GOOD)


def test_two_loads_give_equal_fingerprints(tmp_path: Path):
    first, second = load(write(tmp_path, GOOD)), load(tmp_path)

    assert first.metrics["closed_on_time"] is not second.metrics["closed_on_time"]
    for name in first.metrics:
        assert first.metrics[name].fingerprint == second.metrics[name].fingerprint
    for name in first.sources:
        assert first.sources[name].fingerprint == second.sources[name].fingerprint


def test_an_organisation_file_alone_is_enough(tmp_path: Path):
    found = load(write(tmp_path, {"organisation.toml": GOOD["organisation.toml"]}))

    assert (found.sources, found.metrics, found.standards) == ({}, {}, {})


def test_byte_order_mark_and_windows_line_ends_are_no_mistake(tmp_path: Path):
    files = {name: "\ufeff" + text.replace("\n", "\r\n") for name, text in WITH_TABLE.items()}

    found = load(write(tmp_path, files))
    assert list(found.standards) == ["pothole-repair", "closed-on-time", "result-1", "result-2"]
    assert found.places["closed-on-time"][1] == 17


def test_hidden_toml_files_are_passed_over(tmp_path: Path):
    load(write(tmp_path, {**GOOD, ".draft.toml": "no toml ["}))


def test_a_python_file_may_declare_data_classes(tmp_path: Path):
    extra = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Limit:\n    days: int = 3\n\n"
    )
    load(write(tmp_path, {**GOOD, "metrics.py": extra + GOOD["metrics.py"]}))


def test_all_mistakes_are_told_at_once_in_the_order_of_the_files(tmp_path: Path):
    files = changed(GOOD, "organisation.toml", 'name = "Smallville"', 'nam = "Smallville"')
    files = changed(files, "sources.py", 'key="case_id"', 'key="case_no"')
    files = changed(files, "metrics.py", "share(r.kept, of", "share(r.keppt, of")
    files = changed(files, "public_works.toml", "weight = 2", "weight = -2")
    write(tmp_path, files)
    (tmp_path / "zoo.toml").write_text("[[standard]\n")

    with pytest.raises(DeclarationErrors) as caught:
        load(tmp_path)
    assert [error.code for error in caught.value.errors] == [
        "key-unknown",
        "key-column-unknown",
        "column-unknown",
        "weight-not-positive",
        "toml-invalid",
    ]
    for error in caught.value.errors:
        assert error.file is not None
        assert error.line is not None


def test_what_depends_on_a_failed_file_adds_no_errors(tmp_path: Path):
    files = changed(GOOD, "sources.py", '"places",\n    key', '"places",\n    ky')
    with pytest.raises(DeclarationErrors) as caught:
        load(write(tmp_path, files))

    assert [error.code for error in caught.value.errors] == ["python-error"]


def test_dates_are_dates_in_the_loaded_standard(tmp_path: Path):
    standard = load(write(tmp_path, GOOD)).standards["closed-on-time"]

    expected = standard.expected_on(datetime.date(2026, 3, 1), "parks")
    assert expected is not None
    assert expected.value == 85
