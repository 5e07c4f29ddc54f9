"""The pytest plugin: each example of a metric is a test.

It looks at files called `metrics.py` that have an `organisation.toml` beside them, and at nothing
else, so it can stay switched on in every project. Everything but pytest is imported when such a
file is found.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from scorecard.declare.load import Declarations
    from scorecard.declare.metrics import Metric


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the metrics of an organisation's folder."""
    if file_path.name != "metrics.py" or not (file_path.parent / "organisation.toml").is_file():
        return None
    return MetricsFile.from_parent(parent, path=file_path)


class MetricsFile(pytest.File):
    """The metrics of an organisation's folder."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item for each example. Mistakes in the declarations are told as they are."""
        from scorecard.declare.load import load
        from scorecard.errors import ScorecardError

        try:
            declarations = load(self.path.parent)
        except ScorecardError as error:
            raise self.CollectError(str(error)) from None
        for metric in declarations.metrics.values():
            for number in range(1, len(metric.examples) + 1):
                yield ExampleItem.from_parent(
                    self,
                    name=f"{metric.name}[example {number}]",
                    declarations=declarations,
                    metric=metric,
                    number=number,
                )


class ExampleItem(pytest.Item):
    """An example: rows, and the figure that the metric must give for them."""

    def __init__(
        self, *, declarations: Declarations, metric: Metric, number: int, **more: Any
    ) -> None:
        super().__init__(**more)
        self._declarations = declarations
        self._metric = metric
        self._number = number

    def runtest(self) -> None:
        """Compute the example; raises `example-failed` where it does not hold."""
        from scorecard.measure.examples import run_example

        result = run_example(self._declarations, self._metric, self._number)
        if not result.passed:
            raise result.error

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """A refusal in its own words: where pytest was when it came helps nobody."""
        from scorecard.errors import ScorecardError

        if isinstance(excinfo.value, ScorecardError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The place of the example, with lines counted from 0 as pytest does."""
        example = self._metric.examples[self._number - 1]
        return self.path, example.line - 1, self.name
