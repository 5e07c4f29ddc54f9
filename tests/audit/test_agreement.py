"""Kappa as published and as statsmodels has it; undefined and one-sided cases are said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from scorecard.audit.agreement import Agreement, agreement
from scorecard.errors import AuditError, JudgeError
from scorecard.judge.intervals import wilson


def of_table(table: Sequence[Sequence[int]], confidence: float = 0.95) -> Agreement:
    first: dict[str, str] = {}
    second: dict[str, str] = {}
    for i, row in enumerate(table):
        for j, count in enumerate(row):
            for k in range(count):
                first[f"{i}-{j}-{k}"], second[f"{i}-{j}-{k}"] = f"answer {i}", f"answer {j}"
    return agreement(first, second, confidence)


def test_kappa_is_that_of_fleiss_levin_and_paik() -> None:
    # Statistical Methods for Rates and Proportions, 3rd ed., table 18.1: 0.68, error 0.087.
    found = of_table([[75, 1, 4], [5, 4, 1], [0, 0, 10]])
    assert found.kappa == pytest.approx(0.68, abs=0.005)
    assert found.error == pytest.approx(0.087, abs=0.001)


def test_kappa_and_its_interval_are_those_of_bonetts_example() -> None:
    # R package statpsych, ci.kappa(.05, 31, 12, 4, 58): the line of Cohen's kappa.
    found = of_table([[31, 12], [4, 58]])
    assert found.kappa == pytest.approx(0.6756757, abs=5e-8)
    assert found.error == pytest.approx(0.07344761, abs=5e-9)
    assert found.kappa_interval == pytest.approx((0.5317210, 0.8196303), abs=5e-8)
    assert (found.n, found.agreed, found.share) == (105, 89, 89 / 105)
    assert found.interval == wilson(89, 105)
    assert found.by_answer == {"answer 0": 62 / 78, "answer 1": 116 / 132}
    assert len(found.differing) == 16
    assert "0-1-0" in found.differing
    assert found.remark == ""


TABLES = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 20), min_size=k, max_size=k), min_size=k, max_size=k)
)


@settings(max_examples=60)
@given(TABLES)
def test_kappa_is_that_of_statsmodels_and_does_not_ask_who_was_first(
    table: list[list[int]],
) -> None:
    found, turned = of_table(table), of_table([*zip(*table, strict=True)])
    if found.kappa is None:
        assert sum(map(sum, table)) in {table[i][i] for i in range(len(table))}
        return
    # Theirs divides by the errors that we take as unknown.
    with np.errstate(invalid="ignore", divide="ignore"):
        theirs: Any = cohens_kappa(np.array(table))
    assert found.kappa == pytest.approx(theirs.kappa, abs=1e-12)
    assert turned.kappa == pytest.approx(found.kappa)
    if found.error is not None and found.kappa_interval is not None:
        assert found.error == pytest.approx(theirs.std_kappa)
        assert turned.error == pytest.approx(found.error)
        assert found.kappa_interval.lower == pytest.approx(max(-1, theirs.kappa_low))
        assert found.kappa_interval.upper == pytest.approx(min(1, theirs.kappa_upp))


def test_the_interval_of_kappa_covers_at_its_rate() -> None:
    chances = np.array([0.55, 0.08, 0.07, 0.30])
    rng = np.random.default_rng(69)
    p, q = chances[0] + chances[1], chances[0] + chances[2]
    by_chance = p * q + (1 - p) * (1 - q)
    true = (chances[0] + chances[3] - by_chance) / (1 - by_chance)
    held = 0
    for draw in rng.multinomial(150, chances, 600):
        interval = of_table(draw.reshape(2, 2).tolist()).kappa_interval
        held += interval is not None and interval.lower <= true <= interval.upper
    assert held / 600 == pytest.approx(0.95, abs=0.035)


def test_one_and_the_same_answer_throughout_leaves_kappa_undefined() -> None:
    found = of_table([[40]])
    assert (found.kappa, found.error, found.kappa_interval) == (None, None, None)
    assert found.share == 1
    assert found.interval == wilson(40, 40)
    assert found.remark.startswith("Both answered 'answer 0' throughout:")


def test_full_agreement_is_1_without_a_false_certainty() -> None:
    found = of_table([[30, 0], [0, 30]])
    assert (found.kappa, found.error, found.kappa_interval) == (1.0, None, None)
    assert "They never differed" in found.remark


def test_full_disagreement_is_below_chance() -> None:
    found = of_table([[0, 20], [20, 0]])
    assert (found.kappa, found.error, found.share) == (-1.0, None, 0.0)


def test_one_auditor_with_one_answer_has_kappa_0() -> None:
    found = of_table([[30, 10], [0, 0]])
    assert (found.kappa, found.error, found.kappa_interval) == (0.0, None, None)
    assert found.remark.startswith("These answers do not tell how sure kappa is")


def test_nearly_all_answers_alike_is_said() -> None:
    found = of_table([[92, 4], [4, 0]])
    assert found.share == 0.92
    assert found.kappa is not None
    assert found.kappa < 0
    assert found.remark.startswith("96 % of the answers are 'answer 0': kappa is low then")
    assert found.by_answer["answer 1"] == 0


def test_few_cases_are_said() -> None:
    assert of_table([[8, 2], [1, 7]]).remark.startswith("18 cases are few")


def test_the_second_auditor_may_take_some_of_the_cases_but_no_others() -> None:
    first = {"a": "met", "b": "not met", "c": "met"}
    found = agreement(first, {"b": "met", "a": "met"})
    assert (found.n, found.agreed, found.differing) == (2, 1, ("b",))
    with pytest.raises(AuditError, match="x, y") as refused:
        agreement(first, {"a": "met", "y": "met", "x": "met"})
    assert refused.value.code == "recheck-of-other-cases"


def test_no_case_has_no_agreement() -> None:
    found = agreement({"a": "met"}, {})
    assert (found.n, found.share, found.interval, found.kappa) == (0, None, None, None)
    assert found.remark == "The second auditor answered no case."


def test_a_confidence_in_percent_is_refused() -> None:
    with pytest.raises(JudgeError):
        agreement({"a": "met"}, {"a": "met"}, 95)
