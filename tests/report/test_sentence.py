from datetime import date

import pytest

from scorecard.declare.periods import Period
from scorecard.judge.confidence import Confidence
from scorecard.report.history import History
from scorecard.report.row import ScorecardRow
from scorecard.report.sentence import NOTHING, scorecard_sentence, standard_sentence
from tests.report.rows_builder import SHARE, months, row

JULY = Period(date(2026, 7, 1), "month")


def of_town(rows: list[ScorecardRow], *, synthetic: bool = False) -> str:
    history = History(rows)
    return scorecard_sentence("Town", JULY, history.at(JULY), history, synthetic=synthetic)


def of_standard(rows: list[ScorecardRow], *, synthetic: bool = False) -> str:
    return standard_sentence(rows[-1], History(rows), synthetic=synthetic)


def test_it_says_how_many_the_widest_gap_since_when_and_who_acts() -> None:
    rows = [*months([2.0, 9.0, 12.4]), *months([85.0, 85.0, 85.0], **SHARE)]
    assert of_town(rows) == (
        "In July 2026 Town met 1 of 2 standards judged; the widest service gap for its size is "
        "9.4 days (Roads, “Potholes are filled within three days”), not met since June 2026 (two "
        "months running), and it is for the Street operations manager to act."
    )


def test_a_first_miss_is_one_month_old() -> None:
    assert "not met since July 2026 (one month), and it is for" in of_town(months([2.0, 9.0]))


def test_what_was_never_met_says_so() -> None:
    assert "never met since judging began (May 2026, three months)" in of_town(
        months([9.0, 9.0, 9.0])
    )


def test_nobody_to_act_is_said() -> None:
    assert of_town(months([2.0, 9.0], owner=None)).endswith("and nobody is named to act.")


def test_percentages_are_told_apart_from_percentage_points() -> None:
    assert "10.0 percentage points (Roads" in of_town(months([85.0, 70.0], **SHARE))


def test_all_met() -> None:
    rows = [*months([2.0]), *months([85.0], **SHARE)]
    assert of_town(rows) == "In July 2026 Town met all 2 standards judged."
    assert of_town(months([2.0])) == "In July 2026 Town met the one standard judged."


def test_all_that_are_judged_met_and_some_not_judged() -> None:
    rows = [
        *months([2.0]),
        *months([None], standard="lights"),
        *months([1.0], standard="signs", min_n=1000),
        *months([1.0], standard="trees", min_n=1000),
    ]
    assert of_town(rows) == (
        "In July 2026 Town met the one standard judged, and one other has no data and two rest on "
        "too few records."
    )


def test_none_met() -> None:
    rows = [*months([2.0, 9.0]), *months([90.0, 70.0], **SHARE)]
    assert of_town(rows).startswith("In July 2026 Town met none of 2 standards judged; ")


def test_nothing_judged_says_why() -> None:
    rows = [
        row(None),
        row(None, standard="lights"),
        row(1.0, standard="signs", complete=False),
        row(1.0, standard="trees", expected=None),
    ]
    assert of_town(rows) == (
        "In July 2026 nothing could be judged for Town: two standards have no data, one is not "
        "complete yet and one has no expected value in force."
    )


def test_nothing_measured() -> None:
    assert scorecard_sentence("Town", None, [], History([])) == NOTHING
    assert standard_sentence(None, History([])) == NOTHING


def test_synthetic_figures_are_called_so() -> None:
    assert of_town(months([2.0]), synthetic=True) == (
        "Synthetic data: in July 2026 Town met the one standard judged."
    )
    assert of_standard([row(None)], synthetic=True).startswith("Synthetic data: in July 2026")


def test_a_departments_sentence_leaves_its_own_name_out_of_the_brackets() -> None:
    rows = months([2.0, 9.0])
    history = History(rows)
    text = scorecard_sentence("Roads", JULY, history.at(JULY), history, name_department=False)
    assert "6.0 days (“Potholes are filled within three days”)" in text


def test_a_gap_of_another_grain_names_its_own_period() -> None:
    rows = [*months([2.0]), *months([9.0], date(2026, 4, 1), grain="quarter", standard="audits")]
    assert "three days”, 2026 Q2)" in of_town(rows)


def test_a_standard_that_is_met() -> None:
    assert of_standard(months([2.0])) == (
        "In July 2026 Roads met this standard: 2.0 days where at most 3 days is expected."
    )


def test_a_standard_that_is_missed_and_one_that_is_near() -> None:
    assert of_standard(months([2.0, 9.0, 12.4])) == (
        "In July 2026 Roads missed this standard by 9.4 days: 12.4 days where at most 3 days is "
        "expected, not met since June 2026 (two months running), and it is for the Street "
        "operations manager to act."
    )
    assert "only just missed this standard by 0.5 days" in of_standard(months([2.0, 3.5]))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (row(None), "there is no data on this standard for Roads."),
        (row(9.0, n=3, min_n=20), "cannot be judged for Roads: 3 records are too few."),
        (row(9.0, n=1, min_n=20), "cannot be judged for Roads: 1 record is too few."),
        (row(9.0, complete=False), "cannot be judged for Roads yet: the period is not complete."),
        (
            row(9.0, expected=None),
            "no expected value was in force for Roads, so nothing",
        ),
    ],
)
def test_a_standard_without_a_judgement_says_why(made: ScorecardRow, text: str) -> None:
    assert text in of_standard([made])


def test_a_miss_in_the_only_period_judged_says_so() -> None:
    assert "not met in the only month judged so far, and it is for" in of_town(months([9.0]))


def test_a_long_title_is_shortened() -> None:
    text = of_town(months([2.0, 9.0], title="Certificates are issued within " + "many " * 30))
    assert "many many…”)" in text
    assert len(text) < 320


CALM = [85.0, 84.0, 86.0, 85.0, 83.0, 86.0, 84.0, 87.0, 85.0, 84.0, 86.0, 85.0]
WORSE = [*CALM, 82.0, 83.0, 82.5, 82.2, 82.6, 82.1, 82.7]


@pytest.mark.parametrize(
    ("actuals", "given", "text"),
    [
        (
            CALM,
            {},
            "In July 2026 Roads met this standard: 85.0 % where at least 80 % is expected, and as "
            "it works now nearly every month keeps this promise (a usual month lies between 80.2 "
            "and 89.8 %); nothing needs to be done.",
        ),
        (
            CALM,
            {"expected": 95.0},
            "In July 2026 Roads missed this standard by 10.0 percentage points: 85.0 % where at "
            "least 95 % is expected, never met since judging began (August 2025, 12 months), and "
            "as it works now nearly every month misses this promise (a usual month lies between "
            "80.2 and 89.8 %); it is for the Service manager to change how the work is done, or "
            "what is promised.",
        ),
        (
            CALM,
            {"expected": 86.0},
            "In July 2026 Roads only just missed this standard by 1.0 percentage points: 85.0 % "
            "where at least 86 % is expected, not met since July 2026 (one month), and as it works "
            "now one month may keep this promise and the next one miss it without anything having "
            "changed (a usual month lies between 80.2 and 89.8 %); it is for the Service manager "
            "to change how the work is done if every month is to keep the promise, since this one "
            "month by itself explains nothing.",
        ),
        (
            WORSE,
            {"owner": None},
            "In July 2026 Roads met this standard: 82.7 % where at least 80 % is expected, but it "
            "has become worse (seven months running below the mean, since January 2026); nobody is "
            "named to find out what changed around January 2026 before the promise is missed.",
        ),
        (
            [100.0] * 9,
            {},
            "In July 2026 Roads met this standard: 100.0 % where at least 80 % is expected, and it "
            "has been the same in every month measured.",
        ),
        (
            [*CALM, None],
            {},
            "In July 2026 there is no data on this standard for Roads.",
        ),
    ],
)
def test_a_standards_sentence_with_a_chart(
    actuals: list[float | None], given: dict[str, object], text: str
) -> None:
    assert of_standard(months(actuals, **{**SHARE, **given})) == text


def test_a_pages_sentence_says_what_its_widest_gap_means() -> None:
    rows = [*months([2.0]), *months(WORSE, **{**SHARE, "expected": 90.0})]
    assert of_town(rows) == (
        "In July 2026 Town met 1 of 2 standards judged; the widest service gap for its size is 7.3 "
        "percentage points (Roads, “Requests are closed on time”), never met since judging began "
        "(January 2025, 19 months), and it has become worse (seven months running below the mean, "
        "since January 2026); it is for the Service manager to find out what changed around "
        "January 2026."
    )


def test_a_sentence_without_a_chart_says_how_sure_it_is() -> None:
    def of_confidence(confidence: Confidence, actual: float) -> str:
        return of_standard([row(actual, **SHARE, n=40, confidence=confidence)])

    assert of_confidence(Confidence.UNCERTAIN, 79.0).endswith(
        "not met in the only month judged so far, and with 40 records chance alone may have "
        "decided it; it is for the Service manager to watch what comes next."
    )
    assert of_confidence(Confidence.SURELY_MET, 99.0) == (
        "In July 2026 Roads met this standard: 99.0 % where at least 80 % is expected, and that is "
        "more than chance."
    )
    assert of_confidence(Confidence.LIKELY_MISSED, 70.0).endswith(
        "and that is likely more than chance; it is for the Service manager to act."
    )


def test_the_sentence_is_of_the_day_it_speaks_of() -> None:
    rows = months(WORSE, **SHARE)
    history = History(rows)
    early = standard_sentence(rows[11], history)
    assert early == of_standard(rows[:12])
    assert "become worse" not in early
