"""What a control chart says of a row, with what people declared about it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.declare.standards import Standard
from scorecard.judge.chart import Assurance, Variation
from scorecard.judge.xmr import xmr
from scorecard.report.behaviour import Behaviour, behaviour, behaviour_of, behaviour_of_values
from scorecard.report.history import History
from scorecard.report.row import ScorecardRow
from tests.report.rows_builder import SHARE, months, row

# Twelve months around 85, none of them a signal.
CALM = [85.0, 84.0, 86.0, 85.0, 83.0, 86.0, 84.0, 87.0, 85.0, 84.0, 86.0, 85.0]
LOW = [value - 15 for value in CALM]


def declared(chart: dict[str, Any] | None = None, **given: Any) -> Standard:
    return Standard.model_validate(
        {
            "id": "closed-on-time",
            "title": "Requests are closed on time",
            "metric": "closed_on_time",
            "departments": "all",
            "expected": [{"from": date(2020, 1, 1), "at_least": 80}],
            "chart": chart or {},
            **given,
        }
    )


def rebase(day: date, **more: str) -> dict[str, Any]:
    return {"from": day, "reason": "A second crew", "accepted": "City manager", **more}


def shares(actuals: list[Any], **given: Any) -> list[ScorecardRow]:
    return months(actuals, **{**SHARE, **given})


def limits(told: Behaviour) -> tuple[float, float, float]:
    assert told.phase is not None
    return told.phase.lower, told.phase.mean, told.phase.upper


def of(actuals: list[Any], standard: Standard | None = None, **given: Any) -> Behaviour:
    return behaviour(shares(actuals, **given), standard)


def test_a_calm_series_has_its_usual_range_and_no_signal() -> None:
    told = of(CALM)
    # By hand: eleven moving ranges add up to 20, so the limits are 85 ± 2.66 × 20 / 11.
    assert limits(told) == pytest.approx((85 - 53.2 / 11, 85.0, 85 + 53.2 / 11))
    assert told.usual == "between 80.2 and 89.8 %"
    assert (told.variation, told.assurance) == (Variation.COMMON_CAUSE, Assurance.KEEPS)
    assert of(CALM, expected=81.0).assurance is Assurance.HIT_OR_MISS
    assert of(CALM, expected=95.0).assurance is Assurance.MISSES
    assert (told.signal, told.signal_words, told.proposal, told.proposed) == (None, "", "", "")
    assert (told.is_told, told.not_told, told.reason, told.since) == (True, "", "", "")


def test_fewer_than_eight_figures_are_not_charted_and_that_is_said() -> None:
    told = of([*CALM[:7], None, None])
    assert told.chart is None
    assert told.reason == (
        "Too few for a control chart: seven months can be charted, and it takes eight."
    )
    assert told.not_told == "too few periods"
    assert (told.variation, told.assurance, told.usual, told.since) == (None, None, "", "")
    assert of(CALM[:8]).is_told
    with pytest.raises(ValueError, match="nothing to behave"):
        behaviour([])


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (row(None, **SHARE), "no data"),
        (row(70.0, **SHARE, n=3, min_n=20), "too few"),
        (row(70.0, **SHARE, complete=False), "not complete yet"),
        (row(70.0, **{**SHARE, "expected": None}, complete=False), "not complete yet"),
    ],
)
def test_a_last_period_without_a_figure_to_trust_is_no_point(last: ScorecardRow, why: str) -> None:
    before = shares(CALM, last=date(2026, 6, 1))
    told = behaviour([*before, last])
    assert (told.not_told, told.variation, told.assurance, told.signal) == (why, None, None, None)
    # The chart stays, as it was before.
    assert told.usual == behaviour(before).usual


def test_a_missing_month_keeps_its_place_and_breaks_a_run() -> None:
    run = of([*CALM, *[82.0, 83.0, 82.5, 82.2, 82.6, 82.1, 82.7]])
    broken = of([*CALM, *[82.0, 83.0, 82.5, 82.2, None, 82.1, 82.7]])
    assert run.signal_words == "seven months running below the mean, since January 2026"
    assert broken.signal_words == ""
    assert broken.chart is not None
    assert broken.chart.values[-3] != broken.chart.values[-3]


def test_a_period_without_an_expected_value_is_a_point_without_assurance() -> None:
    told = of(CALM, expected=None)
    assert (told.variation, told.assurance) == (Variation.COMMON_CAUSE, None)


def test_what_never_varies_is_neither_kept_nor_missed_by_chance() -> None:
    told = of([100.0] * 12)
    assert (told.is_constant, told.has_limits, told.usual) == (True, False, "")
    assert (told.variation, told.assurance) == (Variation.COMMON_CAUSE, None)


def test_gaps_without_a_step_are_not_taken_for_a_constant() -> None:
    told = of([80.0, 80.0, 80.0, 80.0, None, 90.0, 90.0, 90.0, 90.0])
    assert (told.is_constant, told.has_limits) == (False, False)


def test_a_usual_range_ends_where_the_scale_does() -> None:
    assert of([100.0, 99.0, 100.0, 98.0] * 3).usual == "between 95.4 and 100.0 %"
    # A published share over 100 % has no such end.
    assert of([101.0, 99.0, 100.0, 98.0] * 3).usual.endswith("104.6 %")
    assert behaviour(months([0.1, 2.0, 0.2, 3.0] * 3)).usual.startswith("between 0.0 and ")
    assert behaviour(months([-1.0, 2.0, 0.2, 3.0] * 3)).usual.startswith("between -")


def test_ends_are_rounded_to_their_own_side_of_the_promise_and_apart() -> None:
    lower, _, _ = limits(of(CALM))
    # 80.16 and 89.84, where 80.2 would lie on the promise or across it.
    assert of(CALM, expected=80.2).usual.startswith("between 80.16 and")
    assert of(CALM, expected=89.8).usual.endswith(" and 89.84 %")
    assert of(CALM, expected=lower).usual.startswith("between 80.2 and")
    close = of([99.98, 99.99] * 6)
    low, high = close.usual.removeprefix("between ").removesuffix(" %").split(" and ")
    assert float(low) < float(high)


def test_a_new_phase_has_limits_of_its_own_from_the_day_it_was_accepted_for() -> None:
    rows = shares([*LOW, *CALM])
    standard = declared({"rebases": [rebase(rows[12].period)]})
    told = behaviour(rows, standard)
    assert limits(told) == pytest.approx(limits(of(CALM)))
    assert told.since == "since August 2025"
    assert [(m.place, m.kind, m.text) for m in told.marks] == [(12, "new phase", "A second crew")]
    # Before that day nobody knew of it.
    assert limits(behaviour(rows[:12], standard)) == pytest.approx(limits(of(LOW)))


def test_a_phase_that_has_hardly_begun_promises_nothing() -> None:
    rows = shares([*LOW, *CALM])
    standard = declared({"rebases": [rebase(rows[12].period)]})
    seven, eight = behaviour(rows[:19], standard), behaviour(rows[:20], standard)
    assert (seven.has_limits, seven.assurance, seven.usual) == (False, None, "")
    assert seven.variation is Variation.COMMON_CAUSE
    assert eight.assurance is Assurance.HIT_OR_MISS
    assert behaviour(rows[:13], standard).variation is Variation.COMMON_CAUSE


def test_a_phase_of_one_department_is_no_other_ones() -> None:
    rows = shares([*LOW, *CALM])
    standard = declared({"rebases": [rebase(rows[12].period, department="parks")]})
    assert behaviour(rows, standard).since == ""
    parks = shares([*LOW, *CALM], department="parks")
    assert behaviour(parks, standard).since == "since August 2025"
    whole = shares([*LOW, *CALM], department=None)
    assert behaviour(whole, standard).marks == ()


def test_the_same_phase_for_all_and_for_one_is_one() -> None:
    rows = shares([*LOW, *CALM])
    day = rows[12].period
    standard = declared({"rebases": [rebase(day), rebase(day, department="roads")]})
    assert behaviour(rows, standard).since == "since August 2025"


def test_a_phase_may_begin_in_a_period_without_a_figure() -> None:
    rows = shares([*LOW, None, *CALM])
    told = behaviour(rows, declared({"rebases": [rebase(rows[12].period)]}))
    assert limits(told) == pytest.approx(limits(of(CALM)))


def test_a_phase_before_the_records_is_refused_in_place_of_the_chart() -> None:
    rows = shares(CALM)
    told = behaviour(rows, declared({"rebases": [rebase(date(2019, 1, 1))]}))
    assert told.chart is None
    assert told.reason.startswith(
        "No control chart: what [standard.chart] declares does not fit these periods. "
        "rebase-no-period: No period begins on 2019-01-01."
    )
    assert told.not_told == "no chart"
    at_start = behaviour(rows, declared({"rebases": [rebase(rows[0].period)]}))
    assert " rebase-at-start: " in at_start.reason


def test_a_period_left_out_is_shown_and_moves_no_limit() -> None:
    rows = shares([*CALM[:6], 20.0, *CALM[6:]])
    standard = declared(
        {"excluded": [{"period": rows[6].period, "reason": "Ice storm"}]},
        events=[{"on": date(2026, 1, 15), "text": "Ice storm", "kind": "event"}],
    )
    told = behaviour(rows, standard)
    assert told.chart is not None
    assert told.chart.values[6] == 20.0
    assert told.chart.flags[6]
    apart = xmr([*CALM[:6], None, *CALM[6:]])
    assert limits(told) == pytest.approx((apart.lower[0], apart.mean[0], apart.upper[0]))
    assert [(m.place, m.day, m.kind) for m in told.marks] == [
        (6, date(2026, 1, 1), "left out"),
        (6, date(2026, 1, 15), "event"),
    ]


def test_all_periods_left_out_is_refused() -> None:
    rows = shares(CALM)
    standard = declared({"excluded": [{"period": r.period, "reason": "No"} for r in rows]})
    assert " all-excluded: " in behaviour(rows, standard).reason


def test_a_baseline_holds_later_periods_against_the_earlier_ones() -> None:
    rows = shares([*CALM, *LOW[:3]])
    standard = declared({"baseline": [{"until": rows[12].period}]})
    told = behaviour(rows, standard)
    assert limits(told) == pytest.approx(limits(of(CALM)))
    assert told.variation is Variation.CONCERNING
    assert told.signal_words == ("three months running below the lower limit, since May 2026")
    assert [(m.place, m.kind) for m in told.marks] == [(12, "baseline")]
    assert limits(behaviour(rows[:12], standard)) == pytest.approx(limits(of(CALM)))


def test_a_departments_own_baseline_counts_and_not_that_for_all() -> None:
    rows = shares([*CALM, *LOW])
    everyone, own = {"until": rows[8].period}, {"until": rows[12].period, "department": "roads"}
    for baseline in ([everyone, own], [own, everyone]):
        told = behaviour(rows, declared({"baseline": baseline}))
        assert limits(told) == pytest.approx(limits(of(CALM)))
        # Its own has not ended by then, so that all periods so far count.
        early = behaviour(rows[:10], declared({"baseline": baseline}))
        assert limits(early) == pytest.approx(limits(of(CALM[:10])))


def test_a_baseline_is_that_of_the_phase_it_ends_in() -> None:
    rows = shares([*LOW, *CALM, *CALM, *LOW[:8]])
    phase, until = rows[12].period, rows[24].period
    before = behaviour(rows, declared({"baseline": [{"until": until}], "rebases": [rebase(phase)]}))
    # The phase begins with CALM; the second CALM and what follows are held against the first.
    assert limits(before) == pytest.approx(limits(of(CALM)))
    assert before.chart is not None
    assert [one.resting for one in before.chart.phases] == [12, 12]
    after = behaviour(
        rows[:36],
        declared({"baseline": [{"until": phase}], "rebases": [rebase(phase), rebase(until)]}),
    )
    assert after.chart is not None
    assert [one.resting for one in after.chart.phases] == [12, 12, 12]


def test_a_baseline_that_ends_before_the_records_is_refused() -> None:
    told = of(CALM, declared({"baseline": [{"until": date(2019, 1, 1)}]}))
    assert " fix-first-too-few: " in told.reason


def test_the_rule_set_is_the_declared_one() -> None:
    six = [*CALM, *[82.0, 83.0, 82.5, 82.2, 82.6, 82.1]]
    assert of(six).signal_words == ""
    assert of(six, declared({"rules": "six-point"})).signal_words.startswith("six months running")


def test_a_shift_is_proposed_and_counts_only_when_it_is_declared() -> None:
    rows = shares([*CALM, *LOW], department="roads")
    told = behaviour(rows)
    assert told.proposal == (
        "The level has shifted and holds: 12 months since August 2025 at 70.0 % on average, "
        "after 85.0 %. If its cause is known and will last, a new phase can be declared."
    )
    assert told.proposed == (
        '{ from = 2025-08-01, reason = "…", accepted = "…", department = "roads" }'
    )
    accepted = behaviour(
        rows, declared({"rebases": [rebase(date(2025, 8, 1), department="roads")]})
    )
    assert (accepted.proposal, accepted.proposed) == ("", "")
    assert limits(accepted) == pytest.approx(limits(of(LOW)))


def test_what_is_proposed_names_no_department_where_there_is_but_one() -> None:
    values = [*CALM, *LOW]
    assert "department" not in of(values, shared=False).proposed
    assert "department" not in of(values, department=None).proposed
    nobody = of(values, department="unassigned")
    assert nobody.proposal
    assert nobody.proposed == ""


@pytest.mark.parametrize(
    ("grain", "last", "words"),
    [
        ("week", date(2026, 7, 6), "seven weeks running below the mean, since week 22 of 2026"),
        ("quarter", date(2026, 4, 1), "seven quarters running below the mean, since 2024 Q4"),
        (
            "fiscal_year",
            date(2026, 7, 1),
            "seven fiscal years running below the mean, since fiscal year 2020-21",
        ),
        ("day", date(2026, 7, 5), "seven days running below the mean, since 29 June 2026"),
    ],
)
def test_periods_have_their_own_names(grain: str, last: date, words: str) -> None:
    values = [*CALM, *[82.0, 83.0, 82.5, 82.2, 82.6, 82.1, 82.7]]
    if grain == "fiscal_year":
        rows = [
            row(value, **SHARE, grain="fiscal_year", period=date(2008 + place, 7, 1))
            for place, value in enumerate(values)
        ]
        assert behaviour(rows, None, 7).signal_words == words
    else:
        assert behaviour(shares(values, grain=grain, last=last)).signal_words == words


Figures = st.lists(st.one_of(st.none(), st.integers(0, 100).map(float)), min_size=1, max_size=40)


@settings(max_examples=60, deadline=None)
@given(
    figures=Figures,
    later=Figures,
    phases=st.sets(st.integers(1, 45), max_size=3),
    left_out=st.sets(st.integers(0, 45), max_size=3),
    until=st.one_of(st.none(), st.integers(1, 45)),
)
def test_what_a_period_looked_like_does_not_change_later(
    figures: list[float | None],
    later: list[float | None],
    phases: set[int],
    left_out: set[int],
    until: int | None,
) -> None:
    rows = shares([*figures, *later])
    first = rows[0].period
    days = [shifted(first, place) for place in range(46)]
    standard = declared(
        {
            "rebases": [rebase(days[place]) for place in phases],
            "excluded": [{"period": days[place], "reason": "Storm"} for place in left_out],
            "baseline": [{"until": days[until]}] if until is not None else [],
        }
    )
    then = rows[len(figures) - 1]
    history = History(rows, standards={"closed-on-time": standard})
    now, before = behaviour_of(then, history), behaviour(rows[: len(figures)], standard)
    assert said(now) == said(before)
    # And what was declared about later periods is as good as not declared.
    only = declared(
        {
            "rebases": [rebase(days[place]) for place in phases if days[place] <= then.period],
            "excluded": [
                {"period": days[p], "reason": "Storm"} for p in left_out if days[p] <= then.period
            ],
            "baseline": [{"until": days[until]}]
            if until is not None and days[until] <= then.period
            else [],
        }
    )
    assert said(behaviour(rows[: len(figures)], only)) == said(before)


def shifted(first: date, count: int) -> date:
    month = first.month - 1 + count
    return date(first.year + month // 12, month % 12 + 1, 1)


def said(told: Behaviour) -> tuple[object, ...]:
    return (
        *(told.variation, told.assurance, told.signal, told.signal_words, told.usual),
        *(told.proposal, told.proposed, told.reason, told.not_told, told.marks, told.since),
    )


@settings(max_examples=30, deadline=None)
@given(Figures)
def test_a_row_of_values_says_what_the_rows_do(figures: list[float | None]) -> None:
    rows = shares(list(figures))
    told = behaviour(rows)
    values = [float("nan") if value is None else value for value in figures]
    again = behaviour_of_values(rows[-1], told.periods, values, [80.0] * len(rows))
    assert said(again) == said(told)
