import pytest

from scorecard.judge.status import Status
from scorecard.report.status_style import style_of


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("status", Status)
def test_every_status_has_word_shape_and_a_colour_readable_on_white(status: Status) -> None:
    style = style_of(status)
    assert style.word == status.value
    assert style.shape
    assert 1.05 / (_luminance(style.colour) + 0.05) >= 4.5


def test_no_two_kinds_share_a_shape_or_a_colour() -> None:
    styles = [style_of(s) for s in (Status.MET, Status.NEAR, Status.MISSED, Status.NO_DATA)]
    assert len({s.shape for s in styles}) == len({s.colour for s in styles}) == 4
    assert len({s.symbol for s in styles}) == 4


def test_what_is_no_judgement_looks_like_neither_good_nor_bad() -> None:
    unknown = [s for s in Status if not s.judged]
    assert {style_of(s).kind for s in unknown} == {"unknown"}
