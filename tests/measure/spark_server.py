"""A Spark Connect server of the test's own, and when there can be none."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

needs_spark = pytest.mark.skipif(
    find_spec("pyspark") is None or shutil.which("java") is None,
    reason="the engine Spark needs the extra `spark` and Java: make java",
)


@contextmanager
def connect_server(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a Spark Connect server from pyspark's own files, and how to kill it."""
    import pyspark

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": str(port),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.warehouse.dir": folder.as_uri(),
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.catalogImplementation": "in-memory",
    }
    home = Path(pyspark.__file__).parent
    command = [str(home / "bin" / "spark-submit"), "--master", "local[2]"]
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    command += ["--class", "org.apache.spark.sql.connect.service.SparkConnectServer"]
    said = (folder / "said.log").open("wb")
    server = subprocess.Popen(
        [*command, "spark-internal"],
        cwd=folder,
        env=os.environ | {"SPARK_HOME": str(home)},
        stdout=said,
        stderr=said,
        start_new_session=True,
    )

    def kill() -> None:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    try:
        for _ in range(600):
            assert server.poll() is None, (folder / "said.log").read_text()
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        else:
            raise AssertionError("the Spark Connect server did not open its port")
        yield f"sc://127.0.0.1:{port}", kill
    finally:
        kill()
        said.close()
