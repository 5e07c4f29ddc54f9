"""Derived metrics: what can be declared, and every refusal with its reason, file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorecard.declare.load import Declarations, load
from scorecard.declare.new import new_standard
from scorecard.errors import DeclarationErrors, ScorecardError
from tests.declare.folders import GOOD, METRICS, WITH_TABLE, write

MORE = '''
from scorecard import age_of_open, backlog, change, change_percent, derived, distinct, median, per
from scorecard import previous, rolling, spread


@metric(source="requests", at="closed_at", unit="count", better="higher")
def closed(r):
    """Requests closed."""
    return count()


@metric(source="requests", at="opened_at", unit="number", better="lower")
def cost(r):
    """What they cost."""
    return sum(r.cost)


@metric(source="requests", at="opened_at", unit="minutes", better="lower")
def waited(r):
    """Minutes waited."""
    return sum(r.wait)


@metric(source="requests", at="opened_at", unit="count", better="lower")
def topics(r):
    """Topics."""
    return distinct(r.case_topic)


@metric(source="requests", at="opened_at", unit="count", better="lower")
def still_open(r):
    """Open at the end."""
    return backlog(r.opened_at, r.closed_at)


@metric(source="requests", at="opened_at", unit="number", better="lower")
def evenness(r):
    """Spread."""
    return spread(r.cost)


@metric(source="requests", at="opened_at", unit="percent", better="higher")
def urgent(r):
    """Urgent."""
    return share(r.urgent)


'''


def derived(formula: str, unit: str = "number", name: str = "figure") -> str:
    return (
        f'@derived(unit="{unit}", better="lower")\n'
        f'def {name}(m):\n    """What is worked out."""\n    return {formula}\n\n\n'
    )


def loaded(folder: Path, text: str, **more: str) -> Declarations:
    return load(write(folder, {**GOOD, "metrics.py": METRICS + MORE + text, **more}))


def mistakes(folder: Path, text: str, **more: str) -> tuple[ScorecardError, ...]:
    with pytest.raises(DeclarationErrors) as refused:
        loaded(folder, text, **more)
    return refused.value.errors


def test_what_is_too_few_for_an_input_is_too_few_for_what_rests_on_it(tmp_path: Path) -> None:
    asked = METRICS + MORE + derived("change(m.closed_on_time, 1)", "percent")
    asked = asked.replace("min_n=2", "min_n=7", 1)
    found = load(write(tmp_path, {**GOOD, "metrics.py": asked}))
    assert found.metrics["closed_on_time"].min_n == found.derived["figure"].min_n == 7


@pytest.mark.parametrize(
    ("formula", "unit"),
    [
        ("m.opened / m.closed", "number"),
        ("m.cost / m.closed", "number"),
        ("m.waited / m.closed", "minutes"),
        ("per(m.opened, m.closed, 100)", "percent"),
        ("per(m.opened, m.closed, 1000)", "number"),
        ("m.opened - m.closed", "count"),
        ("(m.opened - m.closed) / m.opened", "number"),
        ("m.opened + m.closed", "count"),
        ("rolling(m.closed_on_time, 12)", "percent"),
        ("rolling(m.opened / m.closed, 3)", "number"),
        ("change(m.days_to_close, 1)", "days"),
        ("previous(rolling(m.urgent, 3), 12)", "percent"),
        ("change_percent(m.still_open, 12)", "percent"),
        ("m.closed_on_time - m.urgent", "percent"),
        ("rolling(m.urgent, 3) - rolling(m.closed_on_time, 3)", "percent"),
    ],
)
def test_what_is_a_true_figure_is_declared(formula: str, unit: str, tmp_path: Path) -> None:
    found = loaded(tmp_path, derived(formula, unit)).derived["figure"]
    assert found.formula.text == formula.replace("m.", "")
    assert found.unit == unit or unit in found.formula.kind.units


@pytest.mark.parametrize(
    ("formula", "code", "reason"),
    [
        ("(m.closed_on_time + m.urgent) / 2", "not-additive", "average of percentages"),
        ("m.days_to_close + m.days_to_close", "not-additive", "percentiles of units"),
        ("m.topics + m.opened", "not-additive", "counted twice"),
        ("m.closed_on_time / m.urgent", "not-additive", "closed_on_time is neither"),
        ("per(m.opened, m.urgent, 100)", "not-additive", "urgent is neither"),
        ("m.opened / (m.opened / m.closed)", "not-additive", "ratio of ratios"),
        ("m.opened + previous(m.opened, 1)", "not-additive", "of another period"),
        ("rolling(m.days_to_close, 12)", "not-additive", "percentiles of units"),
        ("rolling(m.topics, 12)", "not-additive", "counted twice"),
        ("rolling(m.evenness, 12)", "not-additive", "spread of a whole"),
        ("rolling(m.still_open, 12)", "not-additive", "at a period's end"),
        ("rolling(rolling(m.opened, 3), 3)", "not-additive", "windows overlap"),
        ("rolling(change(m.urgent, 1), 3)", "not-additive", "difference of two windows"),
        ("rolling(previous(m.urgent, 1), 3)", "not-additive", "move the window"),
        ("rolling(change_percent(m.opened, 1), 3)", "not-additive", "do not add up"),
        ("m.opened + m.waited", "unit-mismatch", "opened is in count, waited in minutes"),
        ("m.urgent - m.days_to_close", "unit-mismatch", "percent"),
        ("rolling(m.closed_on_time, 12)", "unit-mismatch", 'Write unit="percent"'),
        ("m.opened + m.closed", "unit-mismatch", 'Write unit="count"'),
        ("m.opened / 2", "figure-operator", "not 2"),
        ("1 - m.opened", "figure-operator", "with another figure"),
        ("m.opened * m.closed", "figure-operator", "with another figure"),
        ("m.opened > m.closed", "figure-operator", "with another figure"),
        ("m.opened if m.closed else m.opened", "figure-operator", "neither true nor false"),
        ("12", "not-a-figure", "gives 12"),
        ("rolling(12, m.opened)", "not-a-figure", "not 12"),
        ("rolling(m.opened, 1)", "periods-invalid", "from 2"),
        ("previous(m.opened, -1)", "periods-invalid", "not -1"),
        ("change(m.opened, True)", "periods-invalid", "not True"),
        ("change_percent(m.opened, 0.5)", "periods-invalid", "not 0.5"),
        ("per(m.opened, m.closed, 0)", "per-invalid", "not 0"),
        ("per(m.opened, m.closed, '100')", "per-invalid", "not '100'"),
        ("m.closed_on_tme", "metric-unknown", "Did you mean 'closed_on_time'?"),
        ("m.figure + m.opened", "derived-cycle", "figure → figure"),
        ("count()", "not-a-figure", "gives"),
    ],
)
def test_what_is_none_is_refused_with_the_reason_and_the_line(
    formula: str, code: str, reason: str, tmp_path: Path
) -> None:
    text = derived(formula)
    [error] = mistakes(tmp_path, text)
    whole = (METRICS + MORE + text).splitlines()
    assert (error.code, error.file) == (code, tmp_path / "metrics.py")
    assert reason in str(error)
    shown = whole[(error.line or 0) - 1]
    assert shown.strip().startswith(("return", "@derived"))


def test_a_percentage_is_pointed_to_per(tmp_path: Path) -> None:
    [error] = mistakes(tmp_path, derived("m.opened / m.closed", "percent"))
    assert "per(m.a, m.b, 100)" in str(error)


def test_a_circle_is_one_error_and_names_itself(tmp_path: Path) -> None:
    text = (
        derived("m.second + m.opened", "count", "first")
        + derived("m.third + m.opened", "count", "second")
        + derived("m.first + m.opened", "count", "third")
    )
    [error] = mistakes(tmp_path, text)
    assert error.code == "derived-cycle"
    assert "first → second → third → first" in str(error)


def test_derived_metrics_may_be_named_before_they_are_declared(tmp_path: Path) -> None:
    text = derived("change(m.later, 12)", name="first") + derived(
        "m.opened / m.closed", name="later"
    )
    declared = loaded(tmp_path, text)
    assert list(declared.derived) == ["first", "later"]
    assert [one.name for one in declared.derived["first"].measured] == ["opened", "closed"]


def test_what_rests_on_a_broken_metric_is_passed_over(tmp_path: Path) -> None:
    broken = MORE.replace("return sum(r.cost)", "return sum(r.costs)")
    text = METRICS + broken + derived("m.cost / m.closed")
    standard = (
        '[[standard]]\nid = "a"\ntitle = "A"\nmetric = "figure"\ndepartments = "all"\n'
        "expected = [{ from = 2026-01-01, at_most = 2 }]\n"
    )
    with pytest.raises(DeclarationErrors) as refused:
        load(write(tmp_path, {**GOOD, "metrics.py": text, "more.toml": standard}))
    assert [error.code for error in refused.value.errors] == ["column-unknown"]


STANDARD = (
    '[[standard]]\nid = "derived-one"\ntitle = "Derived"\nmetric = "figure"\n'
    'departments = "all"\n{more}expected = [{{ from = 2026-01-01, {expected} }}]\n'
)


def standard(more: str = "", expected: str = "at_most = 2") -> dict[str, str]:
    return {"derived.toml": STANDARD.format(more=more, expected=expected)}


PLACES = '''
@metric(source="places", at="since", unit="count", better="higher")
def places(r):
    """Places."""
    return count()


'''
DATED = GOOD["sources.py"].replace(
    'columns={"place": text(), "region": text()}',
    'columns={"place": text(), "region": text(), "since": timestamp()}',
)


def test_a_standard_by_department_needs_departments_in_every_source(tmp_path: Path) -> None:
    text = PLACES + derived("m.opened / m.places")
    [error] = mistakes(tmp_path, text, **{"sources.py": DATED}, **standard())
    assert error.code == "department-undeclared"
    assert "'places'" in str(error)
    assert error.line == 4


def test_where_must_be_known_to_every_source(tmp_path: Path) -> None:
    sources = DATED.replace('    key="place",', '    key="place",\n    department="region",')
    text = PLACES + derived("m.opened / m.places")
    where = 'where = { channel = "web" }\n'
    [error] = mistakes(tmp_path, text, **{"sources.py": sources}, **standard(where))
    assert error.code == "dimension-unknown"
    assert "'places'" in str(error)


def test_a_metric_by_fiscal_years_keeps_what_rests_on_it_to_them(tmp_path: Path) -> None:
    text = derived("change(m.performance, 1)", "percent")
    errors = mistakes(tmp_path, text, **standard())
    assert {error.code for error in errors} == {"period-mismatch", "department-undeclared"}


def test_a_change_of_a_percentage_may_be_below_0_and_a_share_over_a_window_not(
    tmp_path: Path,
) -> None:
    change = derived("change(m.urgent, 1)", "percent")
    assert loaded(tmp_path / "a", change, **standard(expected="at_most = -2"))
    window = derived("rolling(m.urgent, 2)", "percent")
    [error] = mistakes(tmp_path / "b", window, **standard(expected="at_most = -2"))
    assert error.code == "percent-out-of-range"


def test_a_table_of_standards_takes_no_derived_metric(tmp_path: Path) -> None:
    text = METRICS + MORE + derived("change(m.performance, 1)", "percent")
    table = WITH_TABLE["results.toml"].replace('"performance"', '"figure"')
    with pytest.raises(DeclarationErrors) as refused:
        load(write(tmp_path, {**WITH_TABLE, "metrics.py": text, "results.toml": table}))
    [error] = refused.value.errors
    assert (error.code, error.line) == ("table-metric-derived", 6)


def test_the_other_arguments_are_checked_as_those_of_a_metric(tmp_path: Path) -> None:
    text = (
        '@derived(unit="percents", better="best", min_n=0)\n'
        "def figure(m):\n    return rolling(m.urgent, 2)\n"
    )
    assert {error.code for error in mistakes(tmp_path, text)} == {
        "unit-unknown",
        "better-unknown",
        "min-n-invalid",
        "docstring-missing",
    }


def test_a_name_is_a_metric_s_once(tmp_path: Path) -> None:
    [error] = mistakes(tmp_path, derived("m.closed / m.cost", name="opened"))
    assert error.code == "duplicate-id"


def test_new_standard_writes_one_for_a_derived_metric(tmp_path: Path) -> None:
    text = METRICS + MORE + derived("m.opened / m.closed")
    folder = write(tmp_path, {**GOOD, "metrics.py": text})
    new_standard(folder, "fresh-one", "figure")
    assert load(folder).standards["fresh-one"].metric == "figure"
