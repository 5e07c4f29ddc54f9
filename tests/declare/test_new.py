"""What `scorecard new` writes loads, and what cannot be written leaves the folder as it was."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path

import pytest

from scorecard.declare.check import check
from scorecard.declare.load import load
from scorecard.declare.new import new_metric, new_standard
from scorecard.errors import DeclarationErrors, ScorecardError
from scorecard.measure.examples import ExampleResult, run_examples
from tests.declare.folders import GOOD, WITH_TABLE, changed, write

TIMES = [("requests", "opened_at"), ("requests", "due_at"), ("results", "year")]


@pytest.mark.parametrize(("source", "at"), TIMES)
def test_a_new_metric_loads_and_its_example_holds(tmp_path: Path, source: str, at: str):
    folder = write(tmp_path, GOOD)
    file, line = new_metric(folder, "fresh", source, at)
    declared = load(folder)
    assert declared.metrics["fresh"].line == line
    assert file.read_text().startswith(GOOD["metrics.py"])
    (example,) = declared.metrics["fresh"].examples
    results = [r for r in run_examples(declared) if isinstance(r, ExampleResult)]
    assert [r.passed for r in results if r.example is example] == [True]


@pytest.mark.parametrize("folder", ["boston_311", "canada", "harbor_city"])
def test_every_time_of_every_shipped_source_takes_a_metric_and_a_standard(
    repository: Path, tmp_path: Path, folder: str
):
    shipped = repository / "standards" / folder
    copy = write(tmp_path, {f.name: f.read_text() for f in shipped.glob("*.*") if f.is_file()})
    declared = load(copy)
    for name, source in declared.sources.items():
        for column, contract in source.columns.items():
            if contract.type in ("timestamp", "date", "fiscal_year"):
                new_metric(copy, f"new_{name}_{column}", name, column)
                new_standard(copy, f"new-{name}-{column}", f"new_{name}_{column}")
    findings = check(copy)
    assert findings.declarations is not None
    added = len(findings.declarations.metrics) - len(declared.metrics)
    assert added == len(findings.declarations.standards) - len(declared.standards) > 0
    failed = [
        result
        for result in run_examples(findings.declarations)
        if not isinstance(result, ExampleResult) or not result.passed
    ]
    assert failed == []


def test_metrics_py_is_made_where_there_is_none(tmp_path: Path):
    folder = write(tmp_path, {n: t for n, t in GOOD.items() if n in ("organisation.toml",)})
    write(folder, {"sources.py": GOOD["sources.py"]})
    file, _ = new_metric(folder, "fresh", "requests", "opened_at")
    text = file.read_text()
    assert text.startswith(
        '"""How service is measured."""\n\nfrom scorecard import count, metric\n'
    )
    ast.parse(text)
    assert list(load(folder).metrics) == ["fresh"]


def test_line_ends_stay_as_they_are(tmp_path: Path):
    folder = write(tmp_path, {**GOOD, "metrics.py": GOOD["metrics.py"].replace("\n", "\r\n")})
    file, _ = new_metric(folder, "fresh", "requests", "opened_at")
    content = file.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 40


def test_a_new_standard_has_no_value_in_force(tmp_path: Path):
    folder = write(tmp_path, GOOD)
    file = new_standard(folder, "Soon.Done-2", "days_to_close", today=date(2027, 3, 1))
    assert file == folder / "soon_done_2.toml"
    standard = load(folder).standards["Soon.Done-2"]
    assert standard.expected_on(date(2027, 3, 1)) is None
    assert standard.departments == "all"
    assert "at_most" in file.read_text()


def test_a_standard_counted_by_fiscal_years_is_judged_by_them(tmp_path: Path):
    folder = write(tmp_path, WITH_TABLE)
    new_standard(folder, "results-kept", "performance")
    assert load(folder).standards["results-kept"].period == "fiscal_year"


METRIC_REFUSALS = [
    (("opened", "requests", "opened_at"), "already-there", "line"),
    (("2nd", "requests", "opened_at"), "metric-name-invalid", "no name in Python"),
    (("class", "requests", "opened_at"), "metric-name-invalid", "no name in Python"),
    (("count", "requests", "opened_at"), "metric-name-invalid", "a word of scorecard"),
    (("x", "reqests", "opened_at"), "source-unknown", "'requests'"),
    (("x", "requests", "opend_at"), "at-unknown", "'opened_at'"),
    (("x", "requests", "visits"), "at-not-a-time", "opened_at, due_at, closed_at"),
    (("x", "places", "place"), "at-not-a-time", "holds text"),
]
STANDARD_REFUSALS = [
    (("closed-on-time", "opened"), "already-there", "closed-on-time"),
    (("public-works", "opened"), "already-there", "public_works.toml"),
    (("organisation", "opened"), "already-there", "organisation.toml"),
    (("../x", "opened"), "id-invalid", "'../x'"),
    (("two words", "opened"), "id-invalid", "'two words'"),
    (("x", "opend"), "metric-unknown", "'opened'"),
]


def asked(folder: Path, name: str, measured: str, at: str | None = None) -> None:
    """Ask for a metric where a time column is named, else for a standard."""
    if at is not None:
        new_metric(folder, name, measured, at)
    else:
        new_standard(folder, name, measured)


@pytest.mark.parametrize(("arguments", "code", "said"), METRIC_REFUSALS + STANDARD_REFUSALS)
def test_a_refusal_has_its_code_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], code: str, said: str
):
    folder = write(tmp_path, GOOD)
    with pytest.raises(ScorecardError) as refused:
        asked(folder, *arguments)
    assert refused.value.code == code
    assert said in str(refused.value) or refused.value.line is not None
    assert {f.name: f.read_text() for f in folder.iterdir()} == GOOD


def test_a_folder_with_mistakes_is_told_and_left(tmp_path: Path):
    files = changed(GOOD, "metrics.py", "decimals=1", "decimals=-1")
    folder = write(tmp_path, files)
    with pytest.raises(DeclarationErrors, match="decimals-invalid"):
        new_metric(folder, "fresh", "requests", "opened_at")
    assert {f.name: f.read_text() for f in folder.iterdir()} == files


def test_what_would_not_load_is_taken_back(tmp_path: Path):
    spoilt = GOOD["metrics.py"] + "\n\nmetric = None\n"
    folder = write(tmp_path, {**GOOD, "metrics.py": spoilt})
    with pytest.raises(DeclarationErrors, match="python-error"):
        new_metric(folder, "fresh", "requests", "opened_at")
    assert (folder / "metrics.py").read_text() == spoilt


def test_a_folder_that_may_not_be_written_is_refused(unprivileged: Path):
    folder = write(unprivileged / "smallville", GOOD)
    folder.chmod(0o555)
    with pytest.raises(ScorecardError) as refused:
        new_standard(folder, "fresh", "opened")
    folder.chmod(0o755)
    assert refused.value.code == "file-unwritable"
    assert {f.name for f in folder.iterdir()} - {"__pycache__"} == set(GOOD)
