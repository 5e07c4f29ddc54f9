"""Harbor City's files: the same every time, with the stories and the dirt its document states."""

import csv
import hashlib
import importlib.util
import random
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from types import ModuleType, SimpleNamespace
from zoneinfo import ZoneInfo

import duckdb
import pytest

PROJECT = Path(__file__).resolve().parents[2]
DOCUMENT = (PROJECT / "docs" / "harbor_city.md").read_text(encoding="utf-8")
NEW_YORK = ZoneInfo("America/New_York")
FLOODED = {"Public Works", "Parks and Recreation"}
DEFAULT_SEED_DIGEST = "a9368ea376dc82f6593f2b80484303cf2cb17350438783ea8b6602670a5f0b3e"
Row = dict[str, str]


def load_generator() -> ModuleType:
    path = PROJECT / "standards" / "harbor_city" / "generate.py"
    spec = importlib.util.spec_from_file_location("harbor_city_generate", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generator = load_generator()
TRUE_NAME = {v.strip(): d.name for d in generator.DEPARTMENTS for v in (d.name, *d.variants)}


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def instant(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def request(row: Row) -> SimpleNamespace:
    """A request as a careful reader takes it: trimmed, aliases resolved, wrong dates unknown."""
    return SimpleNamespace(
        row=row,
        opened=instant(row["opened_at"]),
        due=instant(row["due_at"]),
        closed=instant(row["closed_at"]),
        department=TRUE_NAME.get(row["department"].strip()),
        topic=row["topic"].strip(),
        channel=row["channel"].strip(),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("harbor")
    generator.generate(folder)
    return folder


@pytest.fixture(scope="module")
def city(folder: Path) -> SimpleNamespace:
    yearly = [read(path) for path in sorted(folder.glob("requests_20*.csv"))]
    update = read(folder / "requests_update_2026-09-30.csv")
    latest: dict[str, Row] = {}
    for row in [*yearly[0], *yearly[1]]:
        known = latest.get(row["request_id"])
        if known is None or row["closed_at"] or not known["closed_at"]:
            latest[row["request_id"]] = row
    before = dict(latest)
    latest.update({row["request_id"]: row for row in update})
    return SimpleNamespace(
        yearly=yearly,
        update=update,
        before=before,
        requests=[request(row) for row in latest.values()],
        answers=read(folder / "satisfaction.csv"),
        calls=read(folder / "calls_by_day.csv"),
    )


def local_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=NEW_YORK).astimezone(UTC)


def between(first: date, last: date) -> Callable[[datetime | None], bool]:
    """Whether an instant lies in the local days `first` to `last`, both included."""
    start, end = local_midnight(first), local_midnight(last + timedelta(days=1))
    return lambda moment: moment is not None and start <= moment < end


def percent_on_time(city: SimpleNamespace, department: str, first: date, last: date) -> float:
    inside = between(first, last)
    kept = [
        q.closed <= q.due
        for q in city.requests
        if q.department == department and q.opened and q.due and inside(q.closed)
    ]
    return 100 * sum(kept) / len(kept)


def open_after(city: SimpleNamespace, departments: Iterable[str], day: date) -> int:
    end = local_midnight(day + timedelta(days=1))
    return sum(
        q.department in departments
        and q.opened is not None
        and q.opened < end
        and (q.closed is None or q.closed >= end)
        for q in city.requests
    )


def opened(city: SimpleNamespace, first: date, last: date) -> list[SimpleNamespace]:
    inside = between(first, last)
    return [q for q in city.requests if inside(q.opened)]


def mean_score(city: SimpleNamespace, on_time: bool) -> float:
    by_id = {q.row["request_id"]: q for q in city.requests}
    scores = [
        int(a["score"])
        for a in city.answers
        if a["score"] in ("1", "2", "3", "4", "5")
        and (q := by_id.get(a["request_id"]))
        and q.closed
        and q.due
        and (q.closed <= q.due) == on_time
    ]
    return sum(scores) / len(scores)


def percent_by_phone(city: SimpleNamespace, first: date, last: date) -> float:
    chosen = opened(city, first, last)
    return 100 * sum(q.channel == "Phone" for q in chosen) / len(chosen)


def percent_prompt(city: SimpleNamespace, first: date, last: date) -> float:
    rows = [r for r in city.calls if first.isoformat() <= r["date"] <= last.isoformat()]
    prompt = sum(int(r["calls_answered_within_30s"]) for r in rows)
    return 100 * prompt / sum(int(r["calls_answered"]) for r in rows)


def stories(city: SimpleNamespace) -> dict[str, str]:
    """The figures of the document's table of stories, keyed `story: figure`."""
    fourth, third = ("October to December 2024", "July to September 2026")
    autumn = (date(2024, 10, 1), date(2024, 12, 31))
    summer = (date(2026, 7, 1), date(2026, 9, 30))
    others = {d.name for d in generator.DEPARTMENTS} - FLOODED
    found: dict[str, str] = {}
    for story, name in (
        ("Sanitation improves", "Sanitation"),
        ("Inspections slips", "Inspections"),
    ):
        found[f"{story}: closed on time, {fourth}"] = f"{percent_on_time(city, name, *autumn):.1f}"
        found[f"{story}: closed on time, {third}"] = f"{percent_on_time(city, name, *summer):.1f}"
    for year in (2025, 2026):
        count = sum(
            q.department in FLOODED for q in opened(city, date(year, 2, 1), date(year, 2, 28))
        )
        found[
            "A storm on 7 February 2026: requests to Public Works and Parks and Recreation, "
            f"February {year}"
        ] = f"{count:,}"
    for month, day in ((1, 31), (2, 28), (4, 30), (6, 30), (8, 31)):
        label = f"{date(2026, month, day):%d %B %Y}"
        found[f"The backlog it leaves: open with those two, {label}"] = (
            f"{open_after(city, FLOODED, date(2026, month, day)):,}"
        )
    for day in (date(2026, 1, 31), date(2026, 2, 28)):
        found[f"Nobody else has one: open with the other four, {day:%d %B %Y}"] = (
            f"{open_after(city, others, day):,}"
        )
    for word, on_time in (("on time", True), ("late", False)):
        found[f"Lateness costs goodwill: mean score where closed {word}"] = (
            f"{mean_score(city, on_time):.2f}"
        )
    months = Counter(
        q.opened.astimezone(NEW_YORK).month
        for q in city.requests
        if q.topic == "Pothole" and q.opened
    )
    frost = "Potholes follow the frost: requests about potholes,"
    found[f"{frost} February to April"] = f"{months[2] + months[3] + months[4]:,}"
    found[f"{frost} September to November"] = f"{months[9] + months[10] + months[11]:,}"
    january = Counter(
        20 <= q.opened.astimezone(NEW_YORK).day <= 25
        for q in opened(city, date(2025, 1, 1), date(2025, 1, 31))
        if q.topic == "Water leak"
    )
    leaks = "Freezes burst pipes: water leaks a day,"
    found[f"{leaks} 20 to 25 January 2025"] = f"{january[True] / 6:.1f}"
    found[f"{leaks} rest of January 2025"] = f"{january[False] / 25:.1f}"
    trees = "Trees grow in summer: requests to prune or clear trees,"
    for label, *days in (
        ("May to July 2025", date(2025, 5, 1), date(2025, 7, 31)),
        ("November 2024 to January 2025", date(2024, 11, 1), date(2025, 1, 31)),
    ):
        count = sum(
            q.topic in ("Fallen tree or branches", "Tree pruning") for q in opened(city, *days)
        )
        found[f"{trees} {label}"] = f"{count:,}"
    for label, days in ((fourth, autumn), (third, summer)):
        found[f"People move online: by phone, {label}, percent"] = (
            f"{percent_by_phone(city, *days):.1f}"
        )
    for label, *days in (
        ("January 2026", date(2026, 1, 1), date(2026, 1, 31)),
        ("7 to 16 February 2026", date(2026, 2, 7), date(2026, 2, 16)),
    ):
        found[
            f"Calls wait in the storm: answered within 30 seconds, {label}, percent of answered"
        ] = f"{percent_prompt(city, *days):.1f}"
    return {re.sub(r", 0(\d )", r", \1", key): value for key, value in found.items()}


def unsound(row: Row, column: str) -> bool:
    return row[column] != "" and instant(row[column]) is None


def dirt(city: SimpleNamespace) -> dict[str, str]:
    """The counts of the document's table of dirt, keyed by the words before any bracket."""
    rows = [q.row for q in city.requests]
    exports = [row for file in city.yearly for row in file]
    copies = Counter(tuple(row.values()) for row in exports)
    versions = Counter(row[0] for row in copies)
    departments = {d.name for d in generator.DEPARTMENTS}

    def other_name(row: Row) -> bool:
        name = row["department"]
        return name == "public works " or name.strip() in set(TRUE_NAME) - departments

    spaced = ("status", "department", "topic", "channel", "neighborhood")
    scores = Counter(a["score"] for a in city.answers)
    known = {row["request_id"] for row in rows}
    before, calls = city.before, city.calls
    found = {
        "requests without a department": sum(not r["department"].strip() for r in rows),
        "requests with another name for a department": sum(map(other_name, rows)),
        "requests of an undeclared department": sum(
            r["department"] in ("Harbor Police", "State Highways") for r in rows
        ),
        "requests without an open date": sum(not r["opened_at"] for r in rows),
        "requests without a due date": sum(not r["due_at"] for r in rows),
        "requests without a neighborhood": sum(not r["neighborhood"].strip() for r in rows),
        "requests by an undeclared channel": sum(r["channel"] == "Fax" for r in rows),
        "requests with stray white space in a name": sum(
            any(r[c] != r[c].strip() for c in spaced) and r["department"] != "public works "
            for r in rows
        ),
        "requests with an impossible date": sum(
            any(unsound(r, c) for c in ("opened_at", "due_at", "closed_at")) for r in rows
        ),
        "requests closed before they were opened": sum(
            bool(q.closed and q.opened and q.closed < q.opened) for q in city.requests
        ),
        "requests with status Closed and no close date": sum(
            r["status"].strip() == "Closed" and not r["closed_at"] for r in rows
        ),
        "requests with transfers that are not a number": sum(
            not r["transfers"].isdecimal() for r in rows
        ),
        "requests twice in a yearly export, the same row": sum(n > 1 for n in copies.values()),
        "requests twice in a yearly export, open and closed": sum(n > 1 for n in versions.values()),
        "open requests of the yearly exports that the update closes": sum(
            not before[r["request_id"]]["closed_at"] and bool(r["closed_at"])
            for r in city.update
            if r["request_id"] in before
        ),
        "requests whose missing department the update supplies": sum(
            not before[r["request_id"]]["department"] and bool(r["department"])
            for r in city.update
            if r["request_id"] in before
        ),
        "answers without a score": scores[""],
        "answers with score 9": scores["9"],
        "answers with a score that is not a number": sum(
            n for score, n in scores.items() if score and not score.isdecimal()
        ),
        "answers to a request that does not exist": sum(
            a["request_id"] not in known for a in city.answers
        ),
        "call rows without a department": sum(not r["department"] for r in calls),
        "call rows with more calls answered than offered": sum(
            int(r["calls_answered"]) > int(r["calls_offered"]) for r in calls
        ),
        "call rows with waiting time that is not a number": sum(
            not r["wait_seconds_total"].isdecimal() for r in calls
        ),
        "call rows twice": len(calls) - len({tuple(r.values()) for r in calls}),
    }
    return {name: f"{count:,}" for name, count in found.items()}


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading of the document."""
    section = DOCUMENT.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def statement(name: str) -> str:
    """The SQL block of the document that begins with the comment `-- name`."""
    blocks = re.findall(r"```sql\n(.*?)```", DOCUMENT, re.DOTALL)
    return next(block for block in blocks if re.match(rf"-- {name}(,|\n)", block))


def measured(view: str, survey: str | None, places: dict[str, Path]) -> dict[str, str]:
    """What the document's SQL says about one city, its folders put in place."""
    with duckdb.connect() as engine:
        found: dict[str, str] = {}
        for name in (view, "The figures", *([survey] if survey else [])):
            sql = statement(name)
            for folder, place in places.items():
                sql = sql.replace(f"'{folder}/", f"'{place.as_posix()}/")
            answer = engine.execute(sql)
            if name != view:
                found |= dict(answer.fetchall())
        return found


def proportions(column: int) -> dict[str, str]:
    return {row[0]: row[column] for row in table("Proportions") if row[column] != "–"}


def digests(paths: Iterable[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_same_seed_gives_the_same_bytes_and_the_order_is_the_returned_one(
    folder: Path, tmp_path: Path
) -> None:
    again = generator.generate(tmp_path / "made" / "here")
    assert [path.name for path in again] == [row[0].strip("`") for row in table("The files")]
    assert digests(again) == digests(folder.iterdir())


def test_the_bytes_of_the_default_seed_are_those_of_every_other_machine(folder: Path) -> None:
    everything = "".join(digests(sorted(folder.iterdir())).values())
    assert hashlib.sha256(everything.encode()).hexdigest() == DEFAULT_SEED_DIGEST


def test_another_seed_gives_other_files_of_about_the_same_size(
    folder: Path, tmp_path: Path
) -> None:
    for path in generator.generate(tmp_path, seed=7):
        same_name = folder / path.name
        assert path.read_bytes() != same_name.read_bytes()
        assert path.stat().st_size == pytest.approx(same_name.stat().st_size, rel=0.05)


def test_files_are_plain_utf8_with_line_feeds_and_as_long_as_the_document_says(
    folder: Path,
) -> None:
    for name, rows, _ in table("The files"):
        data = (folder / name.strip("`")).read_bytes()
        assert b"\r" not in data
        assert not data.startswith(b"\xef\xbb\xbf")
        assert data.decode("utf-8").endswith("\n")
        assert f"{len(data.splitlines()) - 1:,}" == rows


def test_two_years_hold_about_sixty_thousand_requests(city: SimpleNamespace) -> None:
    assert 58_000 <= len(city.requests) <= 63_000
    assert {q.department for q in city.requests if q.department} == set(TRUE_NAME.values())
    assert len({q.topic for q in city.requests}) == 30
    assert {q.channel for q in city.requests} == {
        *("Phone", "Web", "Mobile app", "Email", "In person", "Fax")
    }


def test_no_event_lies_after_the_moment_of_its_export(city: SimpleNamespace) -> None:
    files = [*city.yearly, city.update]
    for rows, day in zip(files, generator.MOMENTS, strict=True):
        end = local_midnight(day + timedelta(days=1))
        events = [instant(r[c]) for r in rows for c in ("opened_at", "closed_at")]
        assert max(e for e in events if e) < end
    assert all(a["answered_at"] < "2026-10-01T04" for a in city.answers)


def test_requests_from_before_the_records_are_there_only_where_the_two_years_need_them(
    city: SimpleNamespace,
) -> None:
    start = local_midnight(generator.FIRST)
    older = [q for q in city.requests if q.opened and q.opened < start]
    assert 500 < len(older) < 2_000
    assert all(
        q.closed is None or q.closed >= start or q.due is None or q.due >= start
        for q in older
        if q.row["closed_at"] == "" or q.closed >= q.opened
    )


def test_local_times_become_utc_as_the_time_zone_database_says() -> None:
    chance = random.Random(5)
    for _ in range(2_000):
        local = generator.seconds(generator.BEFORE) + int(chance.random() * 910 * 86_400)
        wall = datetime(1970, 1, 1) + timedelta(seconds=local)
        if wall.date() in (date(2025, 3, 9), date(2026, 3, 8)) and wall.hour == 2:
            continue  # an hour that clocks skip
        expected = wall.replace(tzinfo=NEW_YORK).astimezone(UTC).isoformat()
        assert generator.stamp(local) == expected


def test_the_stories_are_those_the_document_tells(city: SimpleNamespace) -> None:
    told = {
        f"{story}: {figure}": value
        for story, figure, value in table("What happens in the two years")
    }
    assert stories(city) == told


def test_one_department_improves_and_one_slips_year_by_year(city: SimpleNamespace) -> None:
    quarters = [date(2024, 10, 1), date(2025, 4, 1), date(2025, 10, 1), date(2026, 4, 1)]
    halves = [(q, q + timedelta(days=180)) for q in quarters]
    better = [percent_on_time(city, "Sanitation", *half) for half in halves]
    worse = [percent_on_time(city, "Inspections", *half) for half in halves]
    assert all(later > earlier + 2 for earlier, later in pairwise(better))
    assert all(later < earlier - 2 for earlier, later in pairwise(worse))


def test_the_storm_leaves_a_backlog_that_takes_months_to_clear(city: SimpleNamespace) -> None:
    days = [date(2026, 1, 31), date(2026, 2, 28), date(2026, 6, 30), date(2026, 8, 31)]
    before, peak, june, august = (open_after(city, FLOODED, day) for day in days)
    assert peak > 2 * before
    assert peak > june > august > before
    assert august - before < (peak - before) / 2


def test_the_dirt_is_what_the_document_counts(city: SimpleNamespace) -> None:
    told = {row[0].split(" (")[0]: row[1] for row in table("Dirt")}
    assert dirt(city) == told
    assert all(count != "0" for count in told.values())


def test_harbor_citys_proportions_are_those_of_the_document(folder: Path) -> None:
    found = measured("Harbor City", "Harbor City's survey", {"harbor": folder})
    assert found == proportions(3)


@pytest.mark.parametrize(
    ("column", "view", "survey"),
    [(1, "Boston", None), (2, "Kansas City", "Kansas City's survey")],
)
def test_real_proportions_are_those_of_the_extracts(
    shared_data: Path, column: int, view: str, survey: str | None
) -> None:
    found = measured(view, survey, {"../shared/data": shared_data})
    told = proportions(column)
    assert {name: found[name] for name in told} == told
