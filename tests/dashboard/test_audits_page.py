"""The page of audit cycles in a real browser: read, record by keyboard, lose a race, be refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scorecard.audit import State
from scorecard.audit import events as e
from scorecard.ledger import head
from scorecard.serve import running
from tests.dashboard.audited import CRITERIA, HOSTILE, Audits, finding
from tests.dashboard.conftest import Visit

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def audits(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Audits:
    return Audits(tmp_path_factory.mktemp("audits"))


@pytest.fixture(scope="module")
def root(audits: Audits) -> Iterator[str]:
    """Where the audits are served, for Ruth Adler."""
    with running(audits.standards, audits.workspace, port=0, person="ruth") as server:
        yield server.address


@pytest.fixture
def ruth(look: Callable[..., Visit], root: str) -> Visit:
    """Ruth's window."""
    return look(root)


def give_day(page: Page, label: str, digits: str) -> None:
    """Type a day as year, month and day."""
    page.get_by_role("group", name=label).get_by_role("spinbutton").first.click()
    page.keyboard.type(digits)


def send(visit: Visit, answer: str = "Recorded.") -> Locator:
    """Send the form off, and what comes of it: `Recorded.`, or that it was not."""
    visit.page.get_by_role("button", name="Record:").click()
    kind = ".notice" if answer == "Recorded." else ".refusal"
    told = visit.page.locator(kind).filter(has_text=answer)
    told.wait_for()
    visit.settled()
    return told


def test_the_list_has_its_sentence_and_every_cycle_with_state_days_and_signature(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("audits")
    lead = page.locator(".lead")
    expect(lead).to_contain_text("Four audit cycles are open.")
    expect(lead).to_contain_text("Water is late is overdue.")
    rows = page.get_by_role("table").first.locator("tbody tr")
    told = rows.all_inner_texts()
    assert [text.split("\n")[0].split("\t")[0] for text in told] == [
        "Libraries close",
        "Transport mends",
        "Water is late",
        "Parks answer in time",
    ]
    assert "waits for a signature" in told[0]
    assert "1 matter" in told[2]
    assert "fieldwork" in told[3]
    expect(page.get_by_text("Head of the chain:")).to_contain_text(
        str(head(audits.desk("ruth").ledger))
    )
    page.get_by_role("link", name="Water is late").click()
    page.wait_for_url("**/audits?cycle=late")
    expect(ruth.settled().get_by_role("heading", level=1)).to_have_text("Water is late")


def test_the_filters_of_the_list_live_in_the_address(ruth: Visit) -> None:
    page = ruth.open("audits?state=overdue")
    table = page.get_by_role("table").first
    assert table.get_by_role("rowheader").count() == 1
    page = ruth.open("audits?department=parks")
    assert "Parks answer in time" in page.get_by_role("table").first.inner_text()
    page.get_by_role("combobox", name="State").click()
    page.get_by_role("option", name="Closed").click()
    page.wait_for_url("**state=closed**")
    expect(page.get_by_text("None of the cycles is so.")).to_be_visible()
    page = ruth.open("audits?cycle=nothing")
    expect(page.get_by_text("There is no audit cycle “nothing” here.")).to_be_visible()


def test_the_ribbon_names_the_present_state_by_the_words_of_the_address(ruth: Visit) -> None:
    page = ruth.open("audits?cycle=field")
    here = page.locator(".ribbon [aria-current=step]")
    expect(here).to_have_text("▶\xa0fieldwork (now)")
    page.get_by_role("link", name="DMAIC").click()
    page.wait_for_url("**words=dmaic**")
    ruth.settled()
    expect(here).to_have_text("▶\xa0measure fieldwork (now)")
    steps = page.get_by_role("list", name="Where the cycle stands").get_by_role("listitem")
    assert steps.count() == 6


def test_a_result_is_recorded_by_the_keyboard_alone(ruth: Visit, audits: Audits) -> None:
    page = ruth.open("audits?cycle=field&step=result-recorded")
    expect(page.locator(".acting")).to_contain_text(
        "You act as Ruth Adler, auditor and director, on this machine alone: there is no sign-in"
    )
    before = audits.desk("ruth").cycle("field").results
    page.get_by_role("combobox", name="Case").focus()
    page.keyboard.press("Tab")  # the criterion, which is the next one to be recorded
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first outcome
    page.keyboard.press("ArrowRight")  # not met
    page.keyboard.press("Tab")
    page.keyboard.type("Nobody wrote back")
    for _ in range(8):
        page.keyboard.press("Tab")
        if "Record:" in page.evaluate("document.activeElement.textContent"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Recorded.")).to_be_visible()
    after = audits.desk("ruth").cycle("field").results
    [case] = after.keys() - before.keys()
    assert case == (1, "c-1", CRITERIA[1])
    assert after[case].by == "ruth"
    assert after[case].body.outcome == "not-met"
    assert after[case].body.remark == "Nobody wrote back"


def test_evidence_is_kept_by_its_hash_under_a_name_that_is_no_path(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("audits?cycle=field&step=finding-raised")
    page.get_by_label("Finding in words").fill("The letter came late")
    page.get_by_text("observation", exact=True).click()
    page.get_by_text("individual work", exact=True).click()
    upload = page.locator("input[type=file]")
    content = b"Dear neighbour"
    upload.set_input_files(
        {"name": "../../etc/letter.txt", "mimeType": "text/plain", "buffer": content}
    )
    expect(page.get_by_text("letter.txt").first).to_be_visible()
    refused = send(ruth, "Not recorded.")  # without the day the evidence is of
    expect(refused).to_contain_text("“Day the evidence is of” is still empty")
    assert page.get_by_label("Finding in words").input_value() == "The letter came late"
    give_day(page, "Day the evidence is of", "20260304")
    digest = hashlib.sha256(content).hexdigest()
    expect(send(ruth)).to_contain_text(digest)
    [piece] = audits.desk("ruth").cycle("field").findings[2].wording.evidence
    assert (piece.sha256, piece.name, piece.dated) == (digest, "letter.txt", "2026-03-04")
    assert audits.desk("ruth").evidence.path(digest).read_bytes() == content


def test_an_empty_or_too_large_file_is_refused_in_words_and_nothing_typed_is_lost(
    ruth: Visit, audits: Audits, tmp_path: Path
) -> None:
    version = audits.desk("ruth").cycle("field").version
    page = ruth.open("audits?cycle=field&step=result-recorded")
    page.get_by_text("not applicable", exact=True).first.click()
    page.get_by_label("Remark").fill("See the photograph")
    page.locator("input[type=file]").set_input_files(
        {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": b""}
    )
    expect(page.get_by_text("photo.jpg").first).to_be_visible()
    give_day(page, "Day the evidence is of", "20260304")
    refused = send(ruth, "Not recorded.")
    expect(refused).to_contain_text("photo.jpg has 0 bytes, so it shows nothing.")
    with (tmp_path / "film.mp4").open("wb") as film:
        film.truncate(101 << 20)
    page.locator("input[type=file]").set_input_files(tmp_path / "film.mp4")
    expect(page.get_by_text("File must be 100.0MB or smaller.").first).to_be_visible()
    assert page.get_by_label("Remark").input_value() == "See the photograph"
    assert audits.desk("ruth").cycle("field").version == version


def test_the_loser_of_a_race_sees_both_versions_and_loses_no_typing(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("audits?cycle=mending&step=finding-changed&finding=1")
    page.get_by_label("Finding in words").fill("Signal A waits for its lamp")
    page.get_by_label("Why it is worded anew").fill("The lamp is missing")
    theirs = e.FindingChanged(
        finding=1,
        grade="major",
        nature="fault",
        lies_in="system",
        text="Signal A is dark",
        reason="Seen on Monday",
    )
    audits.do("mending", "omar", theirs)
    clash = send(ruth, "somebody was first")
    expect(clash).to_contain_text("Omar Haddad changed finding 1 to a major finding")
    expect(clash).to_contain_text("Signal A is dark")
    expect(clash).to_contain_text("Ruth Adler changed finding 1 to a minor finding")
    expect(clash).to_contain_text("Signal A waits for its lamp")
    clash.get_by_text("Field by field").last.click()
    expect(clash.get_by_role("definition").filter(has_text="The lamp is missing")).to_be_visible()
    assert page.get_by_label("Finding in words").input_value() == "Signal A waits for its lamp"
    assert page.get_by_label("Why it is worded anew").input_value() == "The lamp is missing"
    finding = audits.desk("ruth").cycle("mending").findings[1]
    assert finding.wording.text == "Signal A is dark"
    send(ruth)  # on top of theirs, having seen both
    finding = audits.desk("ruth").cycle("mending").findings[1]
    assert [one.body.text for one in finding.changes] == [
        "Signal A is dark",
        "Signal A waits for its lamp",
    ]


def test_two_windows_on_different_findings_do_not_meet(
    look: Callable[..., Visit], root: str, audits: Audits
) -> None:
    """Cause by one, settling of another by the other."""
    one, two = look(root), look(root)
    one.open("audits?cycle=mending&step=cause-recorded&finding=3")
    two.open("audits?cycle=mending&step=finding-closed&finding=2")
    one.page.get_by_label("Why did it happen?").fill("No spare")
    one.page.get_by_label("And why that? (2)").fill("Nobody ordered one")
    two.page.get_by_label("How it was settled").fill("Seen on the street")
    for visit in (one, two):
        send(visit)
    cycle = audits.desk("ruth").cycle("mending")
    assert cycle.findings[3].causes[0].body.whys == ("No spare", "Nobody ordered one")
    assert not cycle.findings[2].open


def test_an_action_is_planned_with_owner_day_effect_and_control(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("audits?cycle=mending&step=action-planned&finding=3")
    page.get_by_label("What is to be done").fill("Keep a spare")
    page.get_by_text("prevents the next one (preventive)").click()
    page.get_by_role("combobox", name="Owner").click()
    page.get_by_role("option", name="Dora Field").click()
    give_day(page, "Due", "20200101")
    page.get_by_label("Expected effect").fill("1.5")
    page.get_by_label("Control that keeps it so").fill("A count each month")
    refused = send(ruth, "Not recorded.")
    expect(refused).to_contain_text("The action is due on 2020-01-01, before today")
    assert page.get_by_label("What is to be done").input_value() == "Keep a spare"
    give_day(page, "Due", "20300101")
    send(ruth)
    [action] = audits.desk("ruth").cycle("mending").actions_of(3)
    plan = action.planned.body
    assert (plan.owner, plan.due.isoformat(), plan.corrective) == ("dora", "2030-01-01", False)
    assert plan.effect is not None
    assert (plan.effect.change, plan.control) == (1.5, "A count each month")


def test_a_second_auditor_is_shown_no_result_while_examining_a_case_again(
    ruth: Visit, audits: Audits
) -> None:
    found = "Omar Haddad found “answered in time” met in case c-1"
    page = ruth.open("audits?cycle=field&step=result-recorded")
    expect(page.locator(".events")).to_contain_text(found)
    assert page.get_by_text("✓ met").count() == 1
    page = ruth.open("audits?cycle=field&step=recheck-recorded")
    expect(page.locator(".events")).not_to_contain_text(found)
    assert page.get_by_text("✓ met").count() == 0
    page.get_by_text("not met", exact=True).click()
    send(ruth)
    [again] = audits.desk("ruth").cycle("field").rechecks.values()
    assert (again.body.case, again.body.outcome) == ((1, "c-1", CRITERIA[0]), "not-met")


def test_a_chosen_case_stands_in_the_address_and_the_form_then_goes_on(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("audits?cycle=field&step=result-recorded&case=c-3")
    assert page.get_by_role("combobox", name="Case").input_value() == "c-3"
    # The sample of these tests was not drawn from records, and the page says so in their place.
    expect(page.get_by_role("heading", name="What the record of c-3 says")).to_be_visible()
    page.get_by_text("not met", exact=True).click()
    expect(send(ruth)).to_contain_text("cases are left")
    assert "case=" not in page.url
    assert (1, "c-3", CRITERIA[0]) in audits.desk("ruth").cycle("field").results
    assert page.get_by_role("combobox", name="Case").input_value() != "c-3"


def test_a_proposal_is_decided_on_the_page(ruth: Visit, audits: Audits) -> None:
    proposed = {
        "standard": "libraries-days",
        "department": "libraries",
        "side": "at_most",
        "value": 4.0,
        "current": 5.0,
        "ground": "Two years of it",
    }
    audits.do("signable", "dora", e.TighteningProposed.model_validate(proposed))
    page = ruth.open("audits?cycle=signable&step=tightening-decided")
    assert "at most 4" in page.get_by_role("combobox", name="Proposal").input_value()
    page.get_by_text("another value").click()
    page.get_by_label("The other value").fill("4.5")
    page.get_by_label("Why").fill("A little room")
    page.get_by_label("Why").press("Tab")
    send(ruth)
    made = audits.desk("ruth").cycle("signable").proposals[1].decided
    assert made is not None
    assert (made.by, made.body.value, made.body.decision) == ("ruth", 4.5, "changed")


def test_who_raised_a_finding_is_refused_its_settling_with_what_to_do(ruth: Visit) -> None:
    page = ruth.open("audits?cycle=mending&step=finding-closed&finding=4")
    page.get_by_label("How it was settled").fill("New signs")
    refused = send(ruth, "Not recorded.")
    expect(refused).to_contain_text("Ruth Adler cannot close finding 4, which is theirs.")
    expect(refused).to_contain_text("Another auditor, or a director, may.")
    expect(refused).to_contain_text("own-finding")
    assert page.get_by_label("How it was settled").input_value() == "New signs"


def test_what_was_typed_in_a_finding_is_shown_and_never_run(ruth: Visit) -> None:
    ruth.page.on("dialog", lambda dialog: ruth.errors.append(dialog.message))
    for step in ("finding-changed", "input-recorded"):
        page = ruth.open(f"audits?cycle=field&finding=1&step={step}")
        expect(page.locator(".finding summary").first).to_contain_text(HOSTILE)
        expect(page.locator(".events")).to_contain_text(HOSTILE)
        assert page.locator('a[href^="javascript"]').count() == 0
        assert page.locator(".stApp script:has-text('alert')").count() == 0
        assert page.get_by_text("bold", exact=True).count() == 0
        assert page.get_by_text("so", exact=True).count() == 0


def test_the_sign_off_names_who_may_not_and_the_reaudit_stands_beside_the_baseline(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("audits?cycle=signable&step=cycle-signed")
    table = page.get_by_role("table").filter(has_text="Directors, and all who have audited here")
    told = {
        row.split("\n")[0].split("\t")[0]: row
        for row in table.locator("tbody tr").all_inner_texts()
    }
    assert "✓ may" in told["Ruth Adler"]
    assert "✓ may" in told["Dora Field"]
    assert "✗ may not" in told["Omar Haddad"]
    assert "auditor" in told["Omar Haddad"].partition("✗ may not")[2]
    after = page.get_by_role("table").filter(has_text="By requirement")
    expect(after).to_contain_text("+2.0 days (between +0.7 and +3.3)")
    expect(after).to_contain_text("▲ improved")
    expect(after).to_contain_text("n = 200, March 2026")


def test_the_overview_has_what_is_overdue_and_unsigned_and_leads_to_each(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open()
    expect(page.locator(".facts a")).to_contain_text(re.compile(r"Audits: \d+ overdue, 1 to be"))
    table = page.get_by_role("table", name="What is overdue the longest first")
    late = table.get_by_role("row").filter(has_text="Water is late")
    expect(late).to_contain_text("The closing of the cycle was due on")
    expect(late).to_contain_text("Omar Haddad")
    waiting = table.get_by_role("row").filter(has_text="Libraries close")
    expect(waiting).to_contain_text("Waits for a signature since")
    waiting.get_by_role("link").click()
    page.wait_for_url("**/audits?**cycle=signable**")
    told = ruth.settled().get_by_role("table", name="By requirement")
    told.get_by_role("link", name="Libraries", exact=True).click()
    page.wait_for_url("**/department?department=libraries**")
    assert "cycle=" not in page.url
    expect(ruth.settled().get_by_text("No open findings in 1 audit cycle.")).to_be_visible()


def test_a_director_signs_and_closes(ruth: Visit, audits: Audits) -> None:
    page = ruth.open("audits?cycle=signable&step=cycle-signed")
    page.get_by_label("Remark").fill("Read and agreed")
    send(ruth)
    expect(page.get_by_text("✓ Signed by Ruth Adler")).to_be_visible()
    page = ruth.open("audits?cycle=signable&step=cycle-closed")
    send(ruth)
    cycle = audits.desk("ruth").cycle("signable")
    assert cycle.signature is not None
    assert (cycle.signature.by, cycle.signature.body.remark) == ("ruth", "Read and agreed")
    assert cycle.state is State.CLOSED
    expect(page.locator(".lead")).to_contain_text("signed by Ruth Adler")


def test_nobody_acts_where_nobody_was_named(look: Callable[..., Visit], address: str) -> None:
    page = look(address).open("audits")
    expect(page.locator(".lead")).to_contain_text("No audit cycle has been opened yet.")
    expect(page.locator("pre")).to_contain_text("scorecard audit --as PERSON open")
    expect(page.locator(".acting")).to_contain_text("You only look: this dashboard acts for nobody")
    assert page.get_by_role("button", name="Record:").count() == 0


def test_a_phone_shows_it_without_scrolling_sideways(look: Callable[..., Visit], root: str) -> None:
    phone = look(root, 390, 844)
    for path in ("audits", "audits?cycle=field", "audits?cycle=signable"):
        page = phone.open(path)
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_the_form_of_a_result_fits_one_screen_and_every_field_has_a_label(ruth: Visit) -> None:
    page = ruth.open("audits?cycle=field&step=result-recorded")
    box = page.get_by_role("button", name="Record:").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 1000
    for name in ("Case", "Criterion"):
        expect(page.get_by_role("combobox", name=name)).to_be_visible()
    expect(page.get_by_label("Remark")).to_be_visible()
    expect(page.get_by_role("group", name="Day the evidence is of")).to_be_visible()
    expect(page.get_by_role("radiogroup", name="What the case shows")).to_be_visible()
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert all(two - one <= 1 for one, two in pairwise(levels))


def test_findings_of_a_department_and_the_log_of_a_standard_are_never_old(
    ruth: Visit, audits: Audits
) -> None:
    page = ruth.open("department?department=parks")
    table = page.get_by_role("table", name="Findings that are not settled")
    expect(table).to_contain_text("No action is planned yet.")
    before = table.get_by_role("rowheader").count()
    audits.do("field", "omar", finding("parks", "Nobody mows on Mondays"))
    page = ruth.open("department?department=parks")
    assert table.get_by_role("rowheader").count() == before + 1
    row = table.get_by_role("row").filter(has_text="Nobody mows on Mondays")
    expect(row).to_contain_text("0 days")
    row.get_by_role("link", name="Parks and Recreation closes").click()
    page.wait_for_url("**/standard?**standard=parks-days**")
    log = ruth.settled().get_by_role("table", name="An expected value stands under")
    expect(log).to_contain_text("raised by Omar Haddad, a minor finding: Nobody mows on Mondays.")
    link = log.get_by_role("link", name="Parks answer in time").first
    expect(link).to_have_attribute("href", re.compile(r"^audits\?.*cycle=field$"))
