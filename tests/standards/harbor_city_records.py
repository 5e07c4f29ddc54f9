"""Harbor City's files cleaned and reckoned in pandas, without any code of the engine's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd

ZONE = "America/New_York"
KNOWN_UNTIL = pd.Timestamp("2026-10-01T04:00Z")
CHANNELS = ("Phone", "Web", "Mobile app", "Email", "In person")
# pandas' own types do not tell a column from a table.
Table = Any
Column = Any


@dataclass(frozen=True)
class Records:
    """The files, read carefully: trimmed, sound rows only, the latest row of each key."""

    requests: Table
    satisfaction: Table
    calls: Table


def cleaned(generator: ModuleType, folder: Path) -> Records:
    """The files of the default seed, generated into `folder`."""
    first, second, update, answers, calls = generator.generate(folder)
    department_of = {
        spelling.strip(): one.name.lower().replace(" ", "-")
        for one in generator.DEPARTMENTS
        for spelling in (one.name, *one.variants)
    }
    snapshots = [sound_requests(read(file)) for file in (first, second, update)]
    requests = pd.concat(snapshots).drop_duplicates("request_id", keep="last")
    satisfaction = sound_answers(read(answers)).merge(
        requests[["request_id", "topic"]], on="request_id", how="left"
    )
    found = Records(requests, satisfaction, sound_calls(read(calls)))
    for frame in (found.requests, found.satisfaction, found.calls):
        frame["department"] = frame["department"].map(department_of).fillna("unassigned")
    return found


def read(file: Path) -> Table:
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    return table.apply(lambda column: column.str.strip())


def instants(texts: Column) -> Column:
    return pd.to_datetime(texts.where(texts != ""), format="ISO8601", utc=True, errors="coerce")


def numbers(texts: Column) -> Column:
    return pd.to_numeric(texts.where(texts != ""), errors="coerce")


def sound_requests(raw: Table) -> Table:
    """One file's rows that keep the contract; of a key that comes twice, the first."""
    table = raw.copy()
    unsound = ~table["channel"].isin(CHANNELS) | numbers(raw["transfers"]).isna()
    for column in ("opened_at", "due_at", "closed_at"):
        table[column] = instants(raw[column])
        unsound |= table[column].isna() & (raw[column] != "")
    unsound |= table["closed_at"] < table["opened_at"]
    table["transfers"] = numbers(raw["transfers"])
    return table[~unsound].drop_duplicates("request_id", keep="first")


def sound_answers(raw: Table) -> Table:
    table = raw.copy()
    table["answered_at"] = instants(raw["answered_at"])
    unsound = pd.Series(False, index=raw.index)
    for column in ("score", "ease", "fairness"):
        table[column] = numbers(raw[column])
        unsound |= (raw[column] != "") & ~table[column].between(1, 5)
    return table[~unsound]


def sound_calls(raw: Table) -> Table:
    table = raw.copy()
    counts = [name for name in raw.columns if name.startswith("calls_")] + ["wait_seconds_total"]
    for column in counts:
        table[column] = numbers(raw[column])
    sound = table[counts].notna().all(axis=1) & (table["department"] != "")
    sound &= table["calls_answered"] <= table["calls_offered"]
    return table[sound].drop_duplicates(["date", "department"], keep="first")


Figure = tuple[float | None, int]


def percent(part: Column, of: Column) -> Figure:
    n = int(of.sum())
    return (100 * int((part & of).sum()) / n if n else None), n


def average(values: Column) -> Figure:
    known = values.dropna()
    return (float(known.mean()) if len(known) else None), len(known)


def quantile(values: Column, q: float) -> Figure:
    known = values.dropna()
    return (float(known.quantile(q)) if len(known) else None), len(known)


def days(table: Table) -> Column:
    return (table["closed_at"] - table["opened_at"]) / pd.Timedelta(days=1)


def counted(part: Column, of: Column) -> Figure:
    n = int(of.sum())
    return (100 * float(part.sum()) / n if n else None), n


def waiting(table: Table) -> Figure:
    calls = table["calls_answered"].sum()
    return (float(table["wait_seconds_total"].sum() / calls) if calls else None), len(table)


# By metric: the table, the column that places a row in a period, and the figure of its rows.
FIGURES: dict[str, tuple[str, str, Callable[[Table], Figure]]] = {
    "closed_on_time": (
        "requests",
        "closed_at",
        lambda t: percent(t["closed_at"] <= t["due_at"], t["due_at"].notna()),
    ),
    "kept_by_due": (
        "requests",
        "due_at",
        lambda t: percent(t["closed_at"] <= t["due_at"], t["due_at"] <= KNOWN_UNTIL),
    ),
    "days_to_close_p90": ("requests", "closed_at", lambda t: quantile(days(t), 0.9)),
    "median_days_to_close": ("requests", "closed_at", lambda t: quantile(days(t), 0.5)),
    "settled_at_first_contact": (
        "requests",
        "opened_at",
        lambda t: percent(t["first_contact_resolved"] == "Y", t["first_contact_resolved"] != ""),
    ),
    "right_team_first": (
        "requests",
        "opened_at",
        lambda t: percent(t["transfers"] == 0, t["transfers"].notna()),
    ),
    "satisfaction_score": ("satisfaction", "answered_at", lambda t: average(t["score"])),
    "fairness_score": ("satisfaction", "answered_at", lambda t: average(t["fairness"])),
    "satisfied": (
        "satisfaction",
        "answered_at",
        lambda t: percent(t["score"] >= 4, t["score"].notna()),
    ),
    "answered_within_30s": (
        "calls",
        "date",
        lambda t: counted(t["calls_answered_within_30s"], t["calls_answered"]),
    ),
    "calls_given_up": (
        "calls",
        "date",
        lambda t: counted(t["calls_offered"] - t["calls_answered"], t["calls_offered"]),
    ),
    "seconds_to_answer": ("calls", "date", waiting),
}


def figure(records: Records, row: dict[str, Any], where: dict[str, Any]) -> Figure:
    """What pandas makes of the standard, department and period of a row."""
    name, at, reckon = FIGURES[row["metric"]]
    table: Table = getattr(records, name)
    first = pd.Timestamp(row["period"])
    end = first + pd.DateOffset(months={"month": 1, "quarter": 3}[row["grain"]])
    if at == "date":
        when = pd.to_datetime(table[at])
    else:
        when = table[at].dt.tz_convert(ZONE).dt.tz_localize(None)
    chosen = (when >= first) & (when < end)
    if row["department"] is not None:
        chosen &= table["department"] == row["department"]
    for column, value in where.items():
        chosen &= table[column] == value
    return reckon(table[chosen])
