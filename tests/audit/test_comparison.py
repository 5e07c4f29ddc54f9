"""A cycle's re-audit: the ledger of then and of now, held together by what is declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_ind_from_stats

from scorecard.audit import Cycle
from scorecard.audit.comparison import Line, reaudit
from scorecard.audit.difference import Test
from scorecard.audit.reaudit import Outcome
from scorecard.audit.scope import freeze_baseline
from scorecard.errors import AuditError
from tests.audit.known import JANUARY, Known, known

FEBRUARY = date(2026, 2, 1)
JULY = date(2026, 7, 1)
THEN = datetime(2026, 4, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 10, 10, 12, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Known]:
    made = known(tmp_path)
    yield made
    made.ledger.close()


def lines(town: Known, period: str = "2026-07") -> dict[tuple[str, str | None], Line]:
    found = reaudit(town.desk(), town.desk().cycle("one"), period=period)
    return {(one.requirement.standard, one.requirement.department): one for one in found.lines}


def redeclare(town: Known, name: str, old: str, new: str) -> None:
    file = town.folder / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_a_month_means_the_quarter_for_a_standard_judged_by_it(town: Known) -> None:
    rng = np.random.default_rng(1)
    was, now = rng.normal(20, 4, 60), rng.normal(15, 4, 50)

    def mean(values: np.ndarray, period: date):
        return town.row(
            *("days", None, period, len(values)),
            value=float(values.mean()),
            numerator=float(values.sum()),
            squares=float((values**2).sum()),
        )

    rows = [mean(was, JANUARY)]
    town.run(*rows, at=THEN)
    opened = town.open("days", day=FEBRUARY)
    (baseline,) = opened.opened.body.baseline
    assert (baseline.period, baseline.grain, baseline.caveat) == (JANUARY, "quarter", "")
    town.run(*rows, mean(now, JULY), at=LATER)
    line = lines(town, "2026-08")["days", None]
    assert line.after is not None
    assert (line.after.period, line.after.grain) == (JULY, "quarter")
    expected = ttest_ind_from_stats(
        *(now.mean(), now.std(ddof=1), 50, was.mean(), was.std(ddof=1), 60), equal_var=False
    )
    assert line.compared.p == pytest.approx(expected.pvalue)
    assert line.compared.outcome is Outcome.IMPROVED
    body = reaudit(town.desk(), opened, period="2026-08").body.comparisons[0]
    # Days went down, which is a gain of the service.
    assert body.difference == pytest.approx(was.mean() - now.mean())
    assert body.low is not None
    assert body.high is not None
    assert body.difference is not None
    assert 0 < body.low < body.difference < body.high


def test_every_kind_of_figure_gets_the_test_of_its_kind(town: Known) -> None:
    def month(period: date, low: float):
        return [
            town.share(None, period, int(low), 100),
            town.row("complaints", None, period, 90, value=low, numerator=low),
            town.row(
                *("late_rate", None, period, 1000), value=low, numerator=low, denominator=1000
            ),
            town.row(
                *("most_days", None, period, 90), value=low, lower_95=low - 2, upper_95=low + 2
            ),
            town.row("visits", None, period, 90, value=low, numerator=low),
        ]

    before, after = month(JANUARY, 80), month(JULY, 40)
    town.run(*before, at=THEN)
    town.open("on-time", "complaints", "late-rate", "most-days", "visits")
    town.run(*before, *after, at=LATER)
    found = lines(town)
    assert {name: found[name, None].compared.test for name, _ in found} == {
        "on-time": Test.NEWCOMBE,
        "complaints": Test.POISSON,
        "late-rate": Test.POISSON,
        "most-days": Test.INTERVALS,
        "visits": None,
    }
    # A fall is a loss of a share, and a gain of what is better the lower it is.
    outcomes = {name: found[name, None].compared.outcome for name, _ in found}
    assert outcomes.pop("on-time") is Outcome.REGRESSED
    assert outcomes.pop("visits") is Outcome.NOT_TESTED
    assert set(outcomes.values()) == {Outcome.IMPROVED}
    assert "No test of chance" in found["visits", None].compared.reason
    assert found["late-rate", None].compared.difference == pytest.approx(-40)
    assert found["complaints", None].compared.p == pytest.approx(binomtest(40, 120, 0.5).pvalue)


def test_counts_of_unlike_months_are_compared_by_the_day_and_said_so(town: Known) -> None:
    def count(period: date, number: int):
        return town.row("complaints", None, period, number, value=number, numerator=number)

    town.run(count(FEBRUARY, 280), at=THEN)
    town.open("complaints", day=FEBRUARY)
    town.run(count(FEBRUARY, 280), count(JULY, 310), at=LATER)
    line = lines(town)["complaints", None]
    # Ten a day in February and ten a day in July.
    assert line.compared.difference == pytest.approx(0)
    assert line.compared.outcome is Outcome.HELD
    assert "by 28 days, as the baseline has; the re-audit has 31" in line.compared.reason


def test_a_baseline_is_read_as_it_was_known_when_it_was_frozen(town: Known) -> None:
    town.run(town.share(None, JANUARY, 40, 100), at=THEN)
    town.open("on-time")
    # Late records have changed January since.
    town.run(town.share(None, JANUARY, 90, 120), town.share(None, JULY, 90, 120), at=LATER)
    line = lines(town)["on-time", None]
    assert line.compared.before is not None
    assert (line.compared.before.numerator, line.compared.before.n) == (40, 100)
    assert line.compared.outcome is Outcome.IMPROVED

    cycle = town.desk().cycle("one")
    again = reaudit(town.desk(), cycle, period="2026-01")
    assert [one.period for one in again.same_period] == [JANUARY]
    (same,) = reaudit(town.desk(), cycle, period="2026-01", as_of=THEN).lines[:1]
    assert same.compared.difference == 0
    assert same.compared.outcome is Outcome.HELD


def test_a_merged_departments_baseline_is_added_to_the_one_it_went_into(town: Known) -> None:
    before = [town.share("parks", JANUARY, 60, 100), town.share("public-works", JANUARY, 20, 100)]
    town.run(*before, at=THEN)
    town.open("on-time", departments=("parks", "public-works"))
    after = town.share("public-works", JULY, 180, 200)
    redeclare(town, "organisation.toml", 'aliases = ["PWD"]', 'aliases = ["PWD", "parks"]')
    text = (town.folder / "organisation.toml").read_text("utf-8")
    start, end = text.index('[[departments]]\nid = "parks"'), text.index("[[people]]")
    (town.folder / "organisation.toml").write_text(text[:start] + text[end:], encoding="utf-8")
    town.run(after, at=LATER)
    found = lines(town)
    works, parks = found["on-time", "public-works"], found["on-time", "parks"]
    assert works.compared.before is not None
    assert (works.compared.before.numerator, works.compared.before.denominator) == (80, 200)
    assert works.compared.difference == pytest.approx(50)
    assert "includes that of parks" in works.compared.reason
    assert parks.compared.outcome is Outcome.NOT_TESTED
    assert "merged into 'public-works'; its baseline is counted there" in parks.compared.reason


def test_a_merged_department_counts_even_where_it_was_not_in_scope(town: Known) -> None:
    before = [town.share("parks", JANUARY, 60, 100), town.share("public-works", JANUARY, 20, 100)]
    town.run(*before, at=THEN)
    town.open("on-time", departments=("public-works",))
    redeclare(town, "organisation.toml", 'aliases = ["PWD"]', 'aliases = ["PWD", "parks"]')
    text = (town.folder / "organisation.toml").read_text("utf-8")
    start, end = text.index('[[departments]]\nid = "parks"'), text.index("[[people]]")
    (town.folder / "organisation.toml").write_text(text[:start] + text[end:], encoding="utf-8")
    town.run(town.share("public-works", JULY, 180, 200), at=LATER)
    found = lines(town)
    assert list(found) == [("on-time", "public-works")]
    before_now = found["on-time", "public-works"].compared.before
    assert before_now is not None
    assert before_now.n == 200


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("town.toml", 'id = "on-time"', 'id = "in-time"', "not declared any more"),
        ("metrics.py", "r.closed_at <= r.due_at", "r.closed_at < r.due_at", "measured otherwise"),
        (
            "town.toml",
            'metric = "on_time"',
            'metric = "on_time"\nwhere = { channel = "web" }',
            "about other records",
        ),
        (
            "town.toml",
            'metric = "on_time"\ndepartments = "all"\nperiod = "month"',
            'metric = "on_time"\ndepartments = "all"\nperiod = "quarter"',
            "judged by the month when the cycle was opened, and is by the quarter",
        ),
    ],
)
def test_a_standard_that_is_gone_or_another_is_not_tested(
    town: Known, name: str, old: str, new: str, told: str
) -> None:
    before = [town.share(None, JANUARY, 40, 100)]
    other = town.row("complaints", None, JULY, 90, value=90, numerator=90)
    town.run(*before, at=THEN)
    town.open("on-time", "complaints")
    town.run(*before, town.share(None, JULY, 80, 100), other, at=LATER)
    redeclare(town, name, old, new)
    line = lines(town)["on-time", None]
    assert line.compared.outcome is Outcome.NOT_TESTED
    assert told in line.compared.reason
    assert line.before is not None


def test_too_few_no_data_and_a_period_not_over_are_kept_and_said(town: Known) -> None:
    rows = [
        town.share(None, JANUARY, 40, 100),
        town.share("parks", JANUARY, 0, 0),
        town.share("public-works", JANUARY, 2, 4),
    ]
    town.run(*rows, at=THEN)
    town.open("on-time")
    baseline = town.desk().cycle("one").opened.body.baseline
    assert [(one.actual, one.n, one.caveat) for one in baseline] == [
        (40, 100, ""),
        (50, 4, ""),
        (None, 0, "There is no data."),
    ]
    july = [replace_period(row) for row in rows]
    town.run(*rows, *july, at=LATER)
    found = {place: one.compared for (_, place), one in lines(town).items()}
    assert found["parks"].reason == "There is no comparable value in the baseline."
    assert found["parks"].before is not None
    assert found["parks"].before.value is None
    assert found["public-works"].reason == "Too few: n was 4 and is 4; 10 are needed."
    assert found[None].outcome is Outcome.HELD

    # The same figures, of records that end in the middle of July.
    later = LATER.replace(month=11)
    town.run(*rows, *july, at=later, moment=datetime(2026, 7, 14, tzinfo=UTC))
    whole = lines(town)["on-time", None].compared
    assert whole.outcome is Outcome.NOT_TESTED
    assert "the re-audit is not whole. The month was not over" in whole.reason


def replace_period(row):
    return row._replace(period=JULY)


def test_a_ledger_altered_since_is_not_compared(town: Known) -> None:
    town.run(town.share(None, JANUARY, 40, 100), at=THEN)
    cycle = town.open("on-time")
    town.run(town.share(None, JANUARY, 40, 100), town.share(None, JULY, 80, 100), at=LATER)
    (figure,) = cycle.opened.body.baseline
    other = figure.model_copy(update={"numerator": 41.0})
    body = cycle.opened.body.model_copy(update={"baseline": (other,)})
    forged = replace(cycle, opened=replace(cycle.opened, body=body))
    line = reaudit(town.desk(), forged, period="2026-07").lines[0]
    assert line.compared.outcome is Outcome.NOT_TESTED
    assert "not the frozen baseline" in line.compared.reason


def test_a_period_without_any_figure_is_refused(town: Known) -> None:
    town.run(town.share(None, JANUARY, 40, 100), at=THEN)
    town.open("on-time")
    for period, as_of in (("2026-07", None), ("2026-01", datetime(2026, 1, 1, tzinfo=UTC))):
        with pytest.raises(AuditError) as caught:
            reaudit(town.desk(), town.desk().cycle("one"), period=period, as_of=as_of)
        assert caught.value.code == "reaudit-unmeasured"


def test_the_tolerance_is_the_departments_own(town: Known) -> None:
    override = "[standard.overrides.parks]\nexpected = [{ from = 2025-01-01, at_least = 50 }]\n"
    days = '\n[[standard]]\nid = "days"'
    redeclare(town, "town.toml", days, "\n" + override + days)
    redeclare(town, "town.toml", "at_least = 50, tolerance = 1", "at_least = 50, tolerance = 20")
    both = ("parks", "public-works")
    rows = [town.share(one, JANUARY, 500, 1000) for one in both]
    town.run(*rows, at=THEN)
    town.open("on-time", departments=both)
    town.run(*rows, *(town.share(one, JULY, 600, 1000) for one in both), at=LATER)
    found = lines(town)
    assert found["on-time", "parks"].compared.outcome is Outcome.IMPROVED
    assert found["on-time", "public-works"].compared.outcome is Outcome.HELD


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Known, Cycle]]:
    """A town with one cycle over two departments, whose baseline a test puts another one for."""
    made = known(tmp_path_factory.mktemp("turned"))
    yield made, made.open("on-time", departments=("parks", "public-works"))
    made.ledger.close()


KEPT_AND_MISSED = st.tuples(st.integers(0, 300), st.integers(0, 300))


@settings(max_examples=15, deadline=None)
@given(figures=st.tuples(*[KEPT_AND_MISSED] * 4))
def test_turning_the_two_round_turns_every_outcome(
    opened: tuple[Known, Cycle], figures: tuple[tuple[int, int], ...]
) -> None:
    town, cycle = opened
    places = [(place, month) for place in ("parks", "public-works") for month in (JANUARY, JULY)]
    rows = [
        town.share(*place, kept, kept + missed)
        for place, (kept, missed) in zip(places, figures, strict=True)
    ]
    town.run(*rows, at=LATER)

    def found(baseline: date, period: str) -> list[Line]:
        body = cycle.opened.body
        frozen = freeze_baseline(town.ledger, town.declared, body.scope, baseline)
        body = body.model_copy(update={"baseline": frozen})
        other = replace(cycle, opened=replace(cycle.opened, body=body))
        return list(reaudit(town.desk(), other, period=period).lines)

    turned = {Outcome.IMPROVED: Outcome.REGRESSED, Outcome.REGRESSED: Outcome.IMPROVED}
    for one, other in zip(found(JANUARY, "2026-07"), found(JULY, "2026-01"), strict=True):
        outcome = one.compared.outcome
        assert other.compared.outcome is turned.get(outcome, outcome)
        if one.compared.difference is not None:
            assert other.compared.difference == pytest.approx(-one.compared.difference)
