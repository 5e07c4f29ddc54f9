"""The pages show a derived metric like any other, and which figures went in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from scorecard.measure.run import measure
from scorecard.observe.importing import import_file
from scorecard.report.opened import open_scorecard
from scorecard.serve import running
from scorecard.workspace import Workspace
from tests.dashboard.conftest import Visit
from tests.derived_town import write_derived_town


def test_the_page_of_a_derived_standard_tells_formula_and_figures(
    look: Callable[..., Visit], tmp_path: Path
) -> None:
    standards, records = write_derived_town(tmp_path)
    workspace = Workspace(tmp_path / "workspace")
    with open_scorecard(standards, workspace) as opened:
        organisation = opened.declarations.organisation
        for source, file in records.items():
            import_file(organisation, opened.source(source), file, workspace, opened.ledger)
        measure(opened.declarations, workspace, opened.ledger)
    with running(standards, workspace, port=0) as server:
        visit = look(server.address)
        page = visit.open("standard?standard=on-time-two-months&period=2026-02-01")
        expect(page.get_by_text("rolling(closed_on_time, 2)").first).to_be_visible()
        told = page.get_by_role("table").filter(has_text="Closed on time, from “requests”")
        expect(told).to_contain_text("66.7")
        expect(page.get_by_text("scorecard explain closed-on-time --period")).to_be_visible()
        expect(page.locator("dl").first).to_contain_text("“Closed on time” over 2 months together.")
        page = visit.open("department?department=works&period=2026-02-01")
        expect(page.get_by_text("Nobody has to ask twice").first).to_be_visible()
        page = visit.open("")
        expect(page.locator("h1")).to_be_visible()
        # Before its server goes: a page that looks for it would say so.
        visit.page.close()
