"""What the Standard page says of what lies ahead, in a real browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.conftest import Visit

pytestmark = pytest.mark.browser
PATH = "standard?standard=closed-on-time&department=libraries"


def told(page: Page) -> str:
    return " ".join(page.locator("[data-testid=stMain]").inner_text().split())


def test_the_page_says_what_could_be_promised_and_what_is_declared(visit: Visit) -> None:
    page = visit.open(PATH)
    expect(page.get_by_role("heading", name="What could be promised")).to_be_visible()
    text = told(page)
    assert "at least 80 %. Under-promise: as it works now, nearly every coming month" in text
    table = page.get_by_role("table", name="What could be promised as it works now")
    assert table.get_by_role("rowheader").all_inner_texts() == [
        "80 % (8 of 10 months)",
        "90 % (9 of 10 months)",
        "95 % (19 of 20 months)",
    ]
    assert "A tighter value is proposed and waits for a person." in text
    code = page.locator(".notice code").filter(has_text="at_least")
    expect(code).to_contain_text("{ from = 2026-08-01, at_least = 90, tolerance = 3")


def test_capability_is_folded_away_and_opens(visit: Visit) -> None:
    page = visit.open(PATH)
    cpk = page.get_by_text("Cpk", exact=True)
    expect(cpk).to_be_hidden()
    page.get_by_text("Process capability (DMAIC)").click()
    expect(cpk).to_be_visible()
    assert "with fewer than 25 the indices may be off by a quarter and more." in told(page)


def test_what_was_done_has_its_effect_and_the_forecast_its_place(visit: Visit) -> None:
    page = visit.open(PATH)
    table = page.get_by_role("table", name="The periods since, against where the figure was")
    expect(table.get_by_role("rowheader")).to_have_text("New counter")
    expect(table).to_contain_text("no effect shown")
    expect(table).to_contain_text("11 months before, 13 after")
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    assert "No forecast is shown, since it is no better than saying the value of a year" in told(
        page
    )
    headings = page.get_by_role("heading", level=2).all_inner_texts()
    places = [
        headings.index(one)
        for one in (
            "How it behaves over time",
            "What could be promised",
            "What was done, and what came of it",
            "What comes next",
            "Period by period",
        )
    ]
    assert places == sorted(places)


def test_an_unstable_standard_says_why_nothing_can_be_promised(visit: Visit) -> None:
    page = visit.open("standard?standard=closed-on-time&department=parks")
    text = told(page)
    assert "What could be promised is not known: the figures are not stable (" in text
    assert page.get_by_role("table", name="What could be promised as it works now").count() == 0
    before = visit.open("standard?standard=closed-on-time&department=parks&period=2025-03-01")
    assert "it takes 12 months, and eight are known." in told(before)
    assert before.get_by_role("heading", name="What was done").count() == 0


def test_a_phone_shows_the_sections_without_scrolling_sideways(
    look: Callable[..., Visit], address: str
) -> None:
    page = look(address, 390, 844).open(PATH)
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
