"""Spark answers like plain Python, reads tables as they are declared, and says what fails."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from scorecard.declare import vocabulary as v
from scorecard.declare.organisation import Department
from scorecard.errors import MeasureError
from scorecard.measure.duckdb import DuckDB
from scorecard.measure.figures import figures
from scorecard.measure.plan import Cut
from scorecard.measure.spark import Spark
from scorecard.observe.render import render
from tests.measure.agreement import answers, differing, expected
from tests.measure.benches import Rows, spark_bench
from tests.measure.builder import declarations, landed_rows, metric_of, requests, row_of
from tests.measure.spark_server import connect_server, needs_spark
from tests.measure.test_figures import KNOWN_UNTIL, LEVELS, METRICS, rows

pytestmark = needs_spark
SOURCE = requests()
r = row_of(SOURCE)
HOSTILE = [
    "'; DROP TABLE requests; --%s :x",
    "a\\",
    "\\'",
    "${env:HOME}",
    "${spark.master}",
    "a\nb\tc\r\n",
    "%d 100 % {x} `b`",
    "Ø日本\U0001f573\ufe0f",
    "\\n \\u0041 \\% \\_",
]


def test_forms_of_each_kind_agree_at_a_spark_connect_server_and_its_death_is_told(
    tmp_path: Path,
) -> None:
    """In one test, for a server takes longer to start than all it is asked here."""
    kinds = ["share", "median", "distinct_where", "working_hours", "age_of_open", "rounded"]
    metrics = [metric for metric in METRICS if metric.name in kinds]
    compared = 0

    @settings(max_examples=4, phases=[Phase.generate], database=None, derandomize=True)
    @given(rows, st.sampled_from(["week", "month", "fiscal_year"]))
    def agree(observed: Rows, grain: Any) -> None:
        nonlocal compared
        got = answers(bench, observed, metrics, grain, LEVELS)
        wanted = expected(observed, metrics, grain, LEVELS)
        compared += len(wanted)
        assert {key: (got.get(key), wanted.get(key)) for key in differing(got, wanted)} == {}

    counted = metric_of("n", v.count())
    declared = declarations({"requests": SOURCE}, [counted])
    with ExitStack() as stack:
        address, kill = stack.enter_context(connect_server(tmp_path))
        bench = stack.enter_context(spark_bench(address))
        agree()
        assert compared > 100
        observed = [{"id": "1", "opened_at": datetime(2026, 1, 5, tzinfo=UTC)}]
        engine, tables = stack.enter_context(bench(declared, {"requests": observed}, KNOWN_UNTIL))
        cuts = [Cut(counted, "month", frozenset({()}))]
        assert len(list(figures(declared, tables, engine, cuts))) == 1
        kill()
        with pytest.raises(MeasureError) as caught:
            list(figures(declared, tables, engine, cuts))
    assert caught.value.code == "spark-unreachable"


@pytest.fixture
def engine() -> Iterator[Spark]:
    with Spark({}, declarations({}, [])) as opened:
        yield opened


def test_texts_arrive_as_they_are_whatever_signs_they_hold(engine: Spark) -> None:
    asked = [sa.literal(text, sa.Text()).label(f"a {i} `b`") for i, text in enumerate(HOSTILE)]
    assert engine.rows(sa.select(*asked)) == [tuple(HOSTILE)]


def test_moments_are_exact_to_the_microsecond_in_every_year(engine: Spark) -> None:
    texts = [
        "0001-01-02 00:00:00-04:56:02",
        "1883-11-18 12:03:58.000001-04:56:02",
        "2026-03-08 06:59:59.999999+00:00",
        "9999-12-29 23:59:59.999999+14:00",
    ]
    instant = sa.TIMESTAMP(timezone=True)
    asked = [sa.cast(sa.cast(sa.literal(t, sa.Text()), instant), sa.Text()) for t in texts]
    [found] = engine.rows(sa.select(*(one.label(f"c{i}") for i, one in enumerate(asked))))
    assert [datetime.fromisoformat(t) for t in found] == [datetime.fromisoformat(t) for t in texts]


def test_whole_numbers_are_summed_beyond_64_bits(engine: Spark) -> None:
    engine.provide("numbers", {"day": [date(2026, 1, 1)] * 5, "many": [2**62] * 5})
    table = sa.table("numbers", sa.column("day", sa.Date()), sa.column("many", sa.BigInteger()))
    select = sa.select(table.c.day, sa.func.sum(table.c.many)).group_by(table.c.day)
    assert engine.rows(select) == [(date(2026, 1, 1), 5 * 2**62)]


def test_rounding_is_that_of_the_double_and_not_of_its_shortest_text(engine: Spark) -> None:
    # 1.005 is a little less than that, 0.125 is exact, and the last has no fraction to lose.
    double = sa.Double()
    numbers = [1.005, 0.125, -0.125, -2.5, 2.0**60, 1e300]
    asked = [
        render(v.rounded(r.weight, 2), {"weight": sa.cast(sa.literal(n, double), double)})
        for n in numbers
    ]
    three = sa.cast(sa.literal(3.0, double), double)
    asked.append(render(v.rounded(r.weight * 0.3 - 1, 1), {"weight": three}))
    asked = [one.label(f"c{i}") for i, one in enumerate(asked)]
    assert engine.rows(sa.select(*asked)) == [(1.0, 0.13, -0.13, -2.5, 2.0**60, 1e300, -0.1)]


@pytest.mark.parametrize("kind", [DuckDB, Spark])
def test_rows_are_read_as_the_contract_stands_today(kind: Any, tmp_path: Path) -> None:
    observed = [
        {"id": "1", "department": "WORKS", "_department": "parks", "weight": 0.5},
        {"id": "2", "department": "Bob's \\ shed", "_department": "parks", "weight": None},
        {"id": "3", "department": None, "_department": "parks", "weight": 2.0},
        {"id": "4", "department": "nobody's", "_department": "parks", "weight": 2.0},
    ]
    landed = landed_rows(SOURCE, observed, tmp_path, KNOWN_UNTIL)
    types = {name: kind for name, kind in landed.types.items() if name != "score"}
    landed = replace(landed, types=types, departments="of other names")
    declared = declarations({"requests": SOURCE}, [])
    shed = Department(id="shed", name="Bob's \\ shed")
    organisation = declared.organisation.model_copy(
        update={"departments": [*declared.organisation.departments, shed]}
    )
    declared = replace(declared, organisation=organisation)
    table = sa.table("requests", *map(sa.column, ("id", "_department", "score", "weight")))
    with kind({"requests": landed}, declared) as engine:
        found = sorted(engine.rows(sa.select(*table.c)))
    assert found == [
        ("1", "works", None, 0.5),
        ("2", "shed", None, None),
        ("3", "unassigned", None, 2.0),
        ("4", "unassigned", None, 2.0),
    ]


@pytest.mark.parametrize("name", ["a [b] {c,d}*?", "year=2026", ".hid den", "100%20 #ü", "back\\s"])
def test_a_folder_may_have_any_name(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    landed = landed_rows(SOURCE, [{"id": "1"}, {"id": "2"}], folder, KNOWN_UNTIL)
    with Spark({"requests": landed}, declarations({"requests": SOURCE}, [])) as engine:
        table = sa.table("requests", sa.column("id"))
        assert sorted(engine.rows(sa.select(table.c.id))) == [("1",), ("2",)]


def test_nothing_is_left_in_the_folder_where_it_ran(tmp_path: Path) -> None:
    # Standard error is looked at too: Spark is talkative.
    ended = python(
        "Spark({}, declarations({}, [])).rows(sa.select(sa.literal_column('1')))", tmp_path
    )
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Spark" not in ended.stderr
    assert "WARN" not in ended.stderr
    assert list(tmp_path.iterdir()) == []


def python(statement: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a statement in a Python of its own, in which Spark has not started."""
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sqlalchemy as sa\n"
        "from scorecard.measure.spark import Spark\n"
        "from tests.measure.builder import declarations\n"
        f"{statement}\n"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(root)} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_machine_without_java_is_told_what_to_install(tmp_path: Path) -> None:
    ended = python("Spark({}, declarations({}, []))", tmp_path, JAVA_HOME=str(tmp_path))
    assert "java-missing: Spark needs Java 17" in ended.stderr
    assert "default-jre-headless" in ended.stderr


def test_a_java_that_cannot_run_spark_is_quoted(tmp_path: Path) -> None:
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho UnsupportedClassVersionError: too old >&2\nexit 1\n")
    java.chmod(0o755)
    ended = python("Spark({}, declarations({}, []))", tmp_path, JAVA_HOME=str(tmp_path))
    assert "java-missing" in ended.stderr
    assert "UnsupportedClassVersionError: too old" in ended.stderr


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(MeasureError, match=r"service-scorecard\[spark\]") as caught:
        Spark({}, declarations({}, []))
    assert caught.value.code == "spark-missing"


def test_a_server_that_is_not_there_is_told_and_its_token_is_not(tmp_path: Path) -> None:
    with pytest.raises(MeasureError) as caught:
        Spark({}, declarations({}, []), "sc://localhost:9/;user_id=x;token=secret")
    assert caught.value.code == "spark-unreachable"
    assert "sc://localhost:9" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "RPC that terminated" not in str(caught.value)


@pytest.mark.parametrize("address", ["localhost:15002", "sc://", "sc://h:1/;token", "sc://h:x"])
def test_an_address_that_cannot_be_read_is_refused(address: str) -> None:
    with pytest.raises(MeasureError) as caught:
        Spark({}, declarations({}, []), address)
    assert caught.value.code == "spark-address"


def test_a_spark_of_this_machine_that_dies_in_the_middle_is_told(tmp_path: Path) -> None:
    ended = python(
        "engine = Spark({}, declarations({}, []))\n"
        "from pyspark import SparkContext\n"
        "process = SparkContext._gateway.proc\n"
        "process.kill()\n"
        "process.wait()\n"
        "engine.rows(sa.select(sa.literal_column('1')))",
        tmp_path,
    )
    assert "spark-unreachable: Spark on this machine does not answer" in ended.stderr


def test_a_landed_file_that_is_gone_or_damaged_is_told(tmp_path: Path) -> None:
    landed = landed_rows(SOURCE, [{"id": "1"}], tmp_path, KNOWN_UNTIL)
    declared = declarations({"requests": SOURCE}, [])
    table = sa.table("requests", sa.column("id"))
    with Spark({"requests": landed}, declared) as engine:
        Path(landed.files[0]).write_bytes(b"no Parquet file")
        with pytest.raises(MeasureError) as damaged:
            engine.rows(sa.select(table.c.id))
    Path(landed.files[0]).unlink()
    with pytest.raises(MeasureError) as gone:
        Spark({"requests": landed}, declared)
    assert [damaged.value.code, gone.value.code] == ["landed-damaged"] * 2


def test_what_spark_cannot_work_out_is_told_with_its_own_words(engine: Spark) -> None:
    number = sa.cast(sa.literal("x", sa.Text()), sa.BigInteger())
    with pytest.raises(MeasureError, match="CAST_INVALID_INPUT") as caught:
        engine.rows(sa.select(number))
    assert caught.value.code == "spark-failed"
