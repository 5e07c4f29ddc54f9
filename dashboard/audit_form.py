"""The frame of every form of an audit: what was on the screen, what is typed, what came of it.

A form is drawn from the cycle as it was when the form was opened, and records against that version.
What is typed stays in it until it is recorded, whatever is refused and whoever was first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO, Literal, cast

import streamlit as st

from dashboard.audit_clash import clash_shown
from dashboard.audit_words import evidence_list
from dashboard.markup import Html, html, tag
from dashboard.state import Filters, write_filters
from scorecard.audit import RULES, Body, Clash, Cycle, Desk
from scorecard.audit.bringing import Piece, brought
from scorecard.audit.events import body_of
from scorecard.audit.evidence import LIMIT
from scorecard.errors import AuditError, ScorecardError
from scorecard.report.audit_clash import clash_view
from scorecard.report.phrases import listed

_OPEN, _ROUND, _RECORDED = "audit-open", "audit-round", "audit-recorded"


@dataclass
class Sheet:
    """A form that is being filled in. `cycle` is as it was when the form was opened.

    `missing` are the labels of fields that must be filled in and are not, `files` what was brought
    as evidence, `dated` the day it is of.
    """

    desk: Desk
    cycle: Cycle
    filters: Filters
    slot: str
    missing: list[str] = field(default_factory=list[str])
    files: Sequence[BinaryIO] = ()
    dated: date | None = None

    def line(self, label: str, name: str, *, needed: bool = True, value: str = "") -> str:
        """One line of text."""
        return self._needed(needed, label, st.text_input(label, value, key=self._key(name)))

    def text(self, label: str, name: str, *, needed: bool = True, value: str = "") -> str:
        """Several lines of text."""
        typed = st.text_area(label, value, height=80, key=self._key(name))
        return self._needed(needed, label, typed)

    def one_of(
        self, label: str, name: str, options: Mapping[Any, str], value: object = None
    ) -> Any:
        """One of a few, all seen at once."""
        keys = list(options)
        chosen = st.radio(
            label,
            keys,
            index=keys.index(value) if value in options else None,
            format_func=lambda key: options[key],
            horizontal=True,
            key=self._key(name),
        )
        return self._needed(True, label, chosen)

    def from_list(
        self, label: str, name: str, options: Mapping[Any, str], value: object = None
    ) -> Any:
        """One of many."""
        keys = list(options)
        chosen = st.selectbox(
            label,
            keys,
            index=keys.index(value) if value in options else None,
            format_func=lambda key: options[key],
            key=self._key(name),
        )
        return self._needed(True, label, chosen)

    def day(self, label: str, name: str, *, needed: bool = True) -> date | None:
        """A day."""
        day = st.date_input(label, None, format="YYYY-MM-DD", key=self._key(name))
        return self._needed(needed, label, cast("date | None", day))

    def number(self, label: str, name: str) -> float | None:
        """A number, or none."""
        return st.number_input(label, value=None, step=None, format="%g", key=self._key(name))

    def beside(self, *draw: Callable[[], Any]) -> list[Any]:
        """Fields side by side on a wide screen; what each holds."""
        found: list[Any] = []
        for column, one in zip(st.columns(len(draw)), draw, strict=True):
            with column:
                found.append(one())
        return found

    def evidence(self) -> None:
        """Files, and the day they are of."""
        brought, dated = st.columns([3, 2])
        with brought:
            self.files = st.file_uploader(
                "Evidence: photographs, letters, extracts",
                accept_multiple_files=True,
                max_upload_size=LIMIT // 1_000_000,
                key=self._key("files"),
            )
        with dated:
            label = "Day the evidence is of"
            day = st.date_input(label, None, format="YYYY-MM-DD", key=self._key("dated"))
            self.dated = self._needed(bool(self.files), label, cast("date | None", day))

    def pieces(self) -> list[Piece]:
        """The files with the day that they are of."""
        return [Piece(file, cast(date, self.dated), file.name) for file in self.files]

    def _key(self, name: str) -> str:
        return f"{self.slot}|{name}"

    def _needed(self, needed: bool, label: str, value: Any) -> Any:
        if needed and (value is None or (isinstance(value, str) and not value.strip())):
            self.missing.append(label)
        return value


Draw = Callable[[Sheet], Mapping[str, Any]]
Record = Callable[[Desk, str, Body, int], Cycle]
Act = Callable[[Desk, str, Mapping[str, Any], int], Cycle]
About = Literal[
    "", "sample", "finding", "settled", "action", "done", "compared", "proposal", "easier"
]


def recorded(desk: Desk, id: str, body: Body, seen: int) -> Cycle:
    """Record the body as it is, decided on at the version `seen`."""
    return desk.record(id, body, seen=seen)


@dataclass(frozen=True)
class Step:
    """Something that is recorded by a form: the event's kind, and how its body is filled in.

    `about` is what there must be (a sample; an open finding; a settled one; an action that is not
    done, or is; a comparison; a proposal not decided on; one decided for an easier value), `note`
    is said in the form; `brings`: whether evidence may come with it. `record` is the step that
    records it, where that takes more than the body; `act` the step that works out the body
    itself from what was filled in. `left` says after recording how much is still to do.
    """

    kind: str
    title: str
    draw: Draw
    about: About = ""
    note: str = ""
    brings: bool = False
    record: Record = recorded
    act: Act | None = None
    left: Callable[[Cycle, Filters], str] | None = None

    def open_to(self, cycle: Cycle, roles: Sequence[str]) -> bool:
        """Whether the table of rules lets such a role do this while the cycle is where it is."""
        rule = RULES[self.kind]
        there = cycle.state in rule.states and (cycle.signature is None or rule.signed)
        return there and bool({*rule.roles} & {*roles})


def show_form(step: Step, sheet: Sheet, seen: int) -> None:
    """Draw the form of a step and, where it is sent off, record it."""
    answer = st.container()
    with st.form(sheet.slot, enter_to_submit=False):
        if step.note:
            st.html(tag("p", step.note, class_="note"))
        data = step.draw(sheet)
        if step.brings:
            sheet.evidence()
        sent = st.form_submit_button(f"Record: {step.title.lower()}", type="primary")
    with answer:
        if sent:
            _send(step, sheet, seen, data)
        elif done := st.session_state.pop(_RECORDED, None):
            st.html(tag("div", Html(done), class_="notice", role="status"))


def opened(step: Step, desk: Desk, cycle: Cycle, filters: Filters) -> tuple[Sheet, int]:
    """The form, and the version its next entry is held against."""
    about = {
        "sample": f"{filters.sample}|{filters.case}",
        "finding": filters.finding,
        "settled": filters.finding,
    }
    count = st.session_state.setdefault(_ROUND, 0)
    slot = f"audit|{cycle.id}|{step.kind}|{about.get(step.about)}|{count}"
    if slot != st.session_state.get(_OPEN, ("",))[0]:
        st.session_state[_OPEN] = (slot, cycle, cycle.version)
    _, drawn, seen = st.session_state[_OPEN]
    return Sheet(desk, drawn, filters, slot), seen


def _send(step: Step, sheet: Sheet, seen: int, data: Mapping[str, Any]) -> None:
    try:
        if sheet.missing:
            raise AuditError(
                "audit-entry-invalid",
                f"Nothing was recorded yet: {listed([f'“{one}”' for one in sheet.missing])} "
                f"{'is' if len(sheet.missing) == 1 else 'are'} still empty.",
                hint="Fill in what is named and send it off again; the rest is as you typed it.",
            )
        body = None
        if step.act:
            now = step.act(sheet.desk, sheet.cycle.id, data, seen)
        else:
            body = body_of(step.kind, data)
            body = brought(sheet.desk, sheet.cycle.id, body, sheet.pieces(), seen=seen)
            now = step.record(sheet.desk, sheet.cycle.id, body, seen)
    except Clash as clash:
        # Both versions stand on the screen now: the next entry is held against the newer one.
        st.session_state[_OPEN] = (sheet.slot, sheet.cycle, clash.cycle.version)
        st.html(clash_shown(clash_view(sheet.desk.declared, clash, sheet.desk.by)))
    except ScorecardError as error:
        st.html(refused(error))
    else:
        st.session_state[_ROUND] += 1
        left = f" {step.left(now, sheet.filters)}" if step.left else ""
        done = "Recorded." if now.version > seen else "There was nothing new to record."
        said = tag("p", tag("b", done), f"{left} The cycle is at version {now.version}.")
        st.session_state[_RECORDED] = str(said + evidence_list(getattr(body, "evidence", ())))
        if sheet.filters.case:  # and on to the next one that waits
            write_filters(sheet.filters.but(case=None))
        st.rerun()


def refused(error: ScorecardError) -> Html:
    """Why something was not recorded, and what to do."""
    return tag(
        "div",
        tag("p", tag("b", "Not recorded. "), _sentence(error.message)),
        tag("p", error.hint) if error.hint else Html(),
        tag("p", html(f"What you typed is still in the form. Code: {error.code}"), class_="small"),
        class_="refusal",
        role="alert",
    )


def _sentence(text: str) -> str:
    """With a capital letter, unless it begins with a name of a file or the like."""
    return text[:1].upper() + text[1:] if text.partition(" ")[0].isalpha() else text
