"""docs/auditing says of the audit what the rules, the conditions and the events say."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click
import pytest

from scorecard.audit import RULES, Rule
from scorecard.audit.conditions import CONDITIONS
from scorecard.audit.cycle import DMAIC, PDCA, State
from scorecard.audit.events import BODIES
from scorecard.cli import main
from scorecard.declare.organisation import ROLES, Person
from tests.documents import documents, every_command, keys, section, text_of

WHOSE = {"all": "all in scope", "some": "any in scope", "its": "its own"}


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the one table in a text, below its headings."""
    lines = [line.strip("| ") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


@pytest.fixture(scope="module")
def page(repository: Path) -> str:
    return text_of(repository, "docs/auditing/README.md")


def words_of(page: str) -> dict[str, str]:
    """By condition, what the page says that it asks."""
    return {cells[0].strip("`"): cells[1] for cells in rows(section(page, "What the conditions"))}


def told(rule: Rule, words: dict[str, str]) -> list[str]:
    """Who, while, departments and conditions of a rule, as the page writes them."""
    states = ", ".join(rule.states) or "there is none yet"
    *others, last = rule.roles
    return [
        f"{', '.join(others)} or {last}" if others else last,
        f"{states}; signed too" if rule.signed else states,
        WHOSE[rule.part],
        "; ".join(words[one] for one in rule.only_if) or "–",
    ]


def test_the_table_of_who_may_what_is_that_of_the_rules(page: str) -> None:
    words = words_of(page)
    written = {row[1].strip("`"): row[2:] for row in rows(section(page, "Who does what, when"))}
    wanted = {kind: told(rule, words) for kind, rule in RULES.items()}
    lines = [f"{kind}: | {' | '.join(cells)} |" for kind, cells in wanted.items()]
    assert written == wanted, "the rules say\n" + "\n".join(lines)
    assert list(written) == list(RULES)


def test_every_step_names_the_command_that_takes_it(page: str) -> None:
    commands = {name.removeprefix("audit ") for name in every_command(main) if "audit " in name}
    named = [re.findall(r"`([a-z-]+)", row[0]) for row in rows(section(page, "Who does what"))]
    assert all(named)
    assert {one for some in named for one in some} <= commands


def test_every_condition_is_put_into_words_with_the_code_that_it_refuses_with(page: str) -> None:
    written = {row[0].strip("`"): row[2] for row in rows(section(page, "What the conditions"))}
    wanted = {
        word: ", ".join(
            f"`{code}`"
            for code in dict.fromkeys(
                re.findall(r'AuditError\(\s*"([a-z-]+)"', inspect.getsource(condition))
            )
        )
        for word, condition in CONDITIONS.items()
    }
    assert all(wanted.values())
    assert written == wanted
    assert list(written) == sorted(wanted)


def test_the_states_go_by_the_names_of_pdca_and_dmaic(page: str) -> None:
    found = [row[:3] for row in rows(section(page, "What a cycle is"))]
    assert found == [[f"`{state}`", PDCA[state], DMAIC[state]] for state in State]


def test_every_field_of_every_event_is_named_where_it_is_said_what_is_kept(page: str) -> None:
    found = rows(section(page, "What is kept of everything"))
    written = {row[0].strip("`"): re.findall(r"`([a-z_]+)`", row[1]) for row in found}
    assert written == {kind: list(body.model_fields) for kind, body in BODIES.items()}


def test_every_file_of_the_audit_room_has_its_place_on_the_map(repository: Path) -> None:
    text = text_of(repository, "docs/development.md")
    table = text.split("<!-- audit map: begin -->")[1].split("<!-- audit map: end -->")[0]
    named = [one for row in rows(table) for one in re.findall(r"`([a-z_]+\.py)`", row[1])]
    files = {path.name for path in (repository / "scorecard" / "audit").glob("*.py")}
    assert sorted(named) == sorted(files - {"__init__.py"})


def test_the_keys_and_roles_of_people_are_explained(repository: Path) -> None:
    text = section(text_of(repository, "docs/developers.md"), "People who audit")
    people, roles = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert keys(people) == list(Person.model_fields)
    assert keys(roles) == list(ROLES)


def test_every_option_of_the_audit_says_what_it_is() -> None:
    silent = [
        f"{name} {option.opts[0]}"
        for name, command in every_command(main).items()
        for option in command.params
        if name.startswith("audit ") and isinstance(option, click.Option) and not option.help
    ]
    assert not silent


def test_every_command_of_the_audit_that_a_text_names_is_there(repository: Path) -> None:
    group = main.commands["audit"]
    assert isinstance(group, click.Group)
    for document in documents(repository):
        text = document.read_text(encoding="utf-8")
        for named in re.findall(r"`scorecard audit (?:--as [\w-]+ )?([a-z][a-z-]*)", text):
            assert named in group.commands, f"{document.name}: audit {named}"
