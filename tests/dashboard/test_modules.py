"""What can be told about the pages' modules without a browser."""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from datetime import date
from pathlib import Path

import dashboard
from dashboard.markup import Html, joined, tag
from dashboard.sparkline import gap_range, gap_sparkline, share_sparkline
from dashboard.state import Filters
from dashboard.tables import Column, definitions, table

FOLDER = Path(dashboard.__file__).parent


def test_no_module_hides_one_of_the_standard_library() -> None:
    """Streamlit puts the folder of its script first on the path."""
    names = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert names & sys.stdlib_module_names == set()


def test_pages_hold_no_sql_and_fetch_nothing() -> None:
    for path in FOLDER.iterdir():
        if path.suffix in (".py", ".css"):
            text = path.read_text(encoding="utf-8")
            assert "sqlalchemy" not in text, path.name
            named = text.replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|@import|material/", named), path.name


def test_filters_go_into_the_address_and_come_back() -> None:
    filters = Filters("public-works", "a/b & c", "2026-07-01")
    link = filters.link("standard")
    assert link == "standard?department=public-works&standard=a%2Fb+%26+c&period=2026-07-01"
    assert Filters.of({"department": "public-works", "page": "x", "standard": ""}) == Filters(
        "public-works"
    )
    assert Filters().link("overview") == "./"


def test_a_period_that_is_no_day_is_none() -> None:
    assert Filters(period="yesterday").day is None
    assert Filters(period="2026-07").day == date(2026, 7, 1)
    assert Filters(period="2026-07-08").day == date(2026, 7, 8)
    assert Filters().day is None


def test_text_is_escaped_unless_it_is_html() -> None:
    made = tag("p", "<b>", tag("i", "&"), class_="x", title='"')
    assert made == '<p class="x" title="&quot;">&lt;b&gt;<i>&amp;</i></p>'
    assert Html("<p>") + "<b>" == "<p>&lt;b&gt;"
    assert joined(["<", Html("<br>")], " · ") == "&lt; · <br>"
    assert tag("p", None, lang=None) == "<p></p>"


def test_a_table_has_a_caption_headings_with_scope_and_labels_for_narrow_screens() -> None:
    made = table("What it <is>", [Column("Name"), Column("n", number=True)], [["<a>", 3]], chosen=0)
    assert "<caption>What it &lt;is&gt;</caption>" in made
    assert made.count('scope="col"') == 2
    assert '<th scope="row" role="rowheader">&lt;a&gt;</th>' in made
    assert 'data-label="n"' in made
    assert 'class="chosen"' in made


def test_a_table_that_scrolls_can_be_reached_by_the_keyboard() -> None:
    made = table("Rows", [Column("a")], [["1"]], stacked=False)
    assert 'tabindex="0" role="region" aria-label="Rows"' in made


def test_terms_without_a_meaning_are_left_out() -> None:
    assert definitions([("A", "x"), ("B", "")]) == "<dl><dt>A</dt><dd>x</dd></dl>"


def _svg(picture: str) -> str:
    found = re.search(r"base64,([^\"]+)", picture)
    assert found
    return b64decode(found.group(1)).decode()


def test_small_charts_have_words_and_one_scale() -> None:
    picture = gap_sparkline([0.5, None, -0.5], 0.5, 'from "good" to bad')
    assert 'alt="from &quot;good&quot; to bad"' in picture
    assert gap_range([[0.2, None], [-0.4]]) == 0.4
    assert gap_range([[0.001]]) == 0.05
    assert gap_range([[-13.0]]) == 1.0
    assert gap_range([]) == 0.05


def test_a_period_that_is_not_known_breaks_the_line() -> None:
    assert _svg(share_sparkline([10.0, 20.0, None, 30.0, 40.0], "x")).count("<path") == 2
    assert "<path" not in _svg(share_sparkline([None, None], "x"))


def test_what_lies_beyond_the_scale_is_drawn_at_its_edge() -> None:
    assert _svg(gap_sparkline([-9.0, 9.0], 1.0, "x")) == _svg(gap_sparkline([-1.0, 1.0], 1.0, "x"))
