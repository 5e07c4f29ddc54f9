"""Write the files of Harbor City, a city that does not exist.

    python generate.py FOLDER [--seed N]

Five CSV files: two yearly exports of service requests, a later snapshot of them, survey answers and
contact-centre days. docs/harbor_city.md says which real proportion each table below comes from.

The same seed gives the same bytes on every machine: the only source of chance is
`random.Random(seed).random()`, whose sequence Python promises to keep, and the only arithmetic on
fractions is + - * /, which IEEE 754 fixes. So no exp, log or pow (C libraries differ in the last
bit) and no sum() of fractions (Python 3.12 began to round it better).
"""

import argparse
import random
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

DAY = 86_400
EPOCH = date(1970, 1, 1)
FIRST, LAST = date(2024, 10, 1), date(2026, 9, 30)
BEFORE = date(2024, 4, 1)  # the city was at work before its records begin
MOMENTS = (date(2025, 9, 30), date(2026, 9, 15), LAST)  # exports are taken at a day's end
REQUESTS = 57_000  # opened in the two years, without storm and freezes
STORM = date(2026, 2, 7)

REQUEST_COLUMNS = (
    "request_id,opened_at,due_at,closed_at,status,department,team,topic,channel,neighborhood,"
    "reopened,first_contact_resolved,transfers"
)
ANSWER_COLUMNS = "answer_id,request_id,department,answered_at,channel,score,ease,fairness"
CALL_COLUMNS = (
    "date,department,channel,calls_offered,calls_answered,calls_answered_within_30s,"
    "wait_seconds_total"
)

YEAR = (0.92, 0.84, 1.02, 1.09, 1.22, 1.23, 1.15, 1.16, 0.98, 0.91, 0.73, 0.74)  # January first
POTHOLES = (1.2, 1.93, 1.9, 1.73, 1.41, 0.84, 0.67, 0.62, 0.49, 0.49, 0.26, 0.47)
TREES = (0.79, 0.93, 0.95, 1.1, 1.24, 1.46, 1.3, 1.15, 0.98, 0.84, 0.61, 0.64)
LEAKS = (1.65, 0.92, 1.03, 0.96, 0.93, 0.84, 0.8, 1.05, 0.84, 0.99, 0.81, 1.16)
SNOW = (3.6, 3.3, 1.4, 0.1, 0, 0, 0, 0, 0, 0.1, 0.6, 2.9)
GRASS = (0.1, 0.1, 0.4, 1, 1.9, 2.2, 2, 1.7, 1.3, 0.8, 0.3, 0.2)
FREEZES = ((date(2025, 1, 20), date(2025, 1, 25)), (date(2026, 1, 24), date(2026, 1, 30)))
WEEK = (1.25, 1.3, 1.23, 1.15, 1.07, 0.52, 0.48)  # Monday first


class Department(NamedTuple):
    name: str
    variants: tuple[str, ...]  # other spellings found in the files
    on_time: tuple[float, float]  # chance of being on time, first day and last day
    first_contact: float  # chance that a phone or counter contact settles it
    forgotten: float  # chance of never being closed


class Topic(NamedTuple):
    department: int
    team: str
    name: str
    weight: float  # percent of all requests
    days: int  # promised
    season: tuple[float, ...] = YEAR
    on_time: float = 0.0  # added to the department's chance
    storm: float = 0.0  # requests a day right after the storm


DEPARTMENTS = (
    Department("Public Works", ("PWD", "public works ", "DPW"), (0.83, 0.84), 0.17, 0.055),
    Department("Parks and Recreation", ("Parks & Rec", "PARKS"), (0.74, 0.75), 0.15, 0.06),
    Department("Transportation", ("DOT", "Transportation Dept."), (0.89, 0.88), 0.3, 0.045),
    Department("Sanitation", ("SANITATION", "Sanitation Dept"), (0.56, 0.91), 0.28, 0.03),
    Department("Inspections", ("ISD", "Inspectional Services"), (0.88, 0.63), 0.2, 0.065),
    Department("Water and Sewer", ("Water & Sewer", "W&S"), (0.84, 0.85), 0.3, 0.03),
)
TOPICS = (
    Topic(0, "Street Lighting", "Street light outage", 7.5, 5, storm=40),
    Topic(0, "Street Cleaning", "Litter and debris", 7.5, 3, storm=75),
    Topic(0, "Street Maintenance", "Pothole", 5.0, 3, POTHOLES, -0.14, 45),
    Topic(0, "Street Maintenance", "Sidewalk repair", 2.5, 14, storm=25),
    Topic(0, "Street Maintenance", "Snow or ice on street", 2.5, 1, SNOW, 0.06, 60),
    Topic(1, "Tree Crew", "Fallen tree or branches", 4.5, 2, TREES, 0.08, 95),
    Topic(1, "Tree Crew", "Tree pruning", 3.5, 14, TREES, -0.06, 30),
    Topic(1, "Grounds", "Park maintenance", 3.6, 5, GRASS),
    Topic(1, "Grounds", "Broken park equipment", 1.9, 7, storm=12),
    Topic(1, "Grounds", "Overgrown grass or weeds", 1.7, 7, GRASS),
    Topic(2, "Parking Enforcement", "Parking enforcement", 7.5, 1, on_time=0.04),
    Topic(2, "Parking Enforcement", "Abandoned vehicle", 2.3, 7, on_time=-0.05),
    Topic(2, "Signals and Signs", "Traffic signal fault", 2.0, 1),
    Topic(2, "Signals and Signs", "Missing or damaged sign", 1.9, 10, on_time=-0.06),
    Topic(2, "Signals and Signs", "Crosswalk or lane marking", 1.1, 30),
    Topic(3, "Collections", "Missed collection", 9.5, 2),
    Topic(3, "Bulky Items and Carts", "Bulky item pickup", 4.8, 7, on_time=0.03),
    Topic(3, "Dumping Response", "Illegal dumping", 3.6, 3, on_time=-0.04),
    Topic(3, "Collections", "Overflowing public bin", 2.8, 1),
    Topic(3, "Bulky Items and Carts", "Cart replacement", 2.3, 10),
    Topic(4, "Housing", "Housing condition", 3.4, 14),
    Topic(4, "Health", "Rodent activity", 2.7, 3),
    Topic(4, "Health", "Food safety complaint", 1.9, 5),
    Topic(4, "Building", "Construction without permit", 1.6, 7),
    Topic(4, "Building", "Unsafe building", 1.5, 2),
    Topic(5, "Customer Accounts", "Meter or billing question", 3.2, 3),
    Topic(5, "Water Operations", "Water leak", 3.0, 2, LEAKS),
    Topic(5, "Sewer Operations", "Sewer backup", 1.8, 1),
    Topic(5, "Sewer Operations", "Blocked storm drain", 1.6, 5, on_time=-0.05),
    Topic(5, "Water Operations", "Low pressure or no water", 1.3, 1),
)


class Choice:
    """Names drawn by weight."""

    def __init__(self, weights: dict[str, float]) -> None:
        self.names = tuple(weights)
        self.ends = tuple(accumulate(weights.values()))

    def __call__(self, u: float) -> str:
        """The name whose slice of the weights holds the share `u` (0..1)."""
        return self.names[bisect_right(self.ends[:-1], u * self.ends[-1])]


NEIGHBORHOODS = Choice({
    "Old Harbor": 15, "Millbrook": 12, "Lighthouse Point": 10, "North Quay": 10, "Saltmarsh": 9,
    "Cannery Row": 8, "Fort Hill": 8, "Ropewalk": 7, "Eastport": 7, "Quarry Heights": 6,
    "Ferry Landing": 5, "Gull Island": 3,
})  # fmt: skip
STAFFED = Choice({"Phone": 90, "Email": 6, "In person": 4})
DIGITAL = Choice({"Mobile app": 58, "Web": 42})


def ends(*parts: float) -> tuple[float, ...]:
    """Where each part ends when they are laid end to end."""
    return tuple(accumulate(parts))


# Hour of the day, midnight first, in ten-thousandths
STAFFED_HOURS = ends(18, 13, 6, 5, 6, 9, 29, 337, 870, 1036, 1033, 1018, 867, 890, 909, 909, 787,
    455, 399, 143, 77, 77, 63, 44)  # fmt: skip
DIGITAL_HOURS = ends(85, 52, 30, 21, 28, 82, 236, 466, 700, 728, 740, 695, 670, 629, 584, 597,
    660, 699, 620, 566, 432, 327, 215, 136)  # fmt: skip
CLOSING_HOURS = ends(0, 0, 0, 0, 0, 10, 228, 991, 1048, 1091, 964, 915, 802, 682, 562, 569, 452,
    428, 223, 176, 98, 24, 10, 5)  # fmt: skip

# Quantiles as (share, value): drawn by a straight line between neighbours
SHARE_OF_TIME_USED = ((0, 0.0), (0.05, 0.01), (0.1, 0.02), (0.25, 0.05), (0.5, 0.19), (0.75, 0.52),
                      (0.9, 0.75), (0.95, 0.86), (1, 1.0))  # fmt: skip
DAYS_LATE = ((0, 0.02), (0.1, 0.6), (0.25, 2.4), (0.5, 13.0), (0.75, 42.0), (0.9, 110.0),
             (0.95, 180.0), (1, 420.0))  # fmt: skip
STORM_DAYS_LATE = ((0, 3.0), (0.25, 22.0), (0.5, 52.0), (0.75, 90.0), (1, 150.0))

DIRT = Choice({  # kind: per ten thousand requests; a request has at most one kind
    "": 9496,
    "no department": 37,
    "department name variant": 62,
    "undeclared department": 3,
    "no open date": 60,
    "no due date": 210,
    "no neighborhood": 54,
    "unknown channel": 15,
    "stray white space": 50,
    "impossible date": 3,
    "closed before opened": 6,
    "closed without a close date": 1,
    "not a number": 3,
})  # fmt: skip
DUPLICATED, CONTRADICTED, REPEATED = 0.002, 0.0002, 0.08

#                    score, ease, fairness  1     2     3     4     5
SCORES = {
    "on time": ends(0.05, 0.08, 0.15, 0.41, 0.31),
    "late": ends(0.22, 0.23, 0.25, 0.22, 0.08),
    "very late": ends(0.4, 0.26, 0.18, 0.12, 0.04),
    "digital": ends(0.04, 0.08, 0.16, 0.4, 0.32),
    "staffed": ends(0.07, 0.12, 0.2, 0.37, 0.24),
}

Draw = Callable[[], float]


class Request(NamedTuple):
    """One request; times are seconds of the local clock since 1970, `closed` None for never."""

    number: int
    opened: int
    due: int
    started: int | None
    closed: int | None
    topic: Topic
    channel: str
    neighborhood: str
    reopened: str
    first_contact: str
    transfers: int
    dirt: str
    quirk: float  # 0..1, which form the dirt takes


def quantile(table: Sequence[tuple[float, float]], share: float) -> float:
    """The value at `share` (0..1) of a piecewise linear quantile table."""
    for (low, a), (high, b) in pairwise(table):
        if share <= high:
            return a + (b - a) * (share - low) / (high - low)
    return table[-1][1]


def second_of_day(hour_ends: Sequence[float], draw: Draw) -> int:
    return bisect_right(hour_ends, draw() * hour_ends[-1]) * 3600 + int(draw() * 3600)


def seconds(day: date) -> int:
    return (day - EPOCH).days * DAY


# America/New_York by rule instead of by the machine's tz database: daylight time from two o'clock
# on the second Sunday of March to two o'clock on the first Sunday of November.
SUMMERS = tuple(
    (seconds(spring) + 7200, seconds(autumn) + 7200)
    for spring, autumn in (
        (date(2024, 3, 10), date(2024, 11, 3)),
        (date(2025, 3, 9), date(2025, 11, 2)),
        (date(2026, 3, 8), date(2026, 11, 1)),
    )
)
DAY_NAMES = [(EPOCH + timedelta(days=n)).isoformat() for n in range((LAST - EPOCH).days + 60)]
CLOCK = [f"{n // 60:02}:{n % 60:02}" for n in range(1440)]


def stamp(local: int) -> str:
    """A local clock time as ISO 8601 in UTC."""
    summer = any(start <= local < end for start, end in SUMMERS)
    day, second = divmod(local + (4 if summer else 5) * 3600, DAY)
    return f"{DAY_NAMES[day]}T{CLOCK[second // 60]}:{second % 60:02}+00:00"


def wanted(topic: Topic, day: date) -> float:
    """Expected number of requests on a topic that day."""
    rate = REQUESTS / 730 * topic.weight / 100 * WEEK[day.weekday()]
    rate *= topic.season[day.month - 1] * 12 / ends(*topic.season)[-1]
    if topic.season is LEAKS and any(start <= day <= end for start, end in FREEZES):
        rate *= 4
    after = (day - STORM).days
    return rate + (topic.storm * (10 - after) / 10 if 0 <= after < 10 else 0)


def chance_on_time(topic: Topic, day: date, noise: float) -> float:
    """Chance that a request opened that day is dealt with by its due date."""
    start, end = DEPARTMENTS[topic.department].on_time
    chance = start + (end - start) * (day - FIRST).days / 729 + topic.on_time + noise
    after = (day - STORM).days
    if topic.department <= 1 and 0 <= after < 130:  # crews stay on storm damage for months
        chance -= 0.5 * (130 - after) / 130
    return min(0.98, max(0.05, chance))


def closing_time(opened: int, due: int, on_time: bool, storm: bool, draw: Draw) -> int:
    """When it was closed; jobs of half a day and more mostly end in working hours."""
    if on_time:
        closed = opened + 60 + int(quantile(SHARE_OF_TIME_USED, draw()) * (due - opened - 60))
    else:
        closed = due + int(quantile(STORM_DAYS_LATE if storm else DAYS_LATE, draw()) * DAY)
    if closed - opened < DAY // 2:
        return closed
    moved = closed - closed % DAY + second_of_day(CLOSING_HOURS, draw)
    weekday = (moved // DAY + 3) % 7  # 1970-01-01 was a Thursday
    if weekday >= 5 and draw() < 0.6:
        moved += (7 - weekday) * DAY
    return moved if moved > opened and (moved <= due) == on_time else closed


def make_requests(draw: Draw) -> list[Request]:
    """Every request opened, due or still open in the two years, by opening time, with its dirt."""
    drift = {(d, month): (draw() - 0.5) * 0.03 for d in range(6) for month in range(-6, 24)}
    requests: list[Request] = []
    start = seconds(FIRST)
    for n in range((BEFORE - FIRST).days, (LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        month = (day.year - FIRST.year) * 12 + day.month - FIRST.month
        staffed = (0.66 if day.weekday() < 5 else 0.26) - 0.1 * n / 730
        today: list[Request] = []
        for topic in TOPICS:
            chance = chance_on_time(topic, day, drift[topic.department, month])
            for _ in range(int(wanted(topic, day) * (0.7 + 0.6 * draw()) + draw())):
                today.append(make_request(topic, day, chance, draw() < staffed, draw))
        today = [q for q in today if q.due >= start or q.closed is None or q.closed >= start]
        today.sort(key=lambda request: request.opened)
        requests += [q._replace(number=len(requests) + i) for i, q in enumerate(today, 1)]
    return requests


def make_request(topic: Topic, day: date, chance: float, staffed: bool, draw: Draw) -> Request:
    department = DEPARTMENTS[topic.department]
    channel = (STAFFED if staffed else DIGITAL)(draw())
    opened = seconds(day) + second_of_day(STAFFED_HOURS if staffed else DIGITAL_HOURS, draw)
    due = opened + topic.days * DAY
    storm = topic.department <= 1 and 0 <= (day - STORM).days < 40
    transfers = bisect_right((0.85, 0.96, 0.99), draw())
    first_contact = ""
    if channel in ("Phone", "In person") and draw() < 0.96:
        at_once = draw() < department.first_contact * (0.3 if storm else 1)
        first_contact = "Y" if at_once else "N"
    started = opened + int(draw() * 3 * DAY) if draw() < 0.61 else None
    if first_contact == "Y":
        closed, transfers = opened + 120 + int(draw() * 3000), 0
    elif draw() < department.forgotten:
        closed = None
    else:
        closed = closing_time(opened, due, draw() < chance - 0.05 * transfers, storm, draw)
    reopened = "Y" if first_contact != "Y" and draw() < 0.03 else "N"
    dirt = DIRT(draw())
    if closed is None and dirt.startswith("closed"):
        dirt = ""
    home = NEIGHBORHOODS(draw())
    return Request(0, opened, due, started, closed, topic, channel, home, reopened, first_contact,
                   transfers, dirt, draw())  # fmt: skip


def request_row(q: Request, moment: int) -> str:
    """The request as an export taken at `moment` shows it."""
    closed = q.closed if q.closed is not None and q.closed <= moment else None
    status = "In progress" if q.started is not None and q.started <= moment else "Open"
    row = [f"HC{q.number:06}", stamp(q.opened), stamp(q.due)]
    row += [stamp(closed), "Closed"] if closed is not None else ["", status]
    row += [DEPARTMENTS[q.topic.department].name, q.topic.team, q.topic.name, q.channel]
    row += [q.neighborhood, q.reopened, q.first_contact, str(q.transfers)]
    soil(row, q, closed is not None, moment)
    return ",".join(row)


def soil(row: list[str], q: Request, closed: bool, moment: int) -> None:
    """Put the request's dirt into its row."""
    variants = DEPARTMENTS[q.topic.department].variants
    match q.dirt:
        case "no department":  # the last snapshot mends a few, as the real one does
            row[5] = row[5] if moment == seconds(LAST) + DAY - 1 and q.quirk < 0.05 else ""
        case "department name variant":
            row[5] = variants[int(q.quirk * len(variants))]
        case "undeclared department":
            row[5] = "Harbor Police" if q.quirk < 0.6 else "State Highways"
        case "no open date":
            row[1] = ""
        case "no due date":
            row[2] = ""
        case "no neighborhood":
            row[9] = ""
        case "unknown channel":
            row[8] = "Fax"
        case "stray white space":
            column = (4, 5, 7, 8, 9)[int(q.quirk * 5)]
            row[column] = f" {row[column]}" if int(q.quirk * 100) % 2 else f"{row[column]}  "
        case "impossible date":
            column, wrong = ((1, "02-30"), (2, "06-31"), (2, "13-05"))[int(q.quirk * 3)]
            row[column] = f"{row[column][:4]}-{wrong}{row[column][10:]}"
        case "closed before opened" if closed:
            row[3] = stamp(q.opened - 600 - int(q.quirk * 3 * DAY))
        case "closed without a close date" if closed:
            row[3] = ""
        case "not a number":
            row[12] = ("two", "n/a", "1O")[int(q.quirk * 3)]


def export(requests: Sequence[Request], moment: int, draw: Draw) -> list[str]:
    """Rows of a yearly export; some come twice, and a few of those contradict each other."""
    rows = []
    for q in requests:
        row, u = request_row(q, moment), draw()
        if u < CONTRADICTED and q.closed is not None and q.closed <= moment:
            rows.append(request_row(q, q.closed - 1))  # the same request before it was closed
        rows.append(row)
        if CONTRADICTED <= u < DUPLICATED:
            rows.append(row)
    return rows


def answers(requests: Sequence[Request], moment: int, draw: Draw) -> list[str]:
    """Survey answers, by the time they came in; the later the service, the lower the score."""
    found: list[tuple[int, str]] = []
    for q in requests:
        kind = "digital" if q.channel in DIGITAL.names else "staffed"
        if q.closed is None or draw() >= (0.135 if kind == "digital" else 0.11):
            continue
        answered = q.closed + 3600 + int(draw() * draw() * 14 * DAY)
        if not seconds(FIRST) <= answered <= moment:
            continue
        late = (q.closed - q.due) / DAY
        score = 1 + bisect_right(SCORES["on time" if late <= 0 else "late" if late < 14 else
                                        "very late"][:4], draw())  # fmt: skip
        ease = score if draw() < 0.35 else 1 + bisect_right(SCORES[kind][:4], draw())
        fair = score if draw() < 0.6 else 1 + bisect_right(SCORES["digital"][:4], draw())
        u = draw()
        shown = "" if u < 0.06 else str(score)
        if u >= 0.996:
            shown = "9" if u < 0.998 else ("five", "N/A", "4-5")[int((u - 0.998) * 1500) % 3]
        number = "HC999999" if 0.06 <= u < 0.061 else f"HC{q.number:06}"  # no such request
        department = request_row(q, moment).split(",")[5]
        text = f"{number},{department},{stamp(answered)},{q.channel},{shown},{ease},{fair}"
        found.append((answered, text))
    found.sort()
    return [f"A{n:05},{text}" for n, (_, text) in enumerate(found, 1)]


def calls(requests: Sequence[Request], draw: Draw) -> list[str]:
    """Contact-centre days: calls routed to each department, more than half about no request."""
    phoned = Counter((q.opened // DAY, q.topic.department) for q in requests
                     if q.channel == "Phone")  # fmt: skip
    rows: list[str] = []
    for n in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(days=n)
        number = seconds(day) // DAY
        offered = [int(phoned[number, d] * (1.9 + 0.8 * draw()) + 2 * draw()) for d in range(6)]
        capacity = (104 if day.weekday() < 5 else 26) * (1 + 0.1 * n / 730)  # calls
        strain = max(0.0, sum(offered) / capacity - 1)
        for d, count in enumerate(offered):
            lost = min(0.6, 0.03 + 0.04 * draw() + 0.2 * strain)
            quick = max(0.08, 0.95 - 0.1 * draw() - 0.35 * strain)
            answered = count - int(count * lost + draw() * (count > 0))
            prompt = int(answered * quick + 0.5)
            wait = answered * (9 + 14 * draw() + 130 * min(strain, 2.5))
            row = [day.isoformat(), DEPARTMENTS[d].name, "Phone", str(count), str(answered),
                   str(prompt), str(int(wait))]  # fmt: skip
            u = draw()
            if u < 0.001:
                row[1] = ""
            elif u < 0.002:
                row[4] = str(count + 3)  # more answered than offered
            elif u < 0.003:
                row[6] = "n/a"
            rows.append(",".join(row))
            if 0.003 <= u < 0.004:
                rows.append(rows[-1])
    return rows


def generate(folder: Path, seed: int = 311) -> list[Path]:
    """Write Harbor City's five CSV files (UTF-8, LF) into `folder`, made if needed.

    The same seed gives the same bytes. Returns the paths: the two yearly exports, the snapshot that
    updates them, the survey answers, the contact-centre days. Files of these names are replaced.
    """
    draw = random.Random(seed).random
    first, second, last = (seconds(day) + DAY - 1 for day in MOMENTS)
    requests = make_requests(draw)
    early = [q for q in requests if q.opened <= first]
    late = [q for q in requests if first < q.opened <= second]
    update: list[str] = []
    for q in requests:
        row, exported = request_row(q, last), first if q.opened <= first else second
        if draw() < REPEATED or q.opened > second or row != request_row(q, exported):
            update.append(row)
    files = {
        "requests_2024-10_to_2025-09.csv": [REQUEST_COLUMNS, *export(early, first, draw)],
        "requests_2025-10_to_2026-09.csv": [REQUEST_COLUMNS, *export(late, second, draw)],
        "requests_update_2026-09-30.csv": [REQUEST_COLUMNS, *update],
        "satisfaction.csv": [ANSWER_COLUMNS, *answers(requests, last, draw)],
        "calls_by_day.csv": [CALL_COLUMNS, *calls(requests, draw)],
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        (folder / name).write_bytes(("\n".join(rows) + "\n").encode("utf-8"))
    return [folder / name for name in files]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the files of synthetic Harbor City.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=311)
    chosen = parser.parse_args()
    for path in generate(chosen.folder, chosen.seed):
        print(path)
