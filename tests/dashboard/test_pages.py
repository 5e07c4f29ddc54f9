"""The pages in a real browser: what they show, where links lead, what they never let through."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import expect

from scorecard.declare.load import load
from scorecard.serve import running
from scorecard.workspace import Workspace
from tests.dashboard.conftest import Visit
from tests.dashboard.made_up import DEPARTMENTS, HOSTILE, fill_ledger, make, write_declarations

pytestmark = pytest.mark.browser
PAGES = [
    "",
    "department?department=water",
    "standard?standard=closed-on-time&department=parks",
    "compare?standard=closed-on-time",
]


def test_the_overview_opens_with_its_sentence_and_shows_every_department(visit: Visit) -> None:
    page = visit.open()
    expect(page.locator(".lead")).to_contain_text("in July 2026 Bay Town met")
    expect(page.locator(".lead")).to_contain_text("; it is for the ")
    for name in DEPARTMENTS.values():
        expect(page.locator(".tiles").get_by_role("link", name=name)).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Records up to 9 August 2026, 17:30")
    expect(page.get_by_role("heading", name="Needs attention")).to_be_visible()


def test_what_needs_attention_and_its_chart_fit_one_screen(visit: Visit) -> None:
    page = visit.open()
    page.wait_for_selector(".js-plotly-plot .main-svg")
    for part in (".kept", ".tiles", ".attention", ".js-plotly-plot"):
        box = page.locator(part).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 1000, part


def test_the_overview_has_the_figure_its_lines_and_how_each_point_arose(visit: Visit) -> None:
    page = visit.open("?period=2026-05-01")
    shown = page.locator(".kept .range").inner_text()
    section = page.get_by_role("heading", name="How much of what is promised is kept")
    expect(section).to_be_visible()
    table = page.get_by_role("table", name="By department")
    assert table.get_by_role("rowheader").all_inner_texts() == list(DEPARTMENTS.values())
    expect(page.get_by_role("table", name="By quality dimension")).to_contain_text(
        "No dimension declared"
    )
    page.get_by_text("How each point arose").click()
    points = page.locator("details[open] tbody tr")
    judged = [text.split(" of ") for text in points.locator("td:nth-child(4)").all_inner_texts()]
    least = sum(float(earned) for earned, _ in judged if earned != "?")
    most = least + sum(float(weight) for earned, weight in judged if earned == "?")
    total = sum(float(weight) for _, weight in judged)
    ends = [f"{100 * least / total:.1f}", f"{100 * most / total:.1f}"]
    assert shown == f"{' to '.join(dict.fromkeys(ends))} %"


def test_what_is_emerging_says_what_was_tested_and_what_was_not(visit: Visit) -> None:
    for path in ("", "department?department=parks"):
        page = visit.open(path)
        expect(page.get_by_role("heading", name="What is emerging")).to_be_visible()
        told = page.get_by_role("heading", name="What is emerging").locator("xpath=..")
        expect(told).to_contain_text("tested")


def test_the_words_of_behaviour_are_explained(visit: Visit) -> None:
    page = visit.open()
    legend = page.locator("details").filter(has_text="What the words of behaviour mean")
    legend.locator("summary").click()
    for word in ("improving", "concerning", "common cause", "keeps", "misses", "hit or miss"):
        expect(legend.get_by_text(word, exact=False).first).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_synthetic_organisation_is_called_so_on_every_page(visit: Visit, path: str) -> None:
    page = visit.open(path)
    expect(page.get_by_role("note")).to_contain_text("Synthetic data: Bay Town is made up")
    expect(page.locator(".lead")).to_contain_text("Synthetic data:")


def test_links_carry_the_filters_from_page_to_page(visit: Visit) -> None:
    page = visit.open("?period=2026-05-01")
    page.locator(".tiles").get_by_role("link", name="Water and Sewer").click()
    page.wait_for_url("**/department?*")
    visit.settled()
    assert "department=water" in page.url
    assert "period=2026-05-01" in page.url
    expect(page.locator(".lead")).to_contain_text("in May 2026 Water and Sewer met")
    page.get_by_role("link", name="Requests are closed on time", exact=True).click()
    page.wait_for_url("**/standard?*")
    visit.settled()
    expect(page.locator(".lead")).to_contain_text("in May 2026 Water and Sewer")
    page.get_by_role("navigation").get_by_role("link", name="Overview").click()
    page.wait_for_url("**/?*")
    visit.settled()
    assert "department=water" in page.url
    expect(page.locator(".lead")).to_contain_text("in May 2026 Bay Town met")


def test_an_address_opens_the_same_view_for_a_colleague(
    look: Callable[..., Visit], address: str
) -> None:
    path = "standard?department=transport&standard=closed-on-time&period=2025-12-01"
    first, second = look(address).open(path), look(address).open(path)
    assert first.locator(".lead").inner_text() == second.locator(".lead").inner_text()
    expect(second.locator(".lead")).to_contain_text("in December 2025 Transport")


def test_choosing_from_a_list_writes_the_address(visit: Visit) -> None:
    page = visit.open("department?department=parks")
    page.get_by_role("combobox", name="Period").click()
    page.get_by_role("option", name="March 2026").click()
    expect(page.locator(".lead")).to_contain_text("in March 2026 Parks and Recreation")
    page.wait_for_function("location.search.includes('period=2026-03-01')")
    assert "department=parks" in page.url
    page.get_by_role("combobox", name="Department").click()
    page.get_by_role("option", name="Libraries").click()
    expect(page.locator(".lead")).to_contain_text("in March 2026 Libraries")


@pytest.mark.parametrize("department", [*DEPARTMENTS, "unassigned"])
def test_every_department_has_a_page(visit: Visit, department: str) -> None:
    page = visit.open(f"department?department={department}")
    expect(page.get_by_role("heading", name="Shared standards")).to_be_visible()
    expect(page.get_by_role("button", name="Download CSV")).to_be_visible()


def test_a_row_of_the_list_shows_its_chart(visit: Visit) -> None:
    page = visit.open()
    page.get_by_role(
        "link", name="Show the chart of Requests are closed on time, Public Works"
    ).click()
    page.wait_for_url("**/?*standard=closed-on-time*")
    visit.settled()
    expect(page.get_by_role("heading", name="Requests are closed on time")).to_be_visible()
    chart = page.get_by_label("Requests are closed on time: Public Works (synthetic data)")
    expect(chart.first).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_phone_shows_every_page_without_scrolling_sideways(
    look: Callable[..., Visit], address: str, path: str
) -> None:
    page = look(address, 390, 844).open(path)
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_hostile_text_is_shown_and_never_run(visit: Visit) -> None:
    visit.page.on("dialog", lambda dialog: visit.errors.append(dialog.message))
    for path in ("standard?standard=housing-days", "department?department=housing", ""):
        page = visit.open(path)
        page.wait_for_timeout(300)
        assert page.locator('img[src="x"]').count() == 0
    page = visit.open("standard?standard=housing-days")
    expect(page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    page = visit.open("standard?standard=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(page.get_by_role("status")).to_contain_text("There is no standard “<img")


@pytest.mark.parametrize(
    ("path", "notice"),
    [
        ("department?department=nobody", "There is no department “nobody” here."),
        ("standard?standard=nothing", "There is no standard “nothing” here."),
        ("?period=1999-01-01", "There is no period “1999-01-01” here."),
        ("?period=yesterday", "There is no period “yesterday” here."),
        ("standard?standard=parks-days&department=water", "Water and Sewer does not report this"),
    ],
)
def test_an_address_that_names_nothing_says_so_and_offers_the_rest(
    visit: Visit, path: str, notice: str
) -> None:
    page = visit.open(path)
    expect(page.get_by_role("status").filter(has_text=notice)).to_be_visible()
    expect(page.get_by_role("combobox", name="Period")).to_be_visible()
    expect(page.locator(".lead")).to_contain_text("July 2026")


@pytest.mark.parametrize("path", PAGES)
def test_headings_are_in_order_and_every_picture_has_an_alternative(
    visit: Visit, path: str
) -> None:
    page = visit.open(path)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(two - one <= 1 for one, two in pairwise(levels))
    without = page.evaluate("[...document.querySelectorAll('img')].filter(i => !i.alt).length")
    assert without == 0
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.locator("th:not([scope])").count() == 0


def test_a_status_is_a_shape_and_a_word_beside_its_colour(visit: Visit) -> None:
    page = visit.open()
    texts = {text.split("\xa0")[0] for text in page.locator(".status").all_text_contents()}
    assert texts <= {"●", "▲", "■", "○"}
    assert {"■", "▲"} <= texts


def test_the_keyboard_reaches_the_links(visit: Visit) -> None:
    page = visit.open()
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Department":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/department*")
    visit.settled()


def test_what_the_page_shows_can_be_taken_along(visit: Visit) -> None:
    page = visit.open("department?department=housing&period=2026-05-01")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download CSV").click()
    assert download.value.suggested_filename == "scorecard-housing-2026-05-01-synthetic.csv"
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8"))))
    assert {row["standard"] for row in rows} == {"closed-on-time", "housing-days"}
    assert {row["synthetic"] for row in rows} == {"true"}


def test_the_standard_says_what_is_counted_and_since_when_it_is_expected(visit: Visit) -> None:
    page = visit.open("standard?standard=closed-on-time&department=parks")
    told = page.locator("dl").first
    expect(told).to_contain_text("Records where “closed at” is known and “due at” is known.")
    expect(page.get_by_role("table").first).to_contain_text("1 January 2026")
    expect(page.get_by_role("heading", name="Where it came from")).to_be_visible()


def test_a_standard_is_broken_down_by_what_it_declares_with_what_is_not_recorded(
    visit: Visit,
) -> None:
    page = visit.open("standard?standard=closed-on-time&department=parks&period=2026-05-01")
    expect(page.get_by_role("heading", name="By channel")).to_be_visible()
    table = page.get_by_role("table", name="Parks and Recreation, May 2026: furthest behind first")
    names = table.get_by_role("rowheader").all_inner_texts()
    assert sorted(names) == sorted(["Phone", "not recorded", HOSTILE])
    assert page.locator('img[src="x"]').count() == 0


def test_a_new_measurement_shows_at_the_next_look(
    look: Callable[..., Visit], tmp_path: Path
) -> None:
    standards, workspace = make(tmp_path, synthetic=False)
    with running(standards, workspace, port=0) as server:
        visit = look(server.address)
        path = "standard?standard=closed-on-time&department=parks"
        before = visit.open(path).locator(".figure").inner_text()
        assert visit.page.get_by_role("note").count() == 0
        fill_ledger(load(standards), workspace, shift=-30.0)
        after = visit.open(path).locator(".figure").inner_text()
        assert before != after


def test_mistakes_in_the_declarations_are_listed_with_their_codes(
    look: Callable[..., Visit], tmp_path: Path
) -> None:
    standards = write_declarations(tmp_path / "standards")
    file = standards / "standards.toml"
    file.write_text(file.read_text().replace('"closed_on_time"', '"closed_in_time"'))
    with running(standards, Workspace(tmp_path / "workspace"), port=0) as server:
        page = look(server.address).open()
        expect(page.get_by_role("heading", level=1)).to_have_text("The scorecard cannot be shown")
        expect(page.locator("li").first).to_contain_text("metric-unknown")
        assert "Traceback" not in page.content()


def test_an_organisation_without_a_measurement_says_so(
    look: Callable[..., Visit], tmp_path: Path
) -> None:
    standards = write_declarations(tmp_path / "standards", synthetic=False)
    with running(standards, Workspace(tmp_path / "workspace"), port=0) as server:
        visit = look(server.address)
        for path in ("", "department", "standard"):
            expect(visit.open(path).locator(".lead")).to_contain_text("Nothing has been measured")
