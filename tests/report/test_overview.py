from datetime import UTC, date, datetime

from scorecard.declare.periods import Period
from scorecard.judge.rollup import met
from scorecard.judge.status import Status
from scorecard.report.overview import change_words, overview, tile_style
from tests.report.rows_builder import SHARE, city_rows, months, row, town

JULY = date(2026, 7, 1)


def test_a_tile_counts_what_its_department_met_and_says_what_changed() -> None:
    roads, parks = overview(town(), city_rows()).tiles
    assert (roads.met.met, roads.met.judged, roads.style.word) == (0, 2, "two missed")
    assert (parks.met.met, parks.met.judged, parks.style.word) == (1, 1, "all met")
    assert roads.change == "as in Jun"
    assert roads.series == (100, 100, 100, *[0] * 9)
    assert parks.series_words == (
        "Parks: 0 of 1 standards met in August 2025, 1 of 1 in July 2026."
    )


def test_the_whole_organisation_and_the_unassigned_are_in_no_tile_and_not_counted() -> None:
    view = overview(town(), city_rows())
    assert (view.met.met, view.met.judged, view.met.total) == (1, 3, 3)
    assert [tile.department for tile in view.tiles] == ["roads", "parks"]
    assert view.unassigned == 1


def test_needs_attention_has_the_widest_gap_first_and_at_most_ten() -> None:
    rows = [r for n in range(14) for r in months([3.0, 4.0 + n], standard=f"s{n}")]
    view = overview(town(), rows)
    assert [line.row.standard for line in view.attention] == [f"s{n}" for n in range(13, 3, -1)]
    assert view.behind == 14


def test_the_chosen_row_is_the_first_unless_the_address_names_another() -> None:
    rows = city_rows()
    first = overview(town(), rows).chosen
    assert first is not None
    assert first.row.standard == "potholes"
    other = overview(town(), rows, chosen=("closed-on-time", "parks")).chosen
    assert other is not None
    assert other.row.department == "parks"
    wrong = overview(town(), rows, chosen=("closed-on-time", "nobody")).chosen
    assert wrong is not None
    assert wrong.row is first.row


def test_a_period_that_is_not_there_falls_back_to_the_newest_judged() -> None:
    rows = [*months([2.0, 2.0]), row(1.0, period=date(2026, 8, 1), complete=False)]
    assert overview(town(), rows).period == Period(JULY, "month")
    assert overview(town(), rows, period=date(1999, 1, 1)).period == Period(JULY, "month")
    assert overview(town(), rows, period=date(2026, 6, 15)).period == Period(
        date(2026, 6, 1), "month"
    )


def test_nothing_measured_gives_an_empty_page_that_says_so() -> None:
    view = overview(town(), [])
    assert (view.period, view.tiles, view.attention, view.chosen) == (None, (), (), None)
    assert view.sentence == "Nothing has been measured yet: import records, then measure."


def test_a_department_without_standards_has_no_tile() -> None:
    view = overview(town(departments=("roads", "library")), months([2.0]))
    assert [tile.department for tile in view.tiles] == ["roads"]


def test_the_latest_moment_of_the_records_is_passed_on() -> None:
    moment = datetime(2026, 8, 1, 3, 59, tzinfo=UTC)
    assert overview(town(), city_rows(), known_until=moment).known_until == moment


def test_a_tile_takes_its_worst_word() -> None:
    assert tile_style([Status.MET, Status.NEAR]).word == "one near"
    assert tile_style([Status.MET, Status.NEAR, Status.MISSED]).kind == "missed"
    assert tile_style([Status.MET, Status.NO_DATA]).word == "all met"
    assert tile_style([Status.NO_DATA]).kind == "unknown"
    assert tile_style([]).word == "none judged"


def test_a_change_is_a_difference_only_between_like_counts() -> None:
    june = Period(date(2026, 6, 1), "month")
    two_of_three = met([(Status.MET, 1), (Status.MET, 1), (Status.MISSED, 1)])
    one_of_three = met([(Status.MET, 1), (Status.MISSED, 1), (Status.NEAR, 1)])
    one_of_one, none = met([(Status.MET, 1)]), met([(Status.NO_DATA, 1)])
    assert change_words(two_of_three, one_of_three, june, alike=True) == "1 more than in Jun"
    assert change_words(one_of_three, two_of_three, june, alike=True) == "1 fewer than in Jun"
    # As many standards, and others.
    assert change_words(one_of_three, two_of_three, june, alike=False) == "2 of 3 in Jun"
    assert change_words(two_of_three, one_of_one, june, alike=False) == "1 of 1 in Jun"
    assert change_words(two_of_three, none, june, alike=False) == "none judged in Jun"


def test_a_tile_compares_the_same_standards_alone() -> None:
    rows = [*months([2.0, None]), *months([None, 2.0], standard="lights")]
    [tile] = overview(town(departments=("roads",)), rows).tiles
    assert tile.change == "1 of 1 in Jun"


def test_small_charts_leave_out_what_is_not_judged() -> None:
    view = overview(town(), months([4.0, None, 6.0], **{**SHARE, "expected": 10.0}))
    assert view.attention[0].series[-3:] == (-0.6, None, -0.4)
    assert view.attention[0].series_words == (
        "Met in 0 of 2 periods judged; from 60 % behind in May 2026 to 40 % behind in July 2026."
    )
