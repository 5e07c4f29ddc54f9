from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.report.department import TopicRow, department_page, drivers
from tests.report.rows_builder import SHARE, city_rows, months, row, town


def test_shared_standards_come_before_its_own() -> None:
    view = department_page(town(), city_rows(), "roads")
    assert [line.row.standard for line in view.shared] == ["closed-on-time"]
    assert [line.row.standard for line in view.own] == ["potholes"]
    assert (view.name, view.owner) == ("Roads", "Roads director")
    assert view.own[0].gap == "9.4 days behind"
    assert view.own[0].now == "12.4 days"


def test_topics_are_asked_for_the_widest_gap_alone() -> None:
    asked = []
    department_page(town(), city_rows(), "roads", topics=lambda r: asked.append(r) or [])
    assert [r.standard for r in asked] == ["potholes"]
    department_page(town(), city_rows(), "parks", topics=lambda r: asked.append(r) or [])
    assert len(asked) == 1


def test_a_department_without_rows_says_that_nothing_was_measured() -> None:
    view = department_page(town(), [], "parks")
    assert (view.period, view.shared, view.own, view.drivers) == (None, (), (), ())


def test_records_without_a_department_have_a_page_of_their_own() -> None:
    view = department_page(town(), city_rows(), "unassigned")
    assert view.name == "Records without a department"
    assert view.sentence.startswith(
        "In July 2026 the records without a department met none of one standard judged"
    )


def test_the_shortfall_is_in_cases_and_the_topic_that_weighs_most_comes_first() -> None:
    broken = row(70.0, **SHARE)
    found = drivers(
        broken,
        [
            TopicRow("small and bad", 10.0, 1.0, 10.0, 10),
            TopicRow("large and poor", 70.0, 700.0, 1000.0, 1000),
            TopicRow("fine", 95.0, 95.0, 100.0, 100),
            TopicRow("empty", None, None, None, 0),
        ],
    )
    assert [d.topic for d in found] == ["large and poor", "small and bad"]
    assert [d.shortfall for d in found] == [pytest.approx(100.0), pytest.approx(7.0)]


def test_figures_that_do_not_add_are_ordered_by_distance_and_volume() -> None:
    slow = row(12.4)
    found = drivers(
        slow,
        [TopicRow("rare", 40.0, None, None, 2), TopicRow("often", 9.0, None, None, 100)],
    )
    assert [(d.topic, d.service_gap, d.shortfall) for d in found] == [
        ("often", -6.0, None),
        ("rare", -37.0, None),
    ]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(1, 100)), min_size=1))
def test_the_shortfalls_of_all_topics_add_up_to_the_departments(
    topics: list[tuple[int, int]],
) -> None:
    sums = [(min(kept, of), of) for kept, of in topics]
    kept, of = sum(k for k, _ in sums), sum(n for _, n in sums)
    broken = row(100 * kept / of, **SHARE | {"expected": 101.0})
    found = drivers(
        broken,
        [TopicRow(str(i), 100 * k / n, k, n, n) for i, (k, n) in enumerate(sums)],
    )
    assert sum(d.shortfall or 0.0 for d in found) == pytest.approx(1.01 * of - kept)


def test_nothing_drives_a_gap_where_nothing_is_expected() -> None:
    assert drivers(row(1.0, expected=None), [TopicRow("a", 9.0, None, None, 3)]) == []


def test_the_page_holds_at_the_period_asked_for() -> None:
    view = department_page(town(), months([2.0, 9.0]), "roads", period=date(2026, 6, 1))
    assert view.widest is None
    assert view.met.met == 1
