"""What is counted in a file when it is imported, held against counts made by hand and by pandas."""

from __future__ import annotations

import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scorecard as s
from scorecard.declare.load import load
from scorecard.declare.organisation import fold
from scorecard.ledger import open_ledger, quality_of
from scorecard.observe.folder import connect
from scorecard.observe.quality.finding import Finding
from scorecard.observe.quality.folding import alike, alike_sql, make_alike
from scorecard.observe.receipt import Receipt
from tests.observe.desk import Desk, make_source

COLUMNS = {
    "id": s.text(required=True),
    "opened_at": s.timestamp(),
    "closed_at": s.timestamp(),
    "due_at": s.timestamp(planned=True),
    "department": s.text(),
    "channel": s.text(blank=["n/a"], aliases={"Phone": ["phone call", "PHONE"]}),
    "place": s.text(),
}
HEADING = "id,opened_at,closed_at,due_at,department,channel,place\n"
SOURCE = make_source(
    COLUMNS,
    dimensions={"channel": "channel"},
    near_duplicates=[s.near("channel", "place", at="opened_at", within="1 day")],
    rules=[
        s.rule(
            "closed-within-a-year",
            lambda r: s.elapsed(r.opened_at, r.closed_at, "days") <= 365,
            "open for a year",
            quarantine=False,
        ),
        s.rule("closed-before-opened", lambda r: r.closed_at >= r.opened_at, "closed too soon"),
    ],
)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    return desk.under(SOURCE)


def found(receipt: Receipt, code: str, column: str | None = None) -> Finding:
    [one] = [one for one in receipt.quality if (one.code, one.column) == (code, column)]
    return one


def counted(receipt: Receipt, code: str, column: str | None = None) -> tuple[int | None, ...]:
    one = found(receipt, code, column)
    return one.count, one.of


def land(desk: Desk, *rows: str, name: str = "a.csv", **more: datetime) -> Receipt:
    return desk.land_text(HEADING + "".join(f"{row}\n" for row in rows), name, **more)


def test_missing_values_are_counted_of_the_rows_that_kept_the_contract(desk: Desk) -> None:
    receipt = land(
        desk,
        "1,2026-01-01,2026-01-02,,Works,Web,A",
        "2,2026-01-01,,,,n/a,B",
        "3,2026-01-01,,,,,C",
        "4,bad,,,,,D",
    )
    assert counted(receipt, "missing", "department") == (2, 3)
    assert counted(receipt, "missing", "channel") == (2, 3)
    assert counted(receipt, "declared-blank", "channel") == (1, 4)
    assert counted(receipt, "missing", "opened_at") == (0, 3)
    assert counted(receipt, "time-unreadable", "opened_at") == (1, 4)
    assert found(receipt, "missing", "department").examples == ("2 (line 3)", "3 (line 4)")
    assert found(receipt, "missing", "department").notable
    assert not found(receipt, "missing", "channel").notable


def test_rows_repeated_in_the_file_are_counted(desk: Desk) -> None:
    row = "1,2026-01-01,,,Works,Web,A"
    receipt = land(desk, row, row, row, "1,2026-01-01,,,Works,Web,B")
    assert counted(receipt, "row-duplicate") == (2, 4)
    assert counted(receipt, "key-duplicate") == (1, 4)


def test_aliases_become_the_standard_value_and_are_counted(desk: Desk) -> None:
    receipt = land(
        desk,
        "1,2026-01-01,,,Works,PHONE,A",
        "2,2026-01-01,,,Works,Phone  Call,B",
        "3,2026-01-01,,,Works,Phone,C",
        "4,2026-01-01,,,Works,phones,D",
    )
    assert desk.rows("id, channel") == [
        ("1", "Phone"),
        ("2", "Phone"),
        ("3", "Phone"),
        ("4", "phones"),
    ]
    assert counted(receipt, "alias", "channel") == (2, 4)


def test_spellings_of_one_value_are_counted_with_their_rows(desk: Desk) -> None:
    composed, apart = (unicodedata.normalize(form, "Café") for form in ("NFC", "NFD"))
    channels = [
        "Web",
        "Web",
        "Web",
        "WEB",
        "web  ",
        "\uff37\uff45\uff42",
        composed,
        composed,
        apart,
        "Other",
    ]
    rows = [f"{n},2026-01-01,,,Works,{c},{n}" for n, c in enumerate(channels)]
    receipt = land(desk, *rows)
    assert counted(receipt, "unlike-spellings", "channel") == (4, 10)
    first, second = found(receipt, "unlike-spellings", "channel").examples
    assert first.startswith("'Web' (3), ")
    assert second == f"'{composed}' (2), '{apart}' (1)"


@given(text=st.text(max_size=12).filter(lambda text: "\x00" not in text))
@settings(max_examples=60, deadline=None)
def test_texts_are_folded_by_the_engine_as_in_python(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    # White space that ASCII calls a control character is refused before it comes here.
    if any(c in text for c in "\x0b\x1c\x1d\x1e\x1f\x85") and text.isascii():
        return
    text = "".join(c for c in text if not "\ud800" <= c <= "\udfff")
    with connect(tmp_path_factory.getbasetemp()) as connection:
        make_alike(connection)
        [(folded,)] = connection.execute(
            f"SELECT {alike_sql('v')} FROM (SELECT $1::VARCHAR AS v)", [text]
        ).fetchall()
    assert folded == alike(text) == fold(unicodedata.normalize("NFKC", text))


def test_near_duplicates_are_alike_and_close_in_time(desk: Desk) -> None:
    receipt = land(
        desk,
        "1,2026-01-01T00:00:00Z,,,Works,Web,Main St",
        "2,2026-01-02T00:00:00Z,,,Works,web,MAIN  st",
        "3,2026-01-03T00:00:01Z,,,Works,Web,Main St",
        "4,2026-01-01T00:00:00Z,,,Works,Web,Elm St",
        "5,2026-01-01T00:00:00Z,,,Works,Web,",
        "6,,,,Works,Web,Main St",
    )
    assert counted(receipt, "near-duplicate", "channel, place") == (1, 4)
    [example] = found(receipt, "near-duplicate", "channel, place").examples
    assert example == "2 (line 3) like 1 (line 2)"


NEAR_ROW = st.tuples(
    st.sampled_from(["Web", "web", "Mail"]), st.sampled_from("aAb"), st.integers(0, 96)
)


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=st.lists(NEAR_ROW, min_size=1, max_size=12))
def test_near_duplicates_equal_a_plain_count(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, int]]
) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    texts = [
        f"{n},{(start + timedelta(hours=h)).isoformat()},,,Works,{channel},{place}"
        for n, (channel, place, h) in enumerate(rows)
    ]
    folder = tmp_path_factory.mktemp("near")
    with open_ledger(folder / "ledger.sqlite3") as ledger:
        receipt = land(Desk(folder, ledger, SOURCE), *texts)
    expected = 0
    for n, (channel, place, hour) in enumerate(rows):
        before = [
            h
            for m, (c, p, h) in enumerate(rows)
            if (h, m) < (hour, n) and (c.lower(), p.lower()) == (channel.lower(), place.lower())
        ]
        expected += bool(before) and hour - max(before) <= 24
    assert counted(receipt, "near-duplicate", "channel, place") == (expected, len(rows))


def test_odd_times_are_counted_of_the_times_that_are_there(desk: Desk) -> None:
    ahead = datetime.now(UTC) + timedelta(days=3)
    receipt = land(
        desk,
        "1,1899-12-31T23:59:59Z,,2999-01-01,Works,Web,A",
        f"2,{ahead.isoformat()},,,Works,Web,B",
        "3,,,1850-01-01,Works,Web,C",
        "4,1900-01-01T00:00:00Z,,,Works,Web,D",
    )
    assert counted(receipt, "time-ahead", "opened_at") == (1, 3)
    assert counted(receipt, "time-long-ago", "opened_at") == (1, 3)
    assert counted(receipt, "time-long-ago", "due_at") == (1, 2)
    assert ("time-ahead", "due_at") not in {(one.code, one.column) for one in receipt.quality}


def test_events_after_the_given_moment_are_ahead(desk: Desk) -> None:
    as_of = datetime(2026, 1, 10, tzinfo=UTC)
    receipt = land(desk, "1,2026-01-05,,,W,Web,A", "2,2026-02-05,,,W,Web,B", as_of=as_of)
    assert counted(receipt, "time-ahead", "opened_at") == (1, 2)


def test_a_rule_that_does_not_quarantine_lands_and_counts(desk: Desk) -> None:
    receipt = land(
        desk,
        "1,2024-01-01,2026-01-01,,Works,Web,A",
        "2,2026-01-01,2026-01-02,,Works,Web,B",
        "3,2026-01-01,,,Works,Web,C",
        "4,2026-01-02,2026-01-01,,Works,Web,D",
    )
    assert (receipt.rows_new, receipt.rows_quarantined) == (3, 1)
    assert counted(receipt, "closed-within-a-year") == (1, 2)
    assert found(receipt, "closed-within-a-year").examples == ("1 (line 2)",)
    assert counted(receipt, "closed-before-opened") == (1, 4)


def test_what_only_counts_leaves_the_fingerprint_alone() -> None:
    plain = make_source(COLUMNS, dimensions={"channel": "channel"})
    counting = make_source(
        COLUMNS,
        dimensions={"channel": "channel"},
        near_duplicates=SOURCE.near_duplicates,
        steady=s.steady(volume=None),
        expected_every="1 day",
        rules=[s.rule("early", lambda r: r.opened_at.known, "no", quarantine=False)],
    )
    assert counting.fingerprint == plain.fingerprint
    mending = make_source(COLUMNS, mends=[s.replace("place", {"a": "b"}, "why")])
    assert mending.fingerprint != plain.fingerprint
    assert '"aliases"' not in make_source().definition


# --- Beside the files before ---


def mixed(web: int, phone: int, start: int = 0) -> list[str]:
    channels = ["Web"] * web + ["Phone"] * phone
    return [f"{start + n},2026-01-01,,,Works,{c},{n}" for n, c in enumerate(channels)]


def test_the_first_file_is_compared_with_nothing(desk: Desk) -> None:
    receipt = land(desk, *mixed(90, 10))
    assert counted(receipt, "volume") == (100, None)
    assert counted(receipt, "mix", "channel") == (None, 100)
    assert not any(one.notable for one in receipt.quality if one.code in ("volume", "mix"))


def test_a_sudden_change_of_volume_and_mix_is_told(desk: Desk) -> None:
    land(desk, *mixed(90, 10), name="a.csv")
    receipt = land(desk, *mixed(120, 180), name="b.csv")
    assert counted(receipt, "volume") == (300, 100)
    # 90 % and 10 % against 40 % and 60 %: half the rows would have to change.
    assert counted(receipt, "mix", "channel") == (150, 300)
    mix = found(receipt, "mix", "channel")
    assert mix.examples[0] in (
        "Web: 90.0 % before, 40.0 % now",
        "Phone: 10.0 % before, 60.0 % now",
    )
    assert mix.notable
    assert found(receipt, "volume").notable


def test_a_steady_file_is_no_alarm(desk: Desk) -> None:
    land(desk, *mixed(90, 10), name="a.csv")
    receipt = land(desk, *mixed(160, 30), name="b.csv")
    assert not any(one.notable for one in receipt.quality)


def test_small_files_differ_by_chance_and_are_no_alarm(desk: Desk) -> None:
    land(desk, *mixed(4, 1), name="a.csv")
    receipt = land(desk, *mixed(2, 3), name="b.csv")
    assert counted(receipt, "mix", "channel") == (2, 5)
    assert not found(receipt, "mix", "channel").notable


def test_the_thresholds_are_declared(desk: Desk) -> None:
    loose = make_source(
        COLUMNS, dimensions={"channel": "channel"}, steady=s.steady(volume=None, mix=60)
    )
    desk = desk.under(loose)
    land(desk, *mixed(90, 10), name="a.csv")
    receipt = land(desk, *mixed(120, 180), name="b.csv")
    assert not any(one.notable for one in receipt.quality)


def test_the_same_file_again_is_not_compared_with_itself(desk: Desk) -> None:
    land(desk, *mixed(90, 10), name="a.csv")
    second = land(desk, *mixed(120, 180), name="b.csv")
    again = land(desk, *mixed(120, 180), name="b.csv")
    assert again.quality == second.quality
    assert len(desk.batches()) == 3
    kept = quality_of(desk.ledger, [batch.id for batch in desk.batches()])
    assert [len(rows) for rows in kept.values()] == [len(second.quality)] * 3


def test_another_check_examines_the_same_file_anew(desk: Desk) -> None:
    rows = mixed(90, 10)
    land(desk, *rows)
    more = make_source(
        COLUMNS,
        rules=[s.rule("early", lambda r: r.closed_at.known, "no", quarantine=False)],
    )
    assert counted(land(desk.under(more), *rows), "early") == (100, 100)


def test_a_dry_run_counts_and_keeps_nothing(desk: Desk) -> None:
    receipt = desk.land(desk.write("a.csv", HEADING + "1,2026-01-01,,,,Web,A\n"), dry_run=True)
    assert counted(receipt, "missing", "department") == (1, 1)
    assert desk.batches() == []


def test_many_values_are_compared_by_those_that_are_frequent(desk: Desk) -> None:
    """With more values than are kept, the distance is one of a coarser mix, so never too large."""
    rng = np.random.default_rng(3)
    shares: list[Counter[str]] = []
    for name in ("a.csv", "b.csv"):
        values = [f"v{v}" for v in rng.integers(0, 400, 1_000)]
        shares.append(Counter(values))
        rows = [f"{n},2026-01-01,,,Works,{value},{n}" for n, value in enumerate(values)]
        receipt = land(desk, *rows, name=name)
    exact = sum(abs(shares[0][v] - shares[1][v]) for v in shares[0] | shares[1]) / 2
    count, of = counted(receipt, "mix", "channel")
    assert of == 1_000
    assert count is not None
    assert 0 < count <= exact
    assert not found(receipt, "mix", "channel").notable


# --- Boston ---


def test_boston_is_counted_as_pandas_counts_it(
    tmp_path: Path, repository: Path, shared_data: Path
) -> None:
    declared = load(repository / "standards" / "boston_311")
    source = declared.sources["requests"]
    names = ("cases_2026-02-10.csv.gz", "cases_2026-08.csv.gz")
    files = [shared_data / "boston311" / name for name in names]
    with open_ledger(tmp_path / "ledger.sqlite3") as ledger:
        desk = Desk(tmp_path, ledger, source, declared.organisation)
        _, receipt = (desk.land(file) for file in files)
    before, now = map(columns_of, files)
    assert counted(receipt, "missing", "department") == (145, 38_971)
    assert counted(receipt, "missing", "opened_at") == (233, 38_971)
    assert counted(receipt, "missing", "due_at") == (819, 38_971)
    for column, contract in source.landed_columns.items():
        heading = next(n for n in (*contract.names, column) if n in now)
        if not contract.required:
            blank = now[heading].count("")
            assert counted(receipt, "missing", column) == (blank, 38_971)
        if column in ("topic", "department", "channel", "neighborhood"):
            a, b = (Counter(filter(None, frame[heading])) for frame in (now, before))
            n, m = a.total(), b.total()
            distance = sum(abs(a[v] / n - b[v] / m) for v in a | b) / 2
            assert counted(receipt, "mix", column) == (round(distance * n), n)
            groups: dict[str, list[int]] = {}
            for spelling, rows in a.items():
                groups.setdefault(" ".join(spelling.split()).casefold(), []).append(rows)
            other = sum(sum(rows) - max(rows) for rows in groups.values())
            assert counted(receipt, "unlike-spellings", column) == (other, n)


def columns_of(file: Path) -> dict[str, list[str]]:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    return {name: [text.strip() for text in frame[name].tolist()] for name in frame.columns}
