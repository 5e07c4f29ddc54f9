"""An accepted value goes into the file of its standard: that value, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecard.audit import tighten_file
from scorecard.audit.file_replace import replace
from scorecard.audit.loosening import Leave, loosens
from scorecard.audit.tighten_file import plan_change, write_change
from scorecard.declare.load import load
from scorecard.declare.standards import Expected
from scorecard.errors import AuditError, DeclarationErrors
from tests.declare.folders import GOOD, WITH_TABLE, write

LEAVE = Leave("The depot burned down.", "Ann Director", "Bob Auditor")


def expected(day: str = "2027-01-01", source: str = "Re-audit 2026-Q4", **rest: Any) -> Expected:
    return Expected.model_validate({"from": date.fromisoformat(day), "source": source, **rest})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "smallville", WITH_TABLE)


def test_the_new_value_stands_behind_the_last_and_nothing_else_is_touched(folder: Path) -> None:
    change = plan_change(folder, "pothole-repair", expected(at_most=2.5, tolerance=1))
    works = folder / "public_works.toml"
    assert works.read_bytes() == change.before == GOOD["public_works.toml"].encode()
    write_change(change)
    last = "  { from = 2026-07-01, at_most = 3, tolerance = 1 },\n"
    new = '  { from = 2027-01-01, at_most = 2.5, tolerance = 1, source = "Re-audit 2026-Q4" },\n'
    assert works.read_text("utf-8") == GOOD["public_works.toml"].replace(last, last + new)
    in_force = load(folder).standards["pothole-repair"].expected_on(date(2027, 1, 1))
    assert in_force == change.expected
    assert f"+{new}" in change.diff
    assert sorted(path.name for path in folder.iterdir()) == sorted(WITH_TABLE)


def test_a_departments_own_values_are_tightened_alone(folder: Path) -> None:
    was = load(folder).standards["closed-on-time"]
    change = plan_change(
        folder, "closed-on-time", expected(at_least=88, tolerance=2), department="parks"
    )
    write_change(change)
    now = load(folder).standards["closed-on-time"]
    assert now.expected == was.expected
    assert now.overrides["parks"].expected == [*was.overrides["parks"].expected, change.expected]
    assert "at_least = 85, tolerance = 2 }, { from = 2027-01-01, at_least = 88" in (
        folder / "public_works.toml"
    ).read_text("utf-8")


@pytest.mark.parametrize("tail", ["\n", ""])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("where", ["pothole-repair", "parks"])
def test_the_diff_is_one_that_patch_applies(
    folder: Path, tmp_path: Path, where: str, ends: str, tail: str
) -> None:
    if shutil.which("patch") is None:
        pytest.skip("patch is not installed")
    works = folder / "public_works.toml"
    text = GOOD["public_works.toml"].rstrip("\n") + tail
    works.write_bytes(text.replace("\n", ends).encode())
    new = expected(at_most=2) if where == "pothole-repair" else expected(at_least=99)
    change = (
        plan_change(folder, where, new)
        if where == "pothole-repair"
        else plan_change(folder, "closed-on-time", new, department=where)
    )
    (tmp_path / "works").write_bytes(change.before)
    patched = subprocess.run(
        ["patch", "--binary", "-s", str(tmp_path / "works")],
        input=change.diff.encode(),
        capture_output=True,
        check=False,
    )
    assert patched.returncode == 0, patched.stdout
    assert (tmp_path / "works").read_bytes() == change.after


def test_line_ends_and_byte_order_mark_stay(folder: Path) -> None:
    works = folder / "public_works.toml"
    works.write_bytes(b"\xef\xbb\xbf" + GOOD["public_works.toml"].replace("\n", "\r\n").encode())
    change = plan_change(folder, "pothole-repair", expected(at_most=2))
    write_change(change)
    content = works.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf[[standard]]")
    assert content.count(b"\n") == content.count(b"\r\n")
    kept = content.split(b"\r\n")
    del kept[next(i for i, line in enumerate(kept) if b"2027-01-01" in line)]
    assert b"\r\n".join(kept) == change.before


def refused(folder: Path, standard: str, new: Expected, **options: Any) -> str:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(AuditError) as error:
        write_change(plan_change(folder, standard, new, **options))
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    return error.value.code


def test_what_is_refused_leaves_every_file_as_it_was(folder: Path) -> None:
    potholes = "pothole-repair"
    assert refused(folder, "pothole-repairs", expected(at_most=2)) == "standard-unknown"
    assert refused(folder, "result-1", expected(at_least=90)) == "standard-in-table"
    assert refused(folder, potholes, expected("2026-07-01", at_most=2)) == "expected-overlap"
    assert refused(folder, potholes, expected(at_most=3, tolerance=1)) == "expected-unchanged"
    assert refused(folder, potholes, expected(withdrawn=True)) == "expected-unwritable"
    assert refused(folder, potholes, expected(source=" ", at_most=2)) == "expected-unwritable"
    assert refused(folder, potholes, expected(at_most=float("-inf"))) == "expected-unwritable"


def test_a_value_that_was_in_force_before_today_is_refused(folder: Path) -> None:
    new = expected("2026-09-30", at_most=2)
    assert refused(folder, "pothole-repair", new, today=date(2026, 10, 1)) == "expected-in-past"
    with pytest.raises(AuditError, match=r"before today, 2026-12-31.*2027-01-01, the first day"):
        plan_change(folder, "pothole-repair", new, today=date(2026, 12, 31))
    for day in (date(2026, 9, 30), None):
        assert plan_change(folder, "pothole-repair", new, today=day).expected == new


def test_a_department_without_values_of_its_own_takes_the_shared_ones_along(folder: Path) -> None:
    was = load(folder).standards["closed-on-time"]
    assert "public-works" not in was.overrides
    new = expected(at_least=95)
    write_change(plan_change(folder, "closed-on-time", new, department="public-works"))
    now = load(folder).standards["closed-on-time"]
    assert now.overrides["public-works"].expected == [*was.expected, new]
    assert now.expected == was.expected
    assert now.overrides["parks"] == was.overrides["parks"]
    days = [date(2020, 1, 1) + timedelta(days=30 * n) for n in range(85)]
    for day in days:
        assert now.expected_on(day, "public-works") == was.expected_on(day, "public-works")
    assert now.expected_on(new.from_, "public-works") == new
    assert refused(folder, "closed-on-time", new, department="public-works") == "expected-overlap"


def test_a_department_may_have_its_first_value_on_the_day_of_a_shared_one(folder: Path) -> None:
    shared, own = expected(at_least=92), expected(at_least=95)
    write_change(plan_change(folder, "closed-on-time", shared))
    write_change(plan_change(folder, "closed-on-time", own, department="public-works"))
    now = load(folder).standards["closed-on-time"]
    assert now.expected[-1] == shared
    assert now.overrides["public-works"].expected == [*now.expected[:-1], own]


def test_loosening_takes_a_reason_and_a_second_person(folder: Path) -> None:
    easier = expected(at_most=4, tolerance=1)
    wider = expected(at_most=3, tolerance=2)
    for new in (easier, wider):
        assert refused(folder, "pothole-repair", new) == "loosen-without-reason"
        for leave in (LEAVE._replace(reason=" "), None):
            code = refused(folder, "pothole-repair", new, leave=leave)
            assert code == "loosen-without-reason"
        for second in ("", " ", "ann  DIRECTOR"):
            leave = LEAVE._replace(agreed_by=second)
            code = refused(folder, "pothole-repair", new, leave=leave)
            assert code == "loosen-without-second"
    write_change(plan_change(folder, "pothole-repair", easier, leave=LEAVE))
    held = load(folder).standards["pothole-repair"]
    assert held.expected_on(date(2027, 1, 1)) == easier


def test_what_counts_as_loosening() -> None:
    assert loosens(expected(at_least=90), expected(at_least=89.9))
    assert not loosens(expected(at_least=90), expected(at_least=90.1))
    assert loosens(expected(at_most=3), expected(at_most=3.1))
    assert not loosens(expected(at_most=3), expected(at_most=2.9))
    assert loosens(expected(at_least=90), expected(at_least=95, tolerance=1))
    assert loosens(expected(at_least=90), expected(withdrawn=True))
    assert not loosens(expected(at_least=70.0), expected(at_least=100 * 0.7))


def test_a_value_on_the_wrong_side_names_the_real_file(folder: Path) -> None:
    with pytest.raises(DeclarationErrors) as error:
        plan_change(folder, "pothole-repair", expected(at_least=2))
    [mistake] = error.value.errors
    assert mistake.code == "direction-mismatch"
    assert mistake.file == folder / "public_works.toml"


def test_a_file_changed_since_is_not_written_over(folder: Path) -> None:
    change = plan_change(folder, "pothole-repair", expected(at_most=2))
    works = folder / "public_works.toml"
    other = change.before.replace(b"Council", b"Town council")
    works.write_bytes(other)
    with pytest.raises(AuditError) as error:
        write_change(change)
    assert error.value.code == "standards-file-changed"
    assert works.read_bytes() == other
    assert sorted(path.name for path in folder.iterdir()) == sorted(WITH_TABLE)


def test_of_two_changes_planned_side_by_side_the_second_is_refused(folder: Path) -> None:
    first = plan_change(folder, "pothole-repair", expected(at_most=2))
    second = plan_change(folder, "pothole-repair", expected("2027-02-01", at_most=1))
    write_change(first)
    with pytest.raises(AuditError) as error:
        write_change(second)
    assert error.value.code == "standards-file-changed"
    assert (folder / "public_works.toml").read_bytes() == first.after


def test_a_folder_spoilt_meanwhile_gets_its_file_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = plan_change(folder, "pothole-repair", expected(at_most=2))

    def replace_and_spoil(file: Path, before: bytes, content: bytes) -> None:
        replace(file, before, content)
        (folder / "other.toml").write_text("[[standard]]\n", encoding="utf-8")

    monkeypatch.setattr(tighten_file, "replace", replace_and_spoil)
    with pytest.raises(DeclarationErrors):
        write_change(change)
    assert (folder / "public_works.toml").read_bytes() == change.before


def test_a_link_stays_a_link_and_permissions_stay(folder: Path, tmp_path: Path) -> None:
    works = folder / "public_works.toml"
    real = tmp_path / "kept elsewhere.toml"
    shutil.move(works, real)
    real.chmod(0o640)
    works.symlink_to(real)
    change = plan_change(folder, "pothole-repair", expected(at_most=2))
    write_change(change)
    assert works.is_symlink()
    assert real.read_bytes() == change.after
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_place_that_cannot_be_written_is_said(folder: Path) -> None:
    change = plan_change(folder, "pothole-repair", expected(at_most=2))
    with pytest.raises(AuditError) as error:
        replace(folder / "gone" / "public_works.toml", change.before, change.after)
    assert error.value.code == "standards-file-unwritable"


def test_a_standard_in_landed_rows_is_refused(folder: Path) -> None:
    table = WITH_TABLE["results.toml"].replace('file = "results.csv"', 'source = "results"')
    # The landed rows have no column for the department but this.
    table = table.replace('department = "department"', 'department = "title"')
    write(folder, {"results.toml": table.replace('titles = { fr = "titre" }\n', "")})
    row = {"number": 7, "title": "parks", "year": date(2025, 7, 1), "target": 0.8, "owner": "Ann"}

    def landed(*_: object) -> list[dict[str, Any]]:
        return [row]

    assert "result-7" in load(folder, landed).standards
    code = refused(folder, "result-7", expected(at_least=90), tables=landed)
    assert code == "standard-in-table"


@pytest.mark.parametrize("organisation", ["boston_311", "harbor_city"])
def test_every_value_of_what_is_shipped_can_be_tightened(
    repository: Path, organisation: str
) -> None:
    folder = repository / "standards" / organisation
    declared = load(folder)
    lists = [
        (standard, department)
        for standard in declared.standards.values()
        for department in (None, *standard.overrides)
    ]
    assert lists
    for standard, department in lists:
        values = (standard.overrides[department] if department else standard).expected
        held = next(one for one in values if not one.withdrawn)
        value = 0.99 * (held.value or 0)
        new = expected("2030-01-01", at_most=value)
        if held.at_most is None:
            new = expected("2030-01-01", at_least=value)
        change = plan_change(folder, standard.id, new, department=department, leave=LEAVE)
        added = [line for line in change.diff.splitlines()[2:] if line.startswith("+")]
        gone = [line for line in change.diff.splitlines()[2:] if line.startswith("-")]
        assert (len(added), gone) == (1, []), change.diff


# --- Any file ---

BLANK = st.sampled_from(["", " ", "  ", "\t"])
REMARK = st.sampled_from(["", "", " # why", '# "]" } , {'])
DAY = st.integers(0, 700).map(lambda n: date(2024, 1, 1) + timedelta(days=n))
SOURCE = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=12
).filter(lambda text: text.strip())


def spelt(entry: dict[str, str], draw: st.DrawFn) -> str:
    keys = draw(st.permutations(list(entry)))
    pairs = ",".join(f"{draw(BLANK)}{key}{draw(BLANK)}={draw(BLANK)}{entry[key]}" for key in keys)
    return "{" + pairs + draw(BLANK) + "}"


@st.composite
def lists(draw: st.DrawFn, header: str) -> tuple[str, bool]:
    """A list of expected values in any layout, and whether it is made of tables."""
    days = draw(st.lists(DAY, min_size=1, max_size=4, unique=True))
    entries = [
        {
            "from": day.isoformat(),
            "at_least": str(draw(st.integers(2, 80))),
            **({"tolerance": "2.5"} if draw(st.booleans()) else {}),
            **({"source": "'''a ]\n, #'''"} if draw(st.booleans()) else {}),
        }
        for day in days
    ]
    if draw(st.booleans()):
        return "".join(
            f"{draw(BLANK)}[[{draw(BLANK)}{header}.expected]]{draw(REMARK)}\n"
            + "".join(f"{draw(BLANK)}{k} = {v}{draw(REMARK)}\n" for k, v in one.items())
            + draw(st.sampled_from(["", "\n", "# between\n"]))
            for one in entries
        ), True
    several = draw(st.booleans())
    gap = st.sampled_from(["\n", "\n  ", " # a\n\t", "\n\n  # b ]\n  "]) if several else BLANK
    text = f"expected{draw(BLANK)}={draw(BLANK)}[{draw(gap)}"
    for index, one in enumerate(entries):
        text += spelt(one, draw)
        if index < len(entries) - 1 or draw(st.booleans()):
            text += draw(gap) + ","
        text += draw(gap)
    return f"{text}]{draw(REMARK)}\n", False


@st.composite
def files(draw: st.DrawFn) -> bytes:
    text = draw(st.sampled_from(["", "# Standards.\n\n"]))
    for index in range(draw(st.integers(1, 3))):
        own, tables = draw(lists("standard"))
        other, other_tables = draw(lists("standard.overrides.parks"))
        text += f'[[standard]]\nid = "s{index}"\n'
        text += "" if tables else own
        text += 'title = "T"\nmetric = "closed_on_time"\ndepartments = "all"\n'
        parts = [own] if tables else []
        parts += [other] if other_tables else [f"[standard.overrides.parks]\n{other}"]
        text += "".join(draw(st.permutations(parts)))
    text = text.rstrip("\n") if draw(st.booleans()) else text
    mark = b"\xef\xbb\xbf" if draw(st.booleans()) else b""
    return mark + text.replace("\n", draw(st.sampled_from(["\n", "\r\n"]))).encode()


@given(
    files(),
    st.sampled_from([None, "parks", "public-works"]),
    st.floats(80.5, 100) | st.integers(81, 100),
    st.sampled_from([0, 0.1, 1]),
    SOURCE,
)
@settings(max_examples=40)
def test_loaded_after_is_loaded_before_and_the_entry(
    content: bytes, department: str | None, value: float, tolerance: float, source: str
) -> None:
    with TemporaryDirectory() as place:
        folder = write(Path(place) / "town", GOOD)
        file = folder / "public_works.toml"
        file.write_bytes(content)
        before = load(folder)
        new = expected(source=source, at_least=value, tolerance=tolerance)
        change = plan_change(folder, "s0", new, department=department, leave=LEAVE)
        write_change(change)
        after = load(folder)
        held = before.standards["s0"].model_dump()
        shared = {"expected": [*held["expected"]], "owner": None}
        lists = held["overrides"].setdefault(department, shared) if department else held
        lists["expected"].append(new.model_dump())
        wanted = {id: one.model_dump() for id, one in before.standards.items()} | {"s0": held}
        assert {id: one.model_dump() for id, one in after.standards.items()} == wanted
        assert without(file.read_bytes(), content)


def without(longer: bytes, shorter: bytes) -> bool:
    """Whether the longer is the shorter with at most two stretches put in, one of them a comma."""
    start = next(
        (i for i, (a, b) in enumerate(zip(longer, shorter, strict=False)) if a != b), len(shorter)
    )
    end = len(longer) - len(shorter)
    if longer[start + end :] == shorter[start:]:
        return True
    # A comma first, then the entry: what stands between them is as it was.
    rest, old = longer[start + 1 :], shorter[start:]
    at = next((i for i, (a, b) in enumerate(zip(rest, old, strict=False)) if a != b), len(old))
    return longer[start : start + 1] == b"," and rest[at + end - 1 :] == old[at:]
