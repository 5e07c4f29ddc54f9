"""A decided value comes into its file and into the cycle, both or, after a kill, one after all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

import pytest

from scorecard.audit import Desk, written
from scorecard.audit.proposed import decide_on, propose
from scorecard.audit.written import Written, planned, write
from scorecard.declare.load import load
from scorecard.declare.standards import Standard
from scorecard.errors import AuditError, ScorecardError
from scorecard.ledger import verify
from tests.audit.reaudited import Reaudited, reaudited, template

# The figures go on until July: what is written in March is seen in later months.
TODAY = date(2026, 3, 10)
APRIL = date(2026, 4, 1)
ID = "closed-on-time"
SOURCE = "Audit one, decided by Dora Director on 2026-03-10"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("bay"))


@pytest.fixture
def town(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reaudited:
    found = reaudited(made, tmp_path, TODAY, monkeypatch)
    found.audited(date(2026, 2, 1))
    return found


def standard(town: Reaudited, id: str = ID) -> Standard:
    return load(town.standards).standards[id]


def decided(
    town: Reaudited, value: float, department: str | None = None, *, from_: date | None = None
) -> int:
    """The number of a proposal that Dora has accepted."""
    with town.desk("ada") as desk:
        cycle = propose(
            desk, "one", standard=ID, department=department, value=value, ground="kept all year"
        )
    number = max(cycle.proposals)
    with town.desk("dora") as desk:
        decide_on(desk, "one", number, "accepted", "shown", from_=from_)
    return number


def wrote(town: Reaudited, number: int, by: str = "dora") -> Written:
    with town.desk(by) as desk:
        return write(desk, "one", number)


def refused(town: Reaudited, act: Callable[[], object]) -> str:
    """The code of the refusal, which left files and cycle as they were."""
    with town.desk("dora") as desk:
        version = desk.cycle("one").version
    files = {path: path.read_bytes() for path in town.standards.iterdir() if path.is_file()}
    with pytest.raises(ScorecardError) as error:
        act()
    assert files == {path: path.read_bytes() for path in town.standards.iterdir() if path.is_file()}
    with town.desk("dora") as desk:
        assert desk.cycle("one").version == version
    return error.value.code


def shown(town: Reaudited, period: str) -> dict[str, dict[str, str]]:
    """The rows that `scorecard show` prints, by department."""
    ended = town.run("show", "--standard", ID, "--period", period, "--format", "csv")
    assert ended.exit_code == 0, ended.output
    return {one["department"]: one for one in csv.DictReader(io.StringIO(ended.stdout))}


def test_a_tighter_value_is_judged_by_from_its_day_on_and_not_before(town: Reaudited) -> None:
    before = {
        period: shown(town, period) for period in ("2026-02", "2026-03", "2026-04", "2026-06")
    }
    number = decided(town, 85)
    with town.desk("dora") as desk:
        change = planned(desk, "one", number)
    assert change.before == town.file.read_bytes()
    done = wrote(town, number)
    assert (done.file, done.diff, done.found) == ("standards.toml", change.diff, False)
    assert town.file.read_bytes() == change.after
    entry = f'{{ from = 2026-04-01, at_least = 85, tolerance = 3, source = "{SOURCE}" }},'
    assert f"+  {entry}\n" in done.diff
    recorded = done.cycle.proposals[number].written
    assert recorded is not None
    assert (recorded.by, recorded.body.file, recorded.body.diff) == ("dora", done.file, done.diff)
    assert town.run("check").exit_code == 0
    for period in ("2026-02", "2026-03"):
        assert shown(town, period) == before[period]
    for period in ("2026-04", "2026-06"):
        after = shown(town, period)
        assert {one["expected"] for one in after.values()} == {"85.0"}
        assert {one["expected"] for one in before[period].values()} == {"75.0"}
        assert {who: one["actual"] for who, one in after.items()} == {
            who: one["actual"] for who, one in before[period].items()
        }
        assert after["transport"]["status"] != before[period]["transport"]["status"]
    with town.desk("dora") as desk:
        assert not verify(desk.ledger).faults


def test_one_department_gets_values_of_its_own_and_nobody_else_is_judged_anew(
    town: Reaudited,
) -> None:
    before = {period: shown(town, period) for period in ("2026-03", "2026-05")}
    was = standard(town)
    wrote(town, decided(town, 90, "libraries"))
    now = standard(town)
    assert [one.value for one in now.overrides["libraries"].expected] == [75, 90]
    assert now.overrides["libraries"].expected[:1] == was.expected == now.expected
    assert shown(town, "2026-03") == before["2026-03"]
    after = shown(town, "2026-05")
    assert after.pop("libraries")["expected"] == "90.0"
    assert before["2026-05"].pop("libraries")["expected"] == "75.0"
    assert after == before["2026-05"]
    # A second one goes into the list that is there now.
    wrote(town, decided(town, 91, "libraries", from_=date(2026, 5, 1)))
    assert [one.value for one in standard(town).overrides["libraries"].expected] == [75, 90, 91]
    assert town.run("check").exit_code == 0


def test_values_written_as_tables_of_their_own_stay_so(town: Reaudited) -> None:
    text = town.file.read_text("utf-8")
    a = text.index("expected = [")
    b = text.index("]\n", a) + 2
    table = "[[standard.expected]]\nfrom = 2024-07-01\nat_least = 75\ntolerance = 3 # near\n"
    town.file.write_text(text[:a] + table + text[b:], "utf-8")
    was = standard(town)
    done = wrote(town, decided(town, 85))
    assert (
        "+[[standard.expected]]\n+from = 2026-04-01\n+at_least = 85\n+tolerance = 3\n" in done.diff
    )
    assert [one.value for one in standard(town).expected] == [75, 85]
    wrote(town, decided(town, 90, "libraries"))
    now = standard(town)
    assert [one.value for one in now.overrides["libraries"].expected] == [75, 90]
    assert now.expected[:1] == was.expected
    assert "tolerance = 3 # near\n" in town.file.read_text("utf-8")
    assert town.run("check").exit_code == 0


def test_after_a_kill_between_file_and_record_writing_again_records(
    town: Reaudited, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = decided(town, 85)

    class Killed(BaseException):
        pass

    def kill(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(written, "_record", kill)
        with pytest.raises(Killed):
            wrote(town, number)
    assert standard(town).expected_on(APRIL) is not None
    content = town.file.read_bytes()
    with town.desk("dora") as desk:
        assert desk.cycle("one").proposals[number].written is None
    done = wrote(town, number)
    assert done.found
    assert town.file.read_bytes() == content
    assert done.diff.startswith("It stood in standards.toml as decided, and was not written again:")
    assert f'at_least = 85, tolerance = 3, source = "{SOURCE}" }}' in done.diff
    assert done.cycle.proposals[number].written is not None
    assert refused(town, lambda: wrote(town, number)) == "proposal-written"


def test_a_value_of_the_same_size_by_another_hand_is_not_taken_for_it(town: Reaudited) -> None:
    number = decided(town, 85)
    text = town.file.read_text("utf-8")
    old = 'tolerance = 3, source = "Charter" },'
    new = '\n  { from = 2026-04-01, at_least = 85, tolerance = 3, source = "Council" },'
    town.file.write_text(text.replace(old, old + new), "utf-8")
    assert refused(town, lambda: wrote(town, number)) == "expected-overlap"


def test_two_who_write_the_same_at_once_write_it_once(town: Reaudited) -> None:
    number = decided(town, 85)
    ready = Barrier(2)

    def act(by: str) -> str:
        with town.desk(by) as desk:
            ready.wait()
            try:
                write(desk, "one", number)
            except AuditError as error:
                return error.code
            return "written"

    with ThreadPoolExecutor(2) as both:
        ended = sorted(both.map(act, ("dora", "dirk")))
    assert ended == ["proposal-written", "written"]
    assert [one.value for one in standard(town).expected] == [75, 85]
    with town.desk("ada") as desk:
        assert desk.cycle("one").proposals[number].written is not None


def test_two_who_write_two_values_at_once_lose_neither(town: Reaudited) -> None:
    numbers = [decided(town, 85), decided(town, 90, "libraries")]
    ready = Barrier(2)

    def act(number: int) -> None:
        with town.desk("dora") as desk:
            ready.wait()
            write(desk, "one", number)

    with ThreadPoolExecutor(2) as both:
        list(both.map(act, numbers))
    held = standard(town)
    assert [one.value for one in held.expected] == [75, 85]
    assert held.overrides["libraries"].expected[-1].value == 90
    with town.desk("ada") as desk:
        assert all(one.written for one in desk.cycle("one").proposals.values())


def test_a_file_changed_since_the_change_was_planned_is_not_written_over(
    town: Reaudited, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = decided(town, 85)
    plan = written.plan_change

    def plan_and_edit(*arguments: object, **options: object) -> object:
        change = plan(*arguments, **options)  # type: ignore[arg-type]
        town.file.write_text(town.file.read_text("utf-8") + "# by another hand\n", "utf-8")
        return change

    with monkeypatch.context() as patch:
        patch.setattr(written, "plan_change", plan_and_edit)
        with pytest.raises(AuditError) as error:
            wrote(town, number)
    assert error.value.code == "standards-file-changed"
    assert [one.value for one in standard(town).expected] == [75]
    wrote(town, number)
    assert town.file.read_text("utf-8").endswith("# by another hand\n")
    assert [one.value for one in standard(town).expected] == [75, 85]


def test_who_may_not_write_touches_no_file(town: Reaudited) -> None:
    number = decided(town, 85)
    assert refused(town, lambda: wrote(town, number, by="lea")) == "role-may-not"
    assert refused(town, lambda: wrote(town, number, by="nobody")) == "person-unknown"


def test_a_decision_whose_day_has_gone_by_is_not_written(
    town: Reaudited, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = decided(town, 85)

    def later() -> None:
        with town.desk("dora") as desk:
            at = desk.now
            assert at is not None
            write(
                Desk(
                    desk.declared, desk.workspace, desk.ledger, "dora", at.replace(day=2, month=4)
                ),
                "one",
                number,
            )

    assert refused(town, later) == "expected-in-past"


def test_promising_less_is_written_after_a_second_person_agreed(town: Reaudited) -> None:
    number = decided(town, 70)
    assert refused(town, lambda: wrote(town, number)) == "loosen-without-second"
    reason = "Half of the counters are closed."
    alone = {"proposal": number, "reason": reason}
    assert (
        refused(town, lambda: town.record("dora", "loosening-seconded", **alone))
        == "second-person-missing"
    )
    town.record("dirk", "loosening-seconded", **alone)
    wrote(town, number)
    assert [one.value for one in standard(town).expected] == [75, 70]


def test_nothing_is_written_of_what_is_not_decided_or_declined(town: Reaudited) -> None:
    with town.desk("ada") as desk:
        propose(desk, "one", standard=ID, department=None, value=85, ground="kept all year")
    assert refused(town, lambda: wrote(town, 1)) == "nothing-to-write"
    with town.desk("dora") as desk:
        decide_on(desk, "one", 1, "declined", "too early")
    assert refused(town, lambda: wrote(town, 1)) == "nothing-to-write"
    assert refused(town, lambda: wrote(town, 2)) == "audit-number-unknown"


def test_a_standard_that_is_gone_or_kept_in_a_table_is_refused(town: Reaudited) -> None:
    number = decided(town, 85)
    text = town.file.read_text("utf-8")
    a, b = text.index("[[standard]]"), text.index("[[standard]]", 5)
    town.file.write_text(text[:a] + text[b:], "utf-8")
    assert refused(town, lambda: wrote(town, number)) == "standard-unknown"
    table = town.standards / "kept.csv"
    table.write_text(
        "number,title,department,target,from\ntime,Closed,libraries,75,2024-07-01\n", "utf-8"
    )
    (town.standards / "kept.toml").write_text(
        '[[table]]\nfile = "kept.csv"\nid = "closed-on-{number}"\ntitle = "title"\n'
        'metric = "closed_on_time"\ndepartment = "department"\nwhere = {}\nperiod = "month"\n'
        'from = "from"\nvalue = "target"\nkind = "at_least"\n',
        "utf-8",
    )
    assert refused(town, lambda: wrote(town, number)) == "standard-in-table"
