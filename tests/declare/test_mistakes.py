"""Every mistake in a declaration gives one coded error: file, line, and a suggestion if near."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorecard.declare.load import load
from scorecard.errors import DeclarationErrors, ScorecardError
from tests.declare.folders import GOOD, METRICS, RESULTS, WITH_TABLE, WORKS, changed, write

FRACTIONS = "number,title,titre,department,year,target,owner\n1,Calls,,PWD,2024-25,0.8,Ann\n"


@dataclass(frozen=True)
class Mistake:
    """In `file`, `old` is replaced by `new`; then `code` is expected where `at` (or `new`) is."""

    code: str
    file: str
    old: str
    new: str
    at: str = ""
    hint: str | None = None
    inside: str = ""
    table: bool = False

    def files(self) -> dict[str, str]:
        return changed(WITH_TABLE if self.table else GOOD, self.file, self.old, self.new)


ORG, S, M, W, T, R = (
    "organisation.toml",
    "sources.py",
    "metrics.py",
    "public_works.toml",
    "results.toml",
    "results.csv",
)
FIRST = "expected = [{ from = 2025-07-01, at_least = 90 }]"

PLACES = 'source(\n    "places",'
SPARE = 'source("{}", key="a", columns={{"a": text()}})\n'

MISTAKES = [
    # The organisation
    Mistake("toml-invalid", ORG, 'name = "Smallville"', "name = Smallville"),
    Mistake("key-unknown", ORG, "time_zone", "timezone", hint="'time_zone'"),
    Mistake("key-missing", ORG, 'time_zone = "America/New_York"\n', "", at='id = "smallville"'),
    Mistake("key-unknown", ORG, 'owner = "Director"', 'onwer = "Director"', hint="'owner'"),
    Mistake("time-zone-unknown", ORG, "America/New_York", "America/NewYork", hint="New_York"),
    Mistake("value-invalid", ORG, "fiscal_year_start = 7", "fiscal_year_start = 13"),
    Mistake("value-invalid", ORG, "fiscal_year_start = 7", 'fiscal_year_start = "7"'),
    Mistake(
        "value-invalid",
        ORG,
        '[[departments]]\nid = "parks"',
        '[calendar]\ndays = ["mondey"]\n[[departments]]\nid = "parks"',
        at='"mondey"',
    ),
    Mistake(
        "hours-reversed",
        ORG,
        '[[departments]]\nid = "parks"',
        '[calendar]\nopens = 17:00:00\ncloses = 09:00:00\n[[departments]]\nid = "parks"',
        at="closes =",
    ),
    Mistake(
        "calendar-without-days",
        ORG,
        '[[departments]]\nid = "parks"',
        '[calendar]\ndays = []\n[[departments]]\nid = "parks"',
        at="days = []",
    ),
    Mistake("id-invalid", ORG, 'id = "public-works"', 'id = "Public Works"'),
    Mistake(
        "id-reserved",
        ORG,
        '[[departments]]\nid = "parks"',
        '[[departments]]\nid = "unassigned"\nname = "?"\n[[departments]]\nid = "parks"',
        at='id = "unassigned"',
    ),
    Mistake("duplicate-id", ORG, 'id = "trees"', 'id = "lawns"'),
    Mistake("duplicate-id", ORG, 'id = "bob"', 'id = "ann"', at='id = "ann"\nname = "Bob"'),
    Mistake("department-unknown", ORG, '["parks"]', '["park"]', hint="'parks'"),
    Mistake(
        "person-without-department",
        ORG,
        'departments = ["parks"]\n',
        "",
        at='[[people]]\nid = "bob"',
    ),
    Mistake("person-days-reversed", ORG, "until = 2026-03-31", "until = 2019-12-31"),
    Mistake("value-invalid", ORG, '["auditor"', '["auditer"', hint="'auditor'"),
    Mistake("value-invalid", ORG, '["auditor", "director"]', "[]"),
    Mistake("alias-taken", ORG, '"Greens"', '"pwd"', at='"pwd"'),
    Mistake("alias-taken", ORG, '"Greens"', '"public  WORKS"', at='"public  WORKS"'),
    # Sources
    Mistake("python-error", S, '    key="case_id",', "    key=case_id,", at="key=case_id"),
    Mistake("python-error", S, '    key="case_id",', '    keys="case_id",', "source(", "'key'"),
    Mistake("python-error", S, "boolean,", "bolean,", hint="'boolean'"),
    Mistake("python-error", S, 'timestamp("open_dt")', 'timestanp("open_dt")', hint="'timest"),
    Mistake("duplicate-id", S, PLACES, SPARE.format("requests") + PLACES, SPARE.format("requests")),
    Mistake("id-invalid", S, PLACES, SPARE.format("Pla ces") + PLACES, SPARE.format("Pla ces")),
    Mistake("key-column-unknown", S, 'key="case_id"', 'key="caseid"', hint="'case_id'"),
    Mistake("key-column-unknown", S, '"year", "number")', '"year", "nummer")', hint="'number'"),
    Mistake("key-column-looked-up", S, 'key="case_id"', 'key="region"'),
    Mistake("source-key-missing", S, 'key="case_id"', "key=()"),
    Mistake("column-unknown", S, 'department="department"', 'department="departement"'),
    Mistake("column-unknown", S, '"topic": "case_topic"', '"topic": "casetopic"'),
    Mistake("dimension-clash", S, '"channel": "channel"', '"visits": "channel"'),
    Mistake("column-name-clash", S, '"channel": text(', '"channel": text("SUBJECT",'),
    Mistake("column-reserved", S, '"visits": integer()', '"_visits": integer()'),
    Mistake("column-name-invalid", S, '"visits": integer()', '"no visits": integer()'),
    Mistake("column-name-invalid", S, '"cost": number()', '"class": number()'),
    Mistake("not-a-column", S, "boolean(),", "boolean,", '"urgent": boolean,', "boolean()"),
    Mistake("argument-invalid", S, 'text("dept")', 'text(["dept"])'),
    Mistake("argument-invalid", S, 'key="place"', 'key="place", title=7'),
    Mistake("argument-invalid", S, 'key="place"', 'key="place", rules=["closed"]'),
    Mistake("argument-invalid", S, '"cost": number()', '"cost": number(minimum="0")'),
    Mistake("argument-invalid", S, '"channel": "channel"}', '"channel": text}'),
    Mistake("argument-invalid", M, 'at="opened_at"', "at=None"),
    Mistake("argument-invalid", S, PLACES, 'source(7, key="a", columns={})\n' + PLACES),
    Mistake(
        "argument-invalid",
        M,
        '@metric(source="requests", at="opened_at"',
        '@metric(source="requests", at="closed_at", unit="count", better="lower")\n'
        '@metric(source="requests", at="opened_at"',
    ),
    Mistake(
        "bounds-reversed",
        S,
        'integer(),\n        "cost',
        'integer(minimum=9, maximum=1),\n        "cost',
        at="minimum=9",
    ),
    Mistake("file-form-invalid", S, 'key="place"', 'key="place", encoding="utf-9"', hint="'utf-8'"),
    Mistake("file-form-invalid", S, 'key="place"', 'key="place", delimiter=";;"'),
    Mistake("rule-not-a-condition", S, "r: r.closed_at >= r.opened_at", "r: r.closed_at"),
    Mistake("column-unknown", S, "r.closed_at >=", "r.closd_at >=", hint="'closed_at'"),
    Mistake("rule-beyond-the-row", S, "r.closed_at >= r.opened_at", "r.region.known"),
    Mistake(
        "rule-beyond-the-row",
        S,
        "r.closed_at >= r.opened_at",
        "__import__('scorecard').working_hours(r.opened_at, r.closed_at) >= 0",
    ),
    Mistake("lookup-unknown", S, 'source="places"', 'source="place"', hint="'places'"),
    Mistake("lookup-unknown", S, 'column="region"', 'column="regio"', hint="'region'"),
    Mistake("lookup-unknown", S, 'by="case_topic"', 'by="topics"', hint="'case_topic'"),
    Mistake("lookup-key-mismatch", S, 'by="case_topic"', 'by=("case_topic", "channel")'),
    Mistake("lookup-key-mismatch", S, 'by="case_topic"', 'by="visits"'),
    Mistake("type-mismatch", S, "looked_up(text()", "looked_up(number()"),
    Mistake(
        "lookup-circular",
        S,
        '"place": text(), "region": text()',
        '"place": text(),\n'
        '"region": looked_up(text(), source="requests", column="region", by="place")',
        at='"region": looked_up(text(), source="places"',
    ),
    # Metrics
    Mistake("column-unknown", M, "<= r.due_at,", "<= r.due,", hint="'due_at'"),
    Mistake("source-unknown", M, 'source="results"', 'source="result"', hint="'results'"),
    Mistake("unit-unknown", M, '"days",\n    better', '"day",\n    better', 'unit="day"', "'days'"),
    Mistake("unit-mismatch", M, 'unit="days"', 'unit="hours"', hint='"days"'),
    Mistake("unit-mismatch", M, 'unit="count"', 'unit="number"', hint='"count"'),
    Mistake(
        "unit-mismatch",
        M,
        'unit="percent", better="higher", min_n',
        'unit="number", better="higher", min_n',
        hint='"percent"',
    ),
    Mistake(
        "unit-mismatch",
        M,
        "    return count()",
        "    return mean(r.wait)",
        'unit="count"',
        '"minutes"',
    ),
    Mistake(
        "unit-mismatch",
        M,
        "    return share(r.kept, of=r.total)",
        "    return ratio(sum(r.kept), sum(r.total))",
        '@metric(source="results"',
        '"number"',
    ),
    Mistake(
        "better-unknown",
        M,
        'better="lower",\n    dec',
        'better="lowest",\n    dec',
        'better="lowest"',
        "'lower'",
    ),
    Mistake("at-unknown", M, 'at="closed_at",\n', 'at="closed",\n', hint="'closed_at'"),
    Mistake("at-not-a-time", M, 'at="opened_at"', 'at="cost"', hint="opened_at, due_at"),
    Mistake("min-n-invalid", M, "min_n=2", "min_n=0"),
    Mistake("decimals-invalid", M, "decimals=1", "decimals=-1"),
    Mistake("quantile-out-of-range", M, ", 0.9)", ", 90)", hint="0.9"),
    Mistake(
        "docstring-missing",
        M,
        '    """Requests opened."""\n',
        "",
        '@metric(source="requests", at="opened_at"',
    ),
    Mistake(
        "not-an-aggregate",
        M,
        "    return count()",
        "    return r.visits",
        '@metric(source="requests", at="opened_at"',
    ),
    Mistake(
        "not-an-aggregate",
        M,
        "    return count()",
        "    count()",
        '@metric(source="requests", at="opened_at"',
    ),
    Mistake(
        "not-an-aggregate",
        M,
        "    return count()",
        "    return 7",
        '@metric(source="requests", at="opened_at"',
    ),
    Mistake("logic-in-python", M, "closed_at.known & r", "closed_at.known and r", hint="& | ~"),
    Mistake("type-mismatch", M, "r.closed_at <= r.due_at", "r.closed_at <= r.visits"),
    Mistake("not-an-expression", M, "count()\n\n\n", "count(True)\n\n\n", at="count(True)"),
    Mistake(
        "not-additive", M, "count()\n\n\n", "ratio(mean(r.cost), count())\n\n\n", at="ratio(mean"
    ),
    Mistake("time-unit-unknown", M, 'r.closed_at, "days")', 'r.closed_at, "dayz")'),
    Mistake("one-of-nothing", M, "count()\n\n\n", "count(r.channel.one_of())\n\n\n", at="one_of()"),
    Mistake("python-error", M, "r.due_at.known", "r.due_at.knwn", hint="'known'"),
    Mistake("python-error", M, "    return count()", "    return 1 / 0"),
    Mistake("python-error", M, "    return count()", "    return count("),
    Mistake(
        "python-error", M, "def opened(r)", "def opened()", at='@metric(source="requests", at="o'
    ),
    Mistake("python-error", M, "mean, metric", "maen, metric", hint="'mean'"),
    Mistake(
        "duplicate-id",
        M,
        "def opened(r)",
        "def days_to_close(r)",
        at='@metric(source="requests", at="opened',
    ),
    Mistake("column-unknown", M, '"visits": 2', '"visit": 2', hint="'visits'"),
    Mistake("example-invalid", M, "expect=None", 'expect="7"'),
    Mistake("example-invalid", M, "expect=None", "expect=1, within=-1"),
    Mistake("example-invalid", M, "expect=None", 'expect=1, known_until="soon"'),
    Mistake("example-invalid", M, '"visits": 2}', '"visits": [2]}'),
    Mistake("example-invalid", M, '[{"case_id": "1", "visits": 2}]', '{"case_id": "1"}'),
    # Standards
    Mistake("key-unknown", W, "weight = 2", "wieght = 2", hint="'weight'"),
    Mistake(
        "key-unknown", W, "at_most = 5, tolerance", "at_most = 5, tolerence", hint="'tolerance'"
    ),
    Mistake("key-unknown", W, '[[standard]]\nid = "p', '[[standards]]\nid = "p', hint="'standard'"),
    Mistake(
        "key-missing", W, 'title = "Requests are closed on time"\n', "", '[[standard]]\nid = "cl'
    ),
    Mistake("value-invalid", W, 'period = "month"', 'period = "monthly"', hint="'month'"),
    Mistake("value-invalid", W, "review = 2027-04-01", 'review = "next spring"', hint="2026-07-01"),
    Mistake("value-invalid", W, "weight = 2", 'weight = "2"'),
    Mistake("value-invalid", W, 'departments = "all"', "departments = 7"),
    Mistake("value-invalid", W, "at_most = 5,", "at_most = true,"),
    Mistake(
        "value-invalid", W, "review = 2027-04-01", "dimension = 'reliable'", hint="reliability"
    ),
    Mistake("toml-invalid", W, "review = 2027-04-01", "review = 2027-13-01"),
    Mistake("toml-invalid", W, "[standard.overrides.parks]", "[standard.overrides.parks"),
    Mistake("toml-invalid", W, "weight = 2", "weight = 2\nweight = 3", at="weight = 3"),
    Mistake("number-not-finite", W, "at_most = 5,", "at_most = nan,"),
    Mistake("number-not-finite", W, "at_most = 5,", "at_most = inf,"),
    Mistake("weight-not-positive", W, "weight = 2", "weight = 0"),
    Mistake("tolerance-negative", W, "tolerance = 1,", "tolerance = -1,"),
    Mistake("id-invalid", W, 'id = "pothole-repair"', 'id = "pothole repair"'),
    Mistake(
        "duplicate-id",
        W,
        'id = "closed-on-time"',
        'id = "pothole-repair"',
        'id = "pothole-repair"\ntitle = "Requests',
        hint="line 2",
    ),
    Mistake(
        "metric-unknown", W, 'metric = "days_to_close"', 'metric = "day_to_close"', hint="'days_"
    ),
    Mistake(
        "department-unknown",
        W,
        'department = "public-works"',
        'department = "publc-works"',
        hint="'public-works'",
    ),
    Mistake(
        "department-unknown",
        W,
        'department = "public-works"',
        'department = "PWD"',
        hint="'public-works'",
    ),
    Mistake(
        "department-unknown",
        W,
        'departments = "all"',
        'departments = ["parks", "zoo"]',
        hint="There are",
    ),
    Mistake("department-unknown", W, "overrides.parks", "overrides.park", hint="'parks'"),
    Mistake(
        "override-out-of-scope",
        W,
        'departments = "all"',
        'departments = ["public-works"]',
        at="[standard.overrides.parks]",
    ),
    Mistake("scope-missing", W, 'departments = "all"\n', "", at='[[standard]]\nid = "closed'),
    Mistake(
        "scope-ambiguous",
        W,
        'departments = "all"',
        'departments = "all"\ndepartment = "parks"',
        at='[[standard]]\nid = "closed',
    ),
    Mistake("dimension-unknown", W, "topic = ", "topics = ", hint="'topic'"),
    Mistake("where-value-type", W, 'topic = "Pothole"', "topic = 7"),
    Mistake("where-value-type", W, 'topic = "Pothole"', "visits = true"),
    Mistake("where-value-type", W, 'topic = "Pothole"', 'opened_at = "2026-01-01"'),
    Mistake("where-value-unknown", W, 'topic = "Pothole"', 'channel = "fone"', hint="'phone'"),
    Mistake("where-repeated", W, 'topic = "Pothole"', 'topic = "Pothole", case_topic = "Pothole"'),
    Mistake("expected-missing", W, FIRST, "expected = []"),
    Mistake(
        "expected-overlap",
        W,
        "from = 2026-07-01",
        "from = 2025-07-01",
        at="{ from = 2025-07-01, at_most = 3",
        hint="line 12",
    ),
    Mistake(
        "expected-overlap",
        W,
        "expected = [{ from = 2026-01-01, at_least = 85, tolerance = 2 }]",
        "expected = [\n{ from = 2026-01-01, at_least = 8 },\n{ from = 2026-01-01, at_least = 9 }]",
        at="{ from = 2026-01-01, at_least = 9 }",
    ),
    Mistake("expected-value-missing", W, "at_most = 3, ", "", "{ from = 2026-07-01"),
    Mistake("expected-value-ambiguous", W, "at_most = 3, ", "at_most = 3, at_least = 2, "),
    Mistake("direction-mismatch", W, "at_most = 5", "at_least = 5", hint="at_most"),
    Mistake("percent-out-of-range", W, "at_least = 90", "at_least = 9000", hint="90?"),
    Mistake("percent-out-of-range", W, "at_least = 90", "at_least = -1"),
    Mistake(
        "percent-out-of-range", W, "tolerance = 2 }", "tolerance = 200 }", at="tolerance = 200"
    ),
    Mistake("percent-as-fraction", W, "at_least = 90", "at_least = 0.9", hint="Write 90."),
    Mistake("percent-as-fraction", W, "at_least = 85", "at_least = 1", hint="Write 100."),
    Mistake(
        "period-mismatch",
        W,
        'metric = "closed_on_time"',
        'metric = "performance"',
        at='[[standard]]\nid = "closed',
        hint="fiscal_year",
    ),
    # Charts and events
    Mistake("value-invalid", W, "[standard.chart]", '[standard.chart]\nrules = "2021"', "rules ="),
    Mistake("key-missing", W, 'reason = "New contract", ', "", at="{ from = 2026-02-01"),
    Mistake("value-invalid", W, 'accepted = "Director, 2 May 2026"', 'accepted = ""'),
    Mistake("chart-day-no-period", W, "from = 2026-02-01", "from = 2026-02-02", hint="2026-03-01"),
    Mistake(
        "chart-day-no-period", W, "since = 2025-07-01", "since = 2025-07-04", hint="2025-08-01"
    ),
    Mistake("chart-day-no-period", W, "until = 2026-01-01", "until = 2026-01-31"),
    Mistake(
        "chart-day-no-period",
        W,
        'period = 2025-12-01, reason = "Ice',
        'period = 2025-12-24, reason = "Ice',
    ),
    Mistake(
        "chart-entry-repeated",
        W,
        "{ period = 2025-11-01",
        "{ period = 2025-12-01",
        at='{ period = 2025-12-01, reason = "Str',
        hint="The other is on line",
    ),
    Mistake(
        "chart-entry-repeated",
        W,
        "{ until = 2026-01-01 }",
        "{ until = 2026-01-01 }, { until = 2025-10-01 }",
        hint="The other is on line",
    ),
    Mistake("department-unknown", W, 'kind = "action"', 'kind = "action", department = "x"'),
    Mistake(
        "chart-out-of-scope",
        W,
        "tolerance = 1 },\n]\n",
        'tolerance = 1 },\n]\nevents = [{ on = 2026-03-09, text = "Ice", department = "parks" }]\n',
        at='events = [{ on = 2026-03-09, text = "Ice"',
    ),
    # Tables of standards
    Mistake("table-place-unclear", T, 'file = "results.csv"\n', "", "[[table]]", table=True),
    Mistake(
        "table-place-unclear",
        T,
        "[[table]]\n",
        '[[table]]\nsource = "results"\n',
        "source =",
        table=True,
    ),
    Mistake("table-file-outside", T, '"results.csv"', '"../results.csv"', table=True),
    Mistake("table-file-missing", T, '"results.csv"', '"result.csv"', table=True),
    Mistake("table-file-unknown", T, '"results.csv"', '"results.toml"', table=True),
    Mistake("metric-unknown", T, '"performance"', '"performanc"', table=True, hint="'performance'"),
    Mistake("column-unknown", T, 'owner = "owner"', 'owner = "ower"', table=True, hint="'owner'"),
    Mistake("column-unknown", T, '"result-{number}"', '"result-{nummer}"', table=True),
    Mistake("column-unknown", T, 'fr = "titre"', 'fr = "title_fr"', table=True),
    Mistake("dimension-unknown", T, "where = { number", "where = { numbr", table=True),
    Mistake("direction-mismatch", T, '"at_least"', '"at_most"', table=True),
    Mistake("table-id-constant", T, '"result-{number}"', '"result"', table=True),
    Mistake("table-scale-invalid", T, "scale = 100", "scale = 0", table=True),
    Mistake("period-mismatch", T, "scale", 'period = "month"\nscale', 'period = "mon', table=True),
    Mistake("where-value-type", T, '"{number}" }', '"seven" }', table=True),
    Mistake(
        "department-unknown",
        R,
        "Appels,PWD,2024",
        "Appels,PWDD,2024",
        table=True,
        hint="'public-works'",
    ),
    Mistake("table-row-contradiction", R, "PWD,2025-26", "PWD,2024-25", "0.07", table=True),
    Mistake("table-row-contradiction", R, "PWD,2025-26", "parks,2025-26", "0.07", table=True),
    Mistake("table-value-missing", R, "1,Calls answered,", ",Calls answered,", table=True),
    Mistake("table-value-missing", R, "Appels,PWD,2024", "Appels,,2024", table=True),
    Mistake("table-value-invalid", R, ",0.07,", ",about half,", table=True, hint="none = [ ]"),
    Mistake("table-value-invalid", R, "2024-25", "soon", table=True),
    Mistake("table-value-invalid", R, '2,"Letters', 'two,"Letters', table=True),
    Mistake("percent-out-of-range", R, ",0.07,", ",7,", table=True),
    Mistake("percent-as-fraction", T, "scale = 100\n", "", 'value = "target"', table=True),
    Mistake(
        "duplicate-id",
        W,
        'id = "closed-on-time"',
        'id = "result-1"',
        table=True,
        inside=R,
        at="1,Calls answered,",
    ),
]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.code}: {one.new[:40]!r}")
def test_a_mistake_gives_one_error_with_code_file_line_and_suggestion(
    mistake: Mistake, tmp_path: Path
):
    files = mistake.files()
    error = only_error(write(tmp_path, files))

    file = mistake.inside if mistake.inside.endswith(".csv") else mistake.file
    marker = mistake.at or mistake.new
    assert files[file].count(marker) >= 1, marker
    line = files[file][: files[file].index(marker)].count("\n") + 1
    assert (error.code, error.file, error.line) == (mistake.code, tmp_path / file, line), error
    assert mistake.hint is None or mistake.hint in (error.hint or ""), error
    assert str(error).startswith(f"{mistake.code}: {tmp_path / file}:{line}")


def only_error(folder: Path) -> ScorecardError:
    with pytest.raises(DeclarationErrors) as caught:
        load(folder)
    assert len(caught.value.errors) == 1, str(caught.value)
    return caught.value.errors[0]


def test_single_brackets_in_place_of_double_ones(tmp_path: Path):
    error = only_error(write(tmp_path, {**GOOD, "extra.toml": '[standard]\nid = "x"\n'}))
    assert (error.code, error.line) == ("value-invalid", 1)
    assert error.hint == "Write [[standard]] with double brackets."


@pytest.mark.parametrize("text", ["standard = 3", "standard = [1]", "table = [[]]", 'x = "y"'])
def test_a_file_of_another_shape_is_one_error(text: str, tmp_path: Path):
    error = only_error(write(tmp_path, {**GOOD, "extra.toml": text}))
    assert error.code in ("value-invalid", "key-unknown")
    assert error.line == 1


@given(
    st.sampled_from(sorted(WITH_TABLE)),
    st.integers(0, 3000),
    st.integers(0, 30),
    st.sampled_from(["", " ", '"', "[", "}", "=", "0", "-1", "é", "\n", "{x}", "None"]),
)
def test_however_a_file_is_spoilt_the_mistakes_are_coded_and_placed(
    name: str, start: int, length: int, put: str
):
    text = WITH_TABLE[name]
    start %= len(text)
    spoilt = {**WITH_TABLE, name: text[:start] + put + text[start + length :]}
    with TemporaryDirectory() as folder:
        try:
            load(write(Path(folder), spoilt))
        except DeclarationErrors as caught:
            for error in caught.errors:
                assert error.file is not None, error
                assert error.line is not None, error


def test_two_departments_with_one_id(tmp_path: Path):
    files = {
        **GOOD,
        "organisation.toml": GOOD["organisation.toml"]
        + '\n[[departments]]\nid = "parks"\nname = "Parks again"\n',
    }
    error = only_error(write(tmp_path, files))
    assert (error.code, error.line, error.hint) == ("duplicate-id", 32, "The other is on line 13.")


def test_two_departments_that_are_aliases_of_one_another(tmp_path: Path):
    files = changed(GOOD, "organisation.toml", '["PWD"]', '["PWD", "Parks and Recreation"]')
    files = changed(files, "organisation.toml", '"Greens"', '"Public Works"')
    error = only_error(write(tmp_path, files))
    assert (error.code, error.file) == ("alias-circular", tmp_path / "organisation.toml")
    assert error.line in (14, 15)


def test_a_folder_that_is_not_there_names_the_nearest_beside_it(tmp_path: Path):
    write(tmp_path / "harbor_city", GOOD)
    error = only_error(tmp_path / "harbour_city")
    assert (error.code, error.hint) == ("folder-missing", "Did you mean 'harbor_city'?")


def test_a_folder_without_an_organisation_file(tmp_path: Path):
    files = {name: text for name, text in GOOD.items() if name != "organisation.toml"}
    error = only_error(write(tmp_path, {**files, "organization.toml": 'x = "not read as one"'}))
    assert error.code == "organisation-missing"


@pytest.mark.parametrize("name", ["organisation.toml", "public_works.toml", "metrics.py"])
def test_bytes_that_are_not_utf_8_have_a_line(name: str, tmp_path: Path):
    write(tmp_path, GOOD)
    lines = (tmp_path / name).read_bytes().split(b"\n")
    lines[1] += b" # caf\xe9"
    (tmp_path / name).write_bytes(b"\n".join(lines))
    error = only_error(tmp_path)
    assert (error.code, error.file, error.line) == ("encoding-invalid", tmp_path / name, 2)


def test_a_folder_in_place_of_a_file_is_unreadable(tmp_path: Path):
    write(tmp_path, GOOD)
    (tmp_path / "extra.toml").mkdir()
    error = only_error(tmp_path)
    assert (error.code, error.file) == ("file-unreadable", tmp_path / "extra.toml")


def test_a_syntax_error_has_its_column(tmp_path: Path):
    files = changed(GOOD, "metrics.py", "def opened(r):", "def opened(r:")
    error = only_error(write(tmp_path, files))
    assert (error.code, error.column) == ("python-error", 11)


def test_a_program_that_ends_itself_is_a_mistake_like_any_other(tmp_path: Path):
    files = {**GOOD, "metrics.py": METRICS + "\nraise SystemExit(3)\n"}
    error = only_error(write(tmp_path, files))
    assert (error.code, error.line) == ("python-error", METRICS.count("\n") + 2)


def test_two_mistakes_in_two_standards_are_two_errors(tmp_path: Path):
    works = WORKS.replace("weight = 2", "weight = -1").replace("at_least = 90", "at_least = 101")
    with pytest.raises(DeclarationErrors) as caught:
        load(write(tmp_path, {**GOOD, "public_works.toml": works}))
    assert [error.code for error in caught.value.errors] == [
        "weight-not-positive",
        "percent-out-of-range",
    ]


def test_a_mistake_in_many_rows_of_a_table_is_told_once(tmp_path: Path):
    rows = "".join(f"{n},Title,,Nowhere,2024-25,0.5,\n" for n in range(10, 30))
    error = only_error(write(tmp_path, {**WITH_TABLE, "results.csv": RESULTS + rows}))
    assert error.code == "department-unknown"
    assert error.line == RESULTS.count("\n") + 1
    assert "in 20 rows" in error.message


def test_a_workbook_that_is_none(tmp_path: Path):
    files = changed(WITH_TABLE, "results.toml", "results.csv", "results.xlsx")
    error = only_error(write(tmp_path, {**files, "results.xlsx": "no workbook"}))
    assert (error.code, error.file) == ("table-file-unreadable", tmp_path / "results.xlsx")


def test_a_table_without_headings(tmp_path: Path):
    error = only_error(write(tmp_path, {**WITH_TABLE, "results.csv": ""}))
    assert (error.code, error.file) == ("table-empty", tmp_path / "results.csv")


def test_a_broken_quote_in_a_table(tmp_path: Path):
    error = only_error(write(tmp_path, {**WITH_TABLE, "results.csv": RESULTS + '3,"Open'}))
    assert (error.code, error.line) == ("table-file-unreadable", RESULTS.count("\n") + 1)
