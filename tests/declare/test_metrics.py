from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scorecard import count, metric, share
from scorecard.declare.load import bind_metric, load
from scorecard.declare.metrics import AnyFunction, Metric, MetricFunction, collected
from scorecard.declare.sources import Source
from scorecard.errors import DeclarationErrors
from tests.declare.folders import GOOD, write


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Source]:
    return load(write(tmp_path, GOOD)).sources


@metric(source="requests", at="closed_at", unit="percent", better="higher", min_n=5)
def closed_on_time(r):
    """Share of closed requests
    that were on time.

    Open ones do not count.
    """
    return share(r.closed_at <= r.due_at, of=r.closed_at.known)


def bound(sources: dict[str, Source]) -> Metric:
    return bind_metric(closed_on_time, sources)


def test_the_decorator_keeps_what_was_declared_and_where():
    assert isinstance(closed_on_time, MetricFunction)
    assert closed_on_time.name == "closed_on_time"
    assert closed_on_time.file == Path(__file__)
    assert Path(__file__).read_text().split("\n")[closed_on_time.line - 1].startswith("@metric(")


def test_a_bound_metric_has_words_for_people(sources: dict[str, Source]):
    found = bound(sources)
    assert found.title == "Closed on time"
    assert found.description == "Share of closed requests that were on time."
    assert (found.min_n, found.unit, found.better) == (5, "percent", "higher")


def test_the_function_is_called_once(sources: dict[str, Source]):
    calls: list[object] = []

    def opened(r):
        """Opened requests."""
        calls.append(r)
        return count()

    declare = metric(source="requests", at="opened_at", unit="count", better="lower")
    bind_metric(declare(opened), sources)
    assert len(calls) == 1


def test_the_fingerprint_is_that_of_the_definition(sources: dict[str, Source]):
    assert bound(sources).fingerprint == bound(sources).fingerprint
    assert len(bound(sources).fingerprint) == 64


@pytest.mark.parametrize(
    "wording",
    [{"title": "Else"}, {"description": "Else"}, {"file": Path("else.py")}, {"line": 1}],
)
def test_words_do_not_change_the_fingerprint(
    wording: dict[str, object], sources: dict[str, Source]
):
    found = bound(sources)
    assert replace(found, **wording).fingerprint == found.fingerprint  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"at": "due_at"},
        {"source": "else"},
        {"better": "lower"},
        {"unit": "count"},
        {"aggregate": count()},
    ],
)
def test_every_part_of_the_definition_changes_the_fingerprint(
    change: dict[str, object], sources: dict[str, Source]
):
    found = bound(sources)
    assert replace(found, **change).fingerprint != found.fingerprint  # type: ignore[arg-type]


def test_metrics_are_collected_only_while_somebody_collects():
    found: list[AnyFunction] = []
    token = collected.set(found)
    declare = metric(source="requests", at="opened_at", unit="count", better="lower")
    one = declare(lambda r: count())
    collected.reset(token)
    declare(lambda r: count())
    assert found == [one]


def test_every_mistake_of_a_metric_is_told(sources: dict[str, Source]):
    declare = metric(source="requests", at="opend_at", unit="counts", better="low", min_n=0)
    with pytest.raises(DeclarationErrors) as caught:
        bind_metric(declare(lambda r: r.visits), sources)
    assert [error.code for error in caught.value.errors] == [
        "unit-unknown",
        "better-unknown",
        "min-n-invalid",
        "docstring-missing",
        "at-unknown",
        "not-an-aggregate",
    ]


def test_an_example_is_kept_with_its_line(sources: dict[str, Source]):
    def opened(r):
        """Opened requests."""
        return count()

    declared = metric(source="requests", at="opened_at", unit="count", better="lower")(opened)
    declared.example([{"case_id": "1"}, {"case_id": "2"}], expect=2)
    (example,) = bind_metric(declared, sources).examples
    assert example.expect == 2
    assert "declared.example" in Path(__file__).read_text().split("\n")[example.line - 1]
