"""Where a figure came from: records that counted and did not, files, definition, SQL, rows."""

from __future__ import annotations

import streamlit as st

from dashboard.data import Version, explanation, kept
from dashboard.markup import Html, html, joined, tag
from dashboard.parts import heading
from dashboard.tables import Column, definitions, table
from scorecard.errors import ScorecardError
from scorecard.report.explain import Explanation
from scorecard.report.explain_derived import DerivedExplanation
from scorecard.report.explain_derived_text import FIGURE_HEADINGS, figure_cells, how_to_explain
from scorecard.report.explain_text import IN_DATABASE
from scorecard.report.opened import Opened
from scorecard.report.phrases import moment_words
from scorecard.report.row import ScorecardRow


def show_provenance(scorecard: Opened, version: Version, row: ScorecardRow) -> None:
    """Draw the section for one figure; where it cannot be explained, say why."""
    try:
        found = kept(
            version,
            ("explain", row.standard, row.department, row.period),
            lambda: explanation(scorecard, row),
        )
    except ScorecardError as error:
        st.html(heading("Where it came from") + tag("p", str(error)))
        return
    if isinstance(found, DerivedExplanation):
        st.html(
            heading("Where it came from")
            + _worked_out(found)
            + _folded("The definition and its fingerprint", _definition(found))
        )
        return
    st.html(
        heading("Where it came from")
        + _counted(found)
        + _files(found, scorecard)
        + _folded("The definition and its fingerprint", _definition(found))
        + _folded(
            "The SQL that computes it", tag("pre", tag("code", found.behind.sql), tabindex="0")
        )
        + _rows(found)
    )


def _worked_out(found: DerivedExplanation) -> Html:
    formula = definitions([("Formula", found.formula), ("In words", found.words)])
    tables = [
        table(
            f"{one.title}, from “{one.source}”",
            [Column(FIGURE_HEADINGS[0].capitalize())]
            + [Column(name, number=True) for name in FIGURE_HEADINGS[1:]],
            figure_cells(one),
        )
        + tag("p", how_to_explain(one, found.row))
        for one in found.inputs
    ]
    return formula + joined(tables)


def _counted(found: Explanation) -> Html:
    behind = found.behind
    left_out = [f"{part.rows:,}: {part.reason}" for part in behind.left_out if part.rows]
    return definitions(
        [
            (
                "Records",
                f"{behind.landed:,} in the source “{found.source}”, {behind.in_scope:,} in scope",
            ),
            ("In this period", f"{behind.in_period:,}, of which {behind.counted:,} counted"),
            ("Not counted", "; ".join(left_out) or "none of this period"),
            (
                "In no period",
                f"{behind.without_time:,} without “{found.at.replace('_', ' ')}”"
                if behind.without_time
                else "",
            ),
        ]
    )


def _files(found: Explanation, scorecard: Opened) -> Html:
    if found.landed_version is None:
        return heading("Files") + tag("p", " ".join(IN_DATABASE))
    zone = scorecard.declarations.organisation.zone
    return heading("Files") + table(
        f"The imports behind version {found.landed_version} of “{found.source}”",
        [
            Column("File"),
            Column("Shows the world as of"),
            Column("Imported"),
            Column("Read", number=True),
            Column("In quarantine", number=True),
            Column("SHA-256"),
        ],
        [
            [
                batch.file_name,
                moment_words(batch.moment.astimezone(zone)),
                moment_words(batch.imported_at.astimezone(zone)),
                f"{batch.rows_read:,}",
                f"{batch.rows_quarantined:,}",
                tag("code", f"{batch.file_sha256[:16]}…"),
            ]
            for batch in found.batches
        ],
    )


def _definition(found: Explanation | DerivedExplanation) -> Html:
    return tag(
        "pre", tag("code", f"{found.definition}\n\nSHA-256 {found.fingerprint}"), tabindex="0"
    )


def _rows(found: Explanation) -> Html:
    rows = found.behind.rows
    if not rows:
        return Html()
    names = list(rows[0])
    return _folded(
        f"Records behind the figure ({len(rows)}, those that broke the promise first)",
        table(
            "As landed",
            [Column(name.strip("_").replace("_", " ")) for name in names],
            [["–" if row[name] is None else str(row[name]) for name in names] for row in rows],
            stacked=False,
        ),
    )


def _folded(title: str, content: Html) -> Html:
    return tag("details", tag("summary", html(title)), content, class_="more")
