"""The checks of an exported audit: ours, and the one of the page, which needs nothing of ours."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

from scorecard.audit.evidence import EvidenceStore
from scorecard.audit.export import END
from scorecard.audit.export_check import check_export
from scorecard.ledger import Head, open_ledger
from tests.audit.signed import Signed, made_anew
from tests.documents import section, text_of


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[Signed]:
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        one = Signed(ledger, EvidenceStore(tmp_path / "evidence"), tmp_path / "audit.jsonl")
        one.fill()
        one.write()
        yield one


def page_text(repository: Path) -> str:
    """The program on the page, as it stands there."""
    text = section(text_of(repository, "docs/auditing/export.md"), "Check it without this software")
    block = re.search(r"```python\n(.*?)```", text, re.DOTALL)
    assert block
    assert len(block[1].splitlines()) <= 36
    assert set(re.findall(r"^import (\w+)", block[1], re.MULTILINE)) <= sys.stdlib_module_names
    return block[1]


def page_program(repository: Path) -> CodeType:
    """The same, to be run in this process."""
    return compile(page_text(repository), "check.py", "exec")


@pytest.fixture
def page(repository: Path) -> str:
    return page_text(repository)


def outcome(program: CodeType, file: Path, *heads: str) -> str | None:
    """What the page's program says of a file, run in this process: 10,000 times is often."""
    before, sys.argv = sys.argv, ["check.py", str(file), *heads]
    try:
        exec(program, {"__name__": "__main__"})
    except SystemExit as ended:
        return str(ended.code) if ended.code else None
    finally:
        sys.argv = before
    return None


def test_the_program_of_the_page_accepts_what_was_written(
    signed: Signed, page: str, tmp_path: Path
) -> None:
    check = tmp_path / "check.py"
    check.write_text(page)

    def run(*heads: str) -> tuple[int, str]:
        command = [sys.executable, "-I", str(check), str(signed.file), *heads]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        return done.returncode, done.stdout + done.stderr.strip()

    heads = [f"{one.seq}:{one.hash[:16]}" for one in signed.events()]
    assert run() == run(*heads) == (0, "")
    assert run(f"{signed.events()[3].seq}:0123456789abcdef")[0] == 1
    assert run("1:" + "0" * 16)[0] == 1
    assert check_export(signed.file, [Head(o.seq, o.hash) for o in signed.events()]) == []
    content = bytearray(signed.file.read_bytes())
    content[len(content) // 2] ^= 1
    signed.file.write_bytes(content)
    assert run() == (1, "the file was altered")


def altered(content: bytes, chance: random.Random) -> tuple[str, bytes]:
    """The file with one thing changed at a random place."""
    kind = chance.choice(["flip", "other", "insert", "delete", "swap", "truncate", "append"])
    at = chance.randrange(len(content))
    one = bytes([chance.randrange(256)])
    match kind:
        case "flip":
            new = content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        case "other":
            new = content[:at] + one + content[at + 1 :]
        case "insert":
            new = content[:at] + one + content[at:]
        case "delete":
            new = content[:at] + content[at + 1 :]
        case "swap":
            to = chance.randrange(len(content))
            first, last = min(at, to), max(at, to)
            new = bytearray(content)
            new[first], new[last] = new[last], new[first]
            new = bytes(new)
        case "truncate":
            new = content[:at]
        case _:
            new = content + chance.choice([one, b"\n", content[:at], content[at:]])
    return kind, new


@pytest.mark.parametrize(
    "count", [pytest.param(500, id="500"), pytest.param(10_000, marks=pytest.mark.slow, id="10000")]
)
def test_every_random_alteration_is_found_by_both(signed: Signed, page: str, count: int) -> None:
    program = compile(page, "check.py", "exec")
    whole = signed.file.read_bytes()
    assert outcome(program, signed.file) is None
    chance, done = random.Random(count), dict[str, int]()
    while sum(done.values()) < count:
        kind, content = altered(whole, chance)
        if content == whole:
            continue
        done[kind] = done.get(kind, 0) + 1
        signed.file.write_bytes(content)
        assert outcome(program, signed.file) is not None, (kind, content)
        assert check_export(signed.file), (kind, content)
    assert len(done) == 7
    print(done)


def test_a_single_byte_altered_at_each_place_is_found(signed: Signed, page: str) -> None:
    program = compile(page, "check.py", "exec")
    whole = signed.file.read_bytes()
    for at in range(0, len(whole), max(1, len(whole) // 400)):
        signed.file.write_bytes(whole[:at] + bytes([whole[at] ^ 32]) + whole[at + 1 :])
        assert outcome(program, signed.file) == "the file was altered"


# --- What a forger does who makes the last line anew ---

Change = Callable[[list[dict[str, Any]]], Any]


def part(lines: list[dict[str, Any]], name: str, number: int = 0) -> dict[str, Any]:
    return [one for one in lines if one["part"] == name][number]


def without(name: str, number: int = 0) -> Change:
    return lambda lines: lines.remove(part(lines, name, number))


def with_(name: str, key: str, value: Any, number: int = 0) -> Change:
    return lambda lines: part(lines, name, number).update({key: value})


def figure(lines: list[dict[str, Any]]) -> None:
    part(lines, "figure")["value"]["value"] = 91.5


def content_of_evidence(lines: list[dict[str, Any]]) -> None:
    part(lines, "evidence", 1)["content"] = part(lines, "evidence", 0)["content"]


def date_of_evidence(lines: list[dict[str, Any]]) -> None:
    part(lines, "evidence")["reference"]["dated"] = "2026-02-04"


def order(lines: list[dict[str, Any]]) -> None:
    lines[1], lines[2] = lines[2], lines[1]


def unsigned(lines: list[dict[str, Any]]) -> None:
    for one in [one for one in lines if "frozen" in one.get("body", "")]:
        lines.remove(one)
    del lines[[one["part"] for one in lines].index("evidence") - 1]
    last = part(lines, "event", -1)
    lines[0]["head"] = f"{last['seq']}:{last['hash']}"


FORGERIES: dict[str, Change] = {
    "another figure": figure,
    "no figure": without("figure", 1),
    "no definition": without("definition"),
    "no data version": without("data"),
    "another standard": with_("standard", "value", {}),
    "another actor": with_("event", "actor", "mallory"),
    "another body": with_("event", "body", '{"scope":[]}'),
    "another hash": with_("event", "hash", "0" * 64),
    "an event left out": without("event", 1),
    "the first event left out": without("event", 0),
    "the last event left out": without("event", -1),
    "the signature left out": without("event", 3),
    "events in another order": order,
    "other evidence": content_of_evidence,
    "evidence of another day": date_of_evidence,
    "another head": with_("manifest", "head", "1:" + "0" * 64),
    "no signature": unsigned,
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_with_a_fitting_last_line_is_found_by_both(
    signed: Signed, page: str, name: str
) -> None:
    whole = signed.file.read_bytes()
    assert made_anew(whole, lambda lines: None) == whole
    signed.file.write_bytes(made_anew(whole, FORGERIES[name]))

    with contextlib.redirect_stderr(io.StringIO()):
        said = outcome(compile(page, "check.py", "exec"), signed.file)
    assert said not in (None, "the file was altered")
    faults = check_export(signed.file)
    assert faults
    assert {one.code for one in faults} == {"export-altered"}


def test_only_a_head_tells_a_file_that_was_made_whole_in_itself(
    signed: Signed, page: str, tmp_path: Path
) -> None:
    program = compile(page, "check.py", "exec")
    true = signed.events()
    with open_ledger(tmp_path / "forged.sqlite3") as ledger:
        forged = Signed(ledger, signed.store, tmp_path / "forged.jsonl")
        forged.fill()
        forged.write()
    head = f"{true[-1].seq}:{true[-1].hash}"

    assert outcome(program, forged.file) is None
    assert outcome(program, forged.file, head) is not None
    assert [f.code for f in check_export(forged.file, [Head(true[-1].seq, true[-1].hash)])] == [
        "export-head"
    ]
    [gone] = check_export(signed.file, [Head(99, "0" * 64)])
    assert "does not hold event 99" in str(gone)


def test_the_end_is_as_the_page_says(signed: Signed) -> None:
    last = signed.file.read_bytes().splitlines(keepends=True)[-1]
    assert json.loads(last).keys() == {"part", "sha256"}
    assert len(last) == len(END) - 2 + 64


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: part(lines, "event").pop("subject"),
        lambda lines: part(lines, "event").update(seq="1"),
        lambda lines: part(lines, "event").update(seq=[1]),
        lambda lines: part(lines, "event", 3).update(body="[["),
        lambda lines: part(lines, "event", 3).update(body="5"),
        lambda lines: part(lines, "event").update(hash=None),
        lambda lines: lines[0].pop("head"),
        lambda lines: lines.insert(2, {"part": "end"}),
    ],
)
def test_lines_that_are_not_of_the_form_are_faults_and_no_crash(
    signed: Signed, change: Change
) -> None:
    signed.file.write_bytes(made_anew(signed.file.read_bytes(), change))
    assert {one.code for one in check_export(signed.file)} == {"export-altered"}


def test_a_sign_that_utf_8_cannot_hold_is_a_fault(signed: Signed) -> None:
    body = signed.file.read_bytes().replace(b"Gr\xc3\xb6\xc3\x9fe.jpg", b"\\ud800.jpg")
    body = b"".join(body.splitlines(keepends=True)[:-1])
    signed.file.write_bytes(body + END % sha256(body).hexdigest().encode())
    assert {one.code for one in check_export(signed.file)} == {"export-altered"}
