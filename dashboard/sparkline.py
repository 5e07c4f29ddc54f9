"""Small charts as pictures with a text alternative. All of one kind on a page share one scale."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence

from dashboard.markup import Html, tag
from dashboard.theme import LINE, TARGET

_HEIGHT, _PAD = 26.0, 3.5
_NARROW, _WIDE = 100.0, 190.0
# A gap of five hundredths of what is expected should look small, so no scale is finer than this.
_FINEST = 0.05


def gap_range(all_series: Sequence[Sequence[float | None]]) -> float:
    """The one scale for service gaps as a share of the expected value: ± this much.

    The widest on the page, but never finer than ±5 % nor coarser than ±100 %; what lies beyond is
    drawn at the edge.
    """
    known = [abs(value) for series in all_series for value in series if value is not None]
    return min(1.0, max([_FINEST, *known]))


def gap_sparkline(series: Sequence[float | None], reach: float, words: str) -> Html:
    """Service gaps around the dashed line of the expected value, from -reach to +reach."""
    return _picture(series, -reach, reach, words, _NARROW, baseline=0.0)


def share_sparkline(series: Sequence[float | None], words: str) -> Html:
    """Percents, always from 0 to 100."""
    return _picture(series, 0.0, 100.0, words, _WIDE)


def _picture(
    series: Sequence[float | None],
    low: float,
    high: float,
    words: str,
    width: float,
    *,
    baseline: float | None = None,
) -> Html:
    places = [
        _PAD + index * (width - 2 * _PAD) / max(1, len(series) - 1) for index in range(len(series))
    ]

    def height(value: float) -> float:
        share = (min(high, max(low, value)) - low) / (high - low)
        return _HEIGHT - _PAD - share * (_HEIGHT - 2 * _PAD)

    drawn: list[str] = []
    if baseline is not None:
        at = height(baseline)
        drawn.append(
            f'<path d="M0 {at:.1f}H{width:.0f}" stroke="{TARGET}" stroke-dasharray="4 3"/>'
        )
    stretch: list[str] = []
    last: tuple[float, float] | None = None
    for place, value in zip(places, series, strict=True):
        if value is None:
            drawn += _line(stretch)
            stretch = []
            continue
        last = place, height(value)
        stretch.append(f"{place:.1f} {last[1]:.1f}")
    drawn += _line(stretch)
    if last:
        drawn.append(f'<circle cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="3" fill="{LINE}"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {_HEIGHT:.0f}" '
        f'fill="none" stroke-width="1.8">{"".join(drawn)}</svg>'
    )
    # Streamlit's sanitizer removes inline SVG; a picture keeps its alternative text as well.
    return tag(
        "img", src=f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}", alt=words
    )


def _line(points: Sequence[str]) -> list[str]:
    if not points:
        return []
    if len(points) == 1:
        # A lone period has no line to be seen by.
        x, y = points[0].split()
        return [f'<circle cx="{x}" cy="{y}" r="1.6" fill="{LINE}"/>']
    return [f'<path d="M{"L".join(points)}" stroke="{LINE}"/>']
