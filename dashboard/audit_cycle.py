"""What stands above and below the form of one cycle: ribbon, counts, samples, re-audit, history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from dashboard.audit_words import department_link, place_links
from dashboard.markup import Html, html, joined, tag, words
from dashboard.parts import heading, mark
from dashboard.state import Filters
from dashboard.tables import Column, definitions, table
from scorecard.report.audit_cycle import AuditView, Stage
from scorecard.report.audit_history import Happened
from scorecard.report.audit_samples import Answer, SampleLine
from scorecard.report.audit_teams import TeamLine
from scorecard.report.phrases import counted, day_words
from scorecard.report.status_style import style_of

_NAMINGS: dict[str, tuple[str, Callable[[Stage], str]]] = {
    "": ("our states", lambda stage: str(stage.state)),
    "pdca": ("PDCA", lambda stage: stage.pdca),
    "dmaic": ("DMAIC", lambda stage: stage.dmaic),
}
_STANDINGS = {"done": "✓", "now": "▶", "to come": "○"}
_ANSWERS = {
    "met": ("✓", "met"),
    "not-met": ("✗", "not met"),
    "not-applicable": ("–", "not applicable"),
}
_RESULTS = {"result-recorded": "recorded", "recheck-recorded": "recorded, blind, for a second time"}
_OUTCOMES = {"improved": "▲", "held": "●", "regressed": "▼", "new": "◆", "not tested": "○"}


def ribbon(view: AuditView, filters: Filters) -> Html:
    """The six states, the present one marked, in the words that the address asks for."""
    naming = filters.words if filters.words in _NAMINGS else ""
    said = _NAMINGS[naming or ""][1]
    steps = [
        tag(
            "li",
            tag("span", _STANDINGS[stage.standing], aria_hidden="true"),
            Html("&nbsp;"),
            said(stage),
            tag("span", f" {stage.state}", class_="small") if naming else Html(),
            words(f" ({stage.standing})"),
            class_=stage.standing.replace(" ", "-"),
            aria_current="step" if stage.standing == "now" else None,
        )
        for stage in view.stages
    ]
    others = [
        tag("b", text) if key == naming else _named(text, filters.but(words=key or None))
        for key, (text, _) in _NAMINGS.items()
    ]
    return tag("ol", *steps, class_="ribbon", aria_label="Where the cycle stands") + tag(
        "p", "States named as: ", joined(others, " · "), class_="small naming"
    )


def _named(text: str, filters: Filters) -> Html:
    return tag("a", text, href=filters.link("audits"))


def counts(view: AuditView) -> Html:
    """Criteria met, what is open, what is overdue."""
    line = view.summary
    graded = [f"{n} {grade}" for grade, n in line.findings_open.items() if n]
    closed = sum(line.findings_closed.values())
    late = [one for one in view.due if one.overdue]
    ahead = [one for one in view.due if not one.overdue and one.matter != "signature"]
    overdue = tag("span", f"■ {len(late):,}", class_="status missed") if late else html("0")
    under = (
        (late[0].sentence.removeprefix(f"{line.title}: ") if late else "")
        or (f"next: {day_words(ahead[0].day)}" if ahead else "")
        or "no day is set"
    )
    tiles = (
        ("Criteria met", *_criteria(view)),
        (
            "Findings open",
            f"{sum(line.findings_open.values()):,}",
            f"{', '.join(graded) or 'none'}; {closed:,} settled",
        ),
        ("Actions open", f"{line.actions_open:,}", f"{line.actions_done:,} done"),
        ("Overdue", overdue, tag("span", under, class_="clamp", title=under)),
    )
    return tag(
        "ul",
        *(
            tag(
                "li",
                tag("div", name),
                tag("div", figure, class_="count"),
                tag("div", small, class_="small"),
            )
            for name, figure, small in tiles
        ),
        class_="tiles four",
    )


def _criteria(view: AuditView) -> tuple[str, str]:
    met, n = view.summary.criteria_met, view.summary.criteria_examined
    left = sum(one.not_recorded for sample in view.samples for one in sample.criteria)
    to_come = f"; {left:,} to record" if left else ""
    if n:
        return f"{met:,} of {n:,}", f"{100 * met / n:.0f} % of n = {n:,}{to_come}"
    return "–", f"nothing examined yet{to_come}" if view.samples else "no sample drawn yet"


def samples(view: AuditView, *, blind: bool) -> Html:
    """The samples, and what has been found in each so far; `blind` leaves out what was found."""
    if not view.samples:
        return Html()
    start = view.summary.baseline
    return heading("Samples") + joined(
        tag(
            "details",
            tag("summary", one.sentence),
            definitions(
                [
                    ("Drawn", f"by {one.by}, {one.at}; seed {one.seed}"),
                    ("Period", f"begins {day_words(one.period)}" if one.period else start),
                    ("Strata", f"by {one.strata_by}" if one.strata_by else ""),
                    ("Drawn again", one.reason),
                    ("Re-checked", f"{one.rechecked:,} answers" if one.rechecked else ""),
                    ("Population (SHA-256)", tag("code", one.digest, class_="hash")),
                ]
            ),
            Html() if blind else _found(one),
            class_="finding",
        )
        for one in view.samples
    )


def _found(sample: SampleLine) -> Html:
    """Counts by criterion, then every case with what was found in it."""
    headings = ("Met", "Not met", "Not applicable", "Not recorded")
    criteria = table(
        "Cases by criterion",
        [Column("Criterion"), *(Column(name, number=True) for name in headings)],
        [
            [each.criterion, each.met, each.not_met, each.not_applicable, each.not_recorded]
            for each in sample.criteria
        ],
    )
    names = [each.criterion for each in sample.criteria]
    cases = table(
        "Case by case, in the order drawn",
        [Column("Case"), *(Column(name) for name in names)],
        [[case.key, *(_answer(case.answers.get(name)) for name in names)] for case in sample.cases],
        kind="pane",
        stacked=False,
    )
    return criteria + cases


def _answer(answer: Answer | None) -> Html:
    if answer is None:
        return html("○ not recorded")
    sign, word = _ANSWERS[answer.outcome]
    who = tag(
        "div", f"{answer.by}: {answer.remark}" if answer.remark else answer.by, class_="small"
    )
    return html(f"{sign} {word}") + who


def compared(view: AuditView, filters: Filters) -> Html:
    """Baseline against re-audit, requirement by requirement."""
    later = {(one.standard, one.department): one for one in view.compared}
    rows: list[list[object]] = []
    for one in view.requirements:
        found = later.get((one.standard, one.department))
        outcome = found.outcome if found else "not tested yet"
        n = f" n = {one.n:,}, {one.period}" if one.period else " not measured"
        rows.append(
            [
                place_links(filters, one.standard, one.title, one.department, one.department_name),
                one.expected_words,
                html(one.actual_words) + tag("div", n, class_="small"),
                mark(style_of(one.status)),
                html(found.after_words) + tag("div", found.after_period, class_="small")
                if found
                else "–",
                found.difference_words if found else "–",
                html(f"{_OUTCOMES.get(outcome, '○')} {outcome}")
                + (tag("div", found.test, class_="small") if found else Html()),
            ]
        )
    headings = ("Requirement", "Expected", "Baseline", "Status then")
    return heading(
        "Baseline against re-audit",
        "Baseline and re-audit are the service given. What the service gap changed by is above 0 "
        "where the service is better; it stands with its interval, and where that holds 0, chance "
        "alone may explain it.",
    ) + table(
        "By requirement, with the baseline as it was frozen when the cycle was opened",
        [
            *(Column(name) for name in headings),
            Column("Re-audit"),
            Column("Gap changed by"),
            Column("Outcome"),
        ],
        rows,
    )


def departments_of(view: AuditView, filters: Filters) -> Html:
    """The departments in scope, each a link to its page."""
    held = {one.department: one.department_name for one in view.requirements}
    return joined((department_link(filters, *each) for each in held.items()), ", ")


def individual_or_system(teams: Sequence[TeamLine], filters: Filters) -> Html:
    """What each requirement that is measured by team says of whose doing its gap is."""
    return heading(
        "Individual or system",
        "How much of each gap, in the period of the baseline, would be left if no team were behind "
        "what a usual team reaches. Only for what is measured by team.",
    ) + definitions(
        [
            (
                place_links(filters, one.standard, one.title, one.department, one.department_name),
                " ".join(one.words),
            )
            for one in teams
        ]
    )


def proposed(view: AuditView) -> Html:
    """The expected values proposed for the time to come, and how far each has come."""
    if not view.proposals:
        return Html()
    rows = [
        [
            html(f"{one.number} · {one.title}") + tag("div", one.department_name, class_="small"),
            one.current_words,
            one.value_words,
            html(one.ground) + tag("div", f"proposed by {one.by}", class_="small"),
            one.standing,
        ]
        for one in view.proposals
    ]
    headings = ("Requirement", "In force", "Proposed", "On what it rests", "Where it stands")
    return heading(
        "What may be expected from now on",
        "A decided value comes into force once it is written into the file of its standard, at the "
        f"command line: scorecard audit --as PERSON write {view.id} NUMBER.",
    ) + table("Proposals", [Column(name) for name in headings], rows)


def sign_off(view: AuditView) -> Html:
    """Who has signed, who may, and who may not and why."""
    told = heading("Sign-off")
    if view.signed:
        remark = f": {view.signed.text}" if view.signed.text else "."
        told += tag("p", f"✓ Signed by {view.signed.who}, {view.signed.at}{remark}")
        return told
    return told + table(
        "Directors, and all who have audited here",
        [Column("Who"), Column("Sign now"), Column("Why not")],
        [[one.name, "✓ may" if one.may else "✗ may not", one.why or "–"] for one in view.signers],
    )


def events(view: AuditView, *, blind: bool) -> Html:
    """What happened, the latest first; the results of one sheet, recorded at one moment, folded.

    `blind` leaves out the results of cases, for whoever examines them again.
    """
    kinds = tuple(_RESULTS) if blind else ()
    shown = [one for one in view.history if one.kind not in kinds]
    left_out = len(view.history) - len(shown)
    told = f"{counted(len(view.history), 'event')}, the latest first."
    if left_out:
        told += f" {counted(left_out, 'result')} not shown while you re-check."
    return heading("History", told) + tag(
        "ol",
        *(
            _sheet(some)
            if some[0].kind in _RESULTS and len(some) > 1
            else joined(map(_event, some))
            for some in _together(list(reversed(shown)))
        ),
        class_="events",
    )


def _together(shown: Sequence[Happened]) -> list[list[Happened]]:
    """The events, with those side by side that are of one kind, person and moment."""
    groups = groupby(shown, key=lambda one: (one.kind, one.who, one.at))
    return [list(some) for _, some in groups]


def _event(one: Happened) -> Html:
    return tag("li", tag("span", f"{one.at} · ", class_="small"), one.sentence)


def _sheet(some: Sequence[Happened]) -> Html:
    """Many results as one line, which opens."""
    one = some[0]
    said = f"{one.who} {_RESULTS[one.kind]} {counted(len(some), 'result')}."
    when = tag("span", f"{one.at} · ", class_="small")
    lines = tag("ol", *(tag("li", each.sentence) for each in some), class_="events")
    return tag("li", tag("details", tag("summary", when, said), lines, class_="more"))
