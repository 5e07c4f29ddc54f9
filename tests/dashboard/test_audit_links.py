"""What the pages say of audits and where it leads, without a browser."""

from __future__ import annotations

from dashboard.audit_cycle import individual_or_system
from dashboard.audit_overdue import findings_section, overdue_section
from dashboard.change_log import change_log_section
from dashboard.state import Filters
from scorecard.report.audit_changes import Change
from scorecard.report.audit_open_findings import DepartmentAudits
from scorecard.report.audit_overdue import AuditsOverdue, OverdueLine
from scorecard.report.audit_teams import TeamLine
from tests.audit.room import TODAY

AT = Filters(
    department="parks", period="2026-07-01", cycle="old", step="cycle-signed", words="pdca"
)


def test_links_to_and_from_audits_keep_the_page_s_filters_and_drop_the_audit_s() -> None:
    assert AT.cycle_link("new") == "audits?department=parks&period=2026-07-01&cycle=new"
    assert AT.cycle_link(None) == "audits?department=parks&period=2026-07-01"
    assert AT.place_link("standard", "calls", "streets") == (
        "standard?department=streets&standard=calls&period=2026-07-01"
    )
    assert AT.place_link("overview", None, None) == "./?period=2026-07-01"


def test_each_requirement_measured_by_team_says_whose_doing_its_gap_is() -> None:
    told = ("Of 9 points, 6 are the system's.", "Team B is behind <the rest>.")
    shown = individual_or_system([TeamLine("calls", "Calls", "streets", "Streets", told)], AT)
    assert "Of 9 points, 6 are the system&#x27;s. Team B is behind &lt;the rest&gt;." in shown
    assert 'href="standard?department=streets&amp;standard=calls&amp;period=2026-07-01"' in shown
    assert 'href="department?department=streets&amp;period=2026-07-01"' in shown


def test_more_lines_than_are_shown_are_counted() -> None:
    late = OverdueLine("one", "<Calls>", "Action 1 was due.", "Sam", True)
    many = overdue_section(AuditsOverdue(12, "12 matters are overdue.", (late,) * 12), AT)
    assert many.count("■ overdue") == 10
    assert ": the first 10 of 12" in many
    assert "&lt;Calls&gt;" in many
    change = Change(TODAY, "audit", "Opened by Dora.", "one", "Calls")
    log = change_log_section([change] * 41, "Streets", AT)
    assert log.count("Opened by Dora.") == 40
    assert "the latest 40 of 41" in log


def test_one_line_stands_where_nothing_is_due_and_no_table() -> None:
    quiet = overdue_section(AuditsOverdue(2, "Nothing is overdue.", ()), AT)
    assert "Nothing is overdue." in quiet
    assert "<table" not in quiet
    none = findings_section(DepartmentAudits(0, "No audit yet: …", ()), AT)
    assert "No audit yet" in none
    assert "<table" not in none
    assert "<a" not in none
