"""Spark as the tests want it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# A Java that lives for seconds gains nothing by compiling its code a second time, for speed.
_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"


@pytest.fixture(scope="session", autouse=True)
def short_lived_java(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Start every Spark of these tests with a Java that is made for short lives."""
    folder = tmp_path_factory.mktemp("spark_conf")
    (folder / "spark-defaults.conf").write_text(f"spark.driver.extraJavaOptions {_JAVA}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARK_CONF_DIR", str(folder))
        yield
