"""Service standards and scorecard metrics: which promises do we keep, and where is the gap?

The names a file under `standards/` may use are exported here. They are loaded on first use, so that
`scorecard --help` starts at once.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "age_of_open": "vocabulary",
    "backlog": "vocabulary",
    "count": "vocabulary",
    "distinct": "vocabulary",
    "rate": "vocabulary",
    "spread": "vocabulary",
    "elapsed": "vocabulary",
    "known_until": "vocabulary",
    "mean": "vocabulary",
    "median": "vocabulary",
    "percentile": "vocabulary",
    "ratio": "vocabulary",
    "rounded": "vocabulary",
    "share": "vocabulary",
    "sum": "vocabulary",
    "tally": "vocabulary",
    "working_days": "vocabulary",
    "working_hours": "vocabulary",
    "change": "derived_words",
    "change_percent": "derived_words",
    "per": "derived_words",
    "previous": "derived_words",
    "rolling": "derived_words",
    "derived": "metrics",
    "metric": "metrics",
    "near": "quality",
    "replace": "quality",
    "steady": "quality",
    "boolean": "sources",
    "counted": "sources",
    "date": "sources",
    "fiscal_year": "sources",
    "integer": "sources",
    "looked_up": "sources",
    "number": "sources",
    "rule": "sources",
    "source": "sources",
    "text": "sources",
    "timestamp": "sources",
}

__all__ = [*_HOME, "__version__"]  # pyright: ignore[reportUnsupportedDunderAll]

if TYPE_CHECKING:
    from scorecard.declare.derived_words import change as change
    from scorecard.declare.derived_words import change_percent as change_percent
    from scorecard.declare.derived_words import per as per
    from scorecard.declare.derived_words import previous as previous
    from scorecard.declare.derived_words import rolling as rolling
    from scorecard.declare.metrics import derived as derived
    from scorecard.declare.metrics import metric as metric
    from scorecard.declare.quality import near as near
    from scorecard.declare.quality import replace as replace
    from scorecard.declare.quality import steady as steady
    from scorecard.declare.sources import boolean as boolean
    from scorecard.declare.sources import counted as counted
    from scorecard.declare.sources import date as date
    from scorecard.declare.sources import fiscal_year as fiscal_year
    from scorecard.declare.sources import integer as integer
    from scorecard.declare.sources import looked_up as looked_up
    from scorecard.declare.sources import number as number
    from scorecard.declare.sources import rule as rule
    from scorecard.declare.sources import source as source
    from scorecard.declare.sources import text as text
    from scorecard.declare.sources import timestamp as timestamp
    from scorecard.declare.vocabulary import age_of_open as age_of_open
    from scorecard.declare.vocabulary import backlog as backlog
    from scorecard.declare.vocabulary import count as count
    from scorecard.declare.vocabulary import distinct as distinct
    from scorecard.declare.vocabulary import elapsed as elapsed
    from scorecard.declare.vocabulary import known_until as known_until
    from scorecard.declare.vocabulary import mean as mean
    from scorecard.declare.vocabulary import median as median
    from scorecard.declare.vocabulary import percentile as percentile
    from scorecard.declare.vocabulary import rate as rate
    from scorecard.declare.vocabulary import ratio as ratio
    from scorecard.declare.vocabulary import rounded as rounded
    from scorecard.declare.vocabulary import share as share
    from scorecard.declare.vocabulary import spread as spread
    from scorecard.declare.vocabulary import sum as sum
    from scorecard.declare.vocabulary import tally as tally
    from scorecard.declare.vocabulary import working_days as working_days
    from scorecard.declare.vocabulary import working_hours as working_hours


def __getattr__(name: str) -> Any:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"scorecard.declare.{home}"), name)
