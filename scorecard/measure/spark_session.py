"""Sessions of Spark, on this machine or at a Spark Connect server, and what can go wrong with them.

A process starts Spark on its machine once, at the first session, and keeps it until it ends: each
session has settings and views of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from scorecard.errors import MeasureError
from scorecard.measure.engine import beyond_range

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What statements rely on, whatever the cluster's own settings are.
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.parser.escapedStringLiterals": "false",
    # A text like '${env:HOME}' stays that text.
    "spark.sql.variable.substitute": "false",
    # Landed files carry the calendar of today for every year.
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
}
# Spark's own patience with a server that is not there is ten minutes; this is some five seconds.
_RETRIES = 4
_UNREADABLE = ("PATH_NOT_FOUND", "FAILED_READ_FILE", "is not a Parquet file")


def session(remote: str | None) -> SparkSession:
    """A new session: at the Spark Connect server `remote` (`sc://host:port`), or on this machine.

    Raises MeasureError `spark-missing` where the package is not installed, `java-missing` where
    Spark cannot start here, `spark-unreachable` where no server answers.
    """
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise MeasureError(
            "spark-missing",
            "The engine 'spark' needs the package pyspark, which is not installed.",
            hint="Install the extra: pip install 'service-scorecard[spark]'",
        ) from None
    with coded(remote):
        made = _local() if remote is None else _remote(remote)
        for name, value in _SETTINGS.items():
            made.conf.set(name, value)
        return made


@contextmanager
def coded(remote: str | None) -> Iterator[None]:
    """Turn what Spark raises within into a MeasureError with a code."""
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():
            # Of pandas, which does none of our work, of settings, of each retry: what matters of
            # it comes as an error.
            warnings.simplefilter("ignore")
            yield
    except (Py4JError, PySparkException, OSError) as error:
        text = _first_line(error)
        if any(sign in str(error) for sign in _UNREADABLE):
            where = "" if remote is None else " The cluster must see them under the same path."
            raise MeasureError(
                "landed-damaged",
                f"Landed records cannot be read: {text}",
                hint="Restore the workspace from a backup, or move the landed table away and "
                f"import its files again.{where}",
            ) from None
        if "ARITHMETIC_OVERFLOW" in str(error):
            raise beyond_range(error) from None
        gone = isinstance(error, OSError) or (
            isinstance(error, Py4JError) and not isinstance(error, Py4JJavaError)
        )
        if gone or _unreachable(error):
            where = "on this machine" if remote is None else f"at {_without_token(remote)}"
            raise MeasureError(
                "spark-unreachable",
                f"Spark {where} does not answer: {text}",
                hint="Nothing was recorded. See that it runs, and measure again.",
            ) from None
        raise MeasureError(
            "spark-failed",
            f"Spark could not answer a statement: {text}",
            hint="Nothing was recorded. Spark's own log says more.",
        ) from None


def _local() -> SparkSession:
    from pyspark import SparkConf, SparkContext
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    running = SparkContext._active_spark_context
    if running is not None:
        return SparkSession(running).newSession()
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        raise _no_java("Java was not found.")
    cores = os.cpu_count() or 1
    # Spark makes a folder for tables of its own, which nobody needs, where the process stands.
    with tempfile.TemporaryDirectory(prefix="scorecard-spark-") as unused:
        settings = {
            "spark.master": "local[*]",
            "spark.app.name": "scorecard",
            "spark.ui.enabled": "false",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.log.level": "ERROR",
            "spark.sql.catalogImplementation": "in-memory",
            "spark.sql.warehouse.dir": Path(unused).as_uri(),
            "spark.sql.shuffle.partitions": str(cores),
        }
        conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
        with tempfile.TemporaryFile() as said:
            streams = {"stdout": subprocess.DEVNULL, "stderr": said}
            try:
                gateway = launch_gateway(conf, streams)
            except Exception:
                said.seek(0)
                lines = said.read().decode(errors="replace").strip().splitlines()
                raise _no_java(f"Spark did not start: {lines[0] if lines else ''}") from None
        started = SparkSession(SparkContext(conf=conf, gateway=gateway))
        started.catalog.currentDatabase()
    return started.newSession()


def _remote(url: str) -> SparkSession:
    from pyspark.errors import PySparkException
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    try:
        made = SparkSession(connection=url)
    except (PySparkException, ValueError) as error:
        raise MeasureError(
            "spark-address",
            f"{_without_token(url)!r} is no address of a Spark Connect server: "
            f"{_first_line(error)}",
            hint="Write it like sc://host:15002",
        ) from None
    made.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES)])
    return made  # type: ignore[return-value]


def _no_java(what: str) -> MeasureError:
    return MeasureError(
        "java-missing",
        f"Spark needs Java 17 or newer on this machine. {what}",
        hint="Install it, on Debian: apt-get install default-jre-headless. Or name a Spark "
        "Connect server.",
    )


def _unreachable(error: BaseException) -> bool:
    status = getattr(error, "getGrpcStatusCode", None)
    # After a restart the server does not know the session any more.
    forgotten = "INVALID_HANDLE" in str(error)
    return forgotten or (
        status is not None and status().name in ("UNAVAILABLE", "DEADLINE_EXCEEDED")
    )


def _without_token(url: str) -> str:
    """What follows the address may be a password."""
    return url.partition("/;")[0]


def _first_line(error: BaseException) -> str:
    # What Py4J itself says first is only which of its calls failed.
    raised = getattr(error, "java_exception", None)
    text = str(error) if raised is None else raised.toString()
    # Of a call to a server, what was wrong stands in its details.
    details = re.search(r'details = "(.+)"', text)
    lines = [details[1]] if details else text.splitlines()
    return next((line for line in lines if line.strip()), type(error).__name__)
