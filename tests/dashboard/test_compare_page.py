"""The Compare page in a real browser: what it shows, where it leads, what can be taken along."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.dashboard.conftest import Visit
from tests.dashboard.made_up import DEPARTMENTS

pytestmark = pytest.mark.browser
SHARED = "compare?standard=closed-on-time"


def test_it_opens_with_its_sentence_and_has_every_department_in_the_table(visit: Visit) -> None:
    page = visit.open("compare")
    expect(page.locator(".lead")).to_contain_text("are compared on “Requests are closed on time”")
    table = page.get_by_role("table").first
    for name in DEPARTMENTS.values():
        expect(table.get_by_role("rowheader", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Compare", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_it_fits_one_screen(visit: Visit) -> None:
    page = visit.open("compare")
    page.wait_for_selector(".js-plotly-plot .main-svg")
    page.wait_for_timeout(500)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    assert height <= 1000


def test_a_rank_stands_with_its_interval_and_a_word_with_its_shape(visit: Visit) -> None:
    rows = visit.open(SHARED).get_by_role("table").first.locator("tbody tr")
    for cells in (row.get_by_role("cell").all_inner_texts() for row in rows.all()):
        rank, standing = cells[3], cells[4]
        assert rank == "–" or (rank.count("(") == 1 and " to " in rank)
        assert standing.split("\xa0")[0] in {"▲", "▼", "◆", "◇", "●", "○"}


def test_the_funnel_says_in_words_what_it_draws(visit: Visit) -> None:
    page = visit.open(SHARED)
    chart = page.get_by_label("Requests are closed on time: departments by size on a funnel")
    expect(chart.first).to_be_visible()
    expect(page.locator(".key")).to_contain_text("all together")
    expect(page.locator(".key")).to_contain_text("expected")


def test_the_address_chooses_what_is_compared_and_over_how_long(visit: Visit) -> None:
    page = visit.open(f"{SHARED}&by=topic&department=water&last=12")
    expect(page.locator(".facts")).to_contain_text("Water and Sewer · August 2025 to July 2026")
    expect(page.get_by_role("heading", name="The topics")).to_be_visible()
    names = page.get_by_role("table").first.get_by_role("rowheader").all_inner_texts()
    assert "Pothole" in names
    assert page.locator('img[src="x"]').count() == 0


def test_a_choice_goes_into_the_address(visit: Visit) -> None:
    page = visit.open(SHARED)
    page.get_by_role("combobox", name="Together").click()
    page.get_by_role("option", name="the last 12 months").click()
    page.wait_for_url("**last=12*")
    visit.settled()
    expect(page.locator(".facts")).to_contain_text("August 2025 to July 2026")


def test_what_drives_the_change_adds_up_on_the_page(visit: Visit) -> None:
    page = visit.open(SHARED)
    expect(
        page.get_by_role("heading", name="What drives the change against June 2026")
    ).to_be_visible()
    expect(
        page.get_by_role("heading", name="What drives the change against July 2025")
    ).to_be_visible()
    expect(page.get_by_text("All together").first).to_be_visible()


def test_links_lead_to_the_department_and_the_standard_and_back(visit: Visit) -> None:
    page = visit.open(f"{SHARED}&period=2026-05-01")
    page.get_by_role("table").first.get_by_role("link", name="Libraries").click()
    page.wait_for_url("**/department?**")
    assert "department=libraries" in page.url
    assert "period=2026-05-01" in page.url
    page = visit.open(f"standard?{SHARED.partition('?')[2]}&period=2026-05-01")
    page.get_by_role("link", name="Compare who differs").click()
    page.wait_for_url("**/compare?**")
    visit.settled()
    expect(page.locator(".facts")).to_contain_text("May 2026")
    page.get_by_role("link", name="The standard’s own page").click()
    page.wait_for_url("**/standard?**")


def test_the_table_can_be_taken_along_and_says_that_it_is_synthetic(visit: Visit) -> None:
    page = visit.open(SHARED)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "compare-closed-on-time-department-synthetic.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
    assert {row["name"] for row in rows} >= set(DEPARTMENTS.values())
    assert {row["synthetic"] for row in rows} == {"true"}
    with page.expect_download() as download:
        page.get_by_role("button", name="Download JSON").click()
    assert json.loads(download.value.path().read_text(encoding="utf-8"))["synthetic"] is True


def test_a_phone_shows_it_without_scrolling_sideways(
    look: Callable[..., Visit], address: str
) -> None:
    page = look(address, 390, 844).open(SHARED)
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("compare?standard=nothing", "There is no standard “nothing” here."),
        (f"{SHARED}&by=weather", "This standard is not measured by weather."),
        ("compare?standard=parks-days&last=12", "do not add up over periods"),
    ],
)
def test_an_address_that_asks_for_what_is_not_there_says_so(
    visit: Visit, path: str, told: str
) -> None:
    page = visit.open(path)
    expect(page.get_by_role("status").filter(has_text=told)).to_be_visible()


def test_percentiles_are_shown_without_funnel_and_refused_in_words(visit: Visit) -> None:
    page = visit.open("compare?standard=parks-days")
    expect(page.locator(".lead")).to_contain_text("not held against chance: do not rank them")
    expect(page.get_by_text("no sum of what its parts have")).to_be_visible()
    assert page.locator(".js-plotly-plot").count() == 0
