"""The built wheel: what it carries, and that it works where the repository is not."""

from __future__ import annotations

import importlib.metadata
import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

import scorecard

SHIPPED = ("dashboard", "migrations", "standards")
# Every module of the package is imported, and says where it was found; but pytest, which alone
# loads its plugin, is nothing the package needs.
WHERE_MODULES_ARE = """
import importlib, json, pkgutil, sys
import scorecard
from scorecard.paths import shipped
names = [m.name for m in pkgutil.walk_packages(scorecard.__path__, "scorecard.")]
for name in names:
    if name != "scorecard.pytest_plugin":
        importlib.import_module(name)
files = [m.__file__ for n, m in sys.modules.items() if n.partition(".")[0] == "scorecard"]
folders = [str(shipped(name)) for name in sys.argv[1:]]
print(json.dumps({"modules": [f for f in files if f], "folders": folders}))
"""

# The first page is built from the demo, as the server would build it for a visitor.
FIRST_PAGE = """
import os, sys
os.environ["SCORECARD_WORKSPACE"] = sys.argv[1]
from scorecard.paths import shipped
os.environ["SCORECARD_STANDARDS"] = str(shipped("standards") / "harbor_city")
from streamlit.testing.v1 import AppTest
page = AppTest.from_file(str(shipped("dashboard") / "app.py"), default_timeout=60).run()
assert not page.exception, page.exception
print([str(element.value) for element in page.main if hasattr(element, "value")])
"""


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the repository as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "-d", folder]
    subprocess.run(command, cwd=repository, capture_output=True, check=True)
    (built,) = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and the packages of its lock file, without the repository."""
    environment = tmp_path_factory.mktemp("elsewhere") / "environment"
    make_environment(environment)
    pip = [sys.executable, "-m", "pip", "--python", environment, "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True, capture_output=True)
    needed = environment.parent / "needed"
    link_packages(locked(repository / "requirements.lock"), needed)
    # A folder named in a .pth file is searched, but the .pth files in it are not followed.
    (site_packages(environment) / "needed.pth").write_text(f"{needed}\n")
    return environment


def make_environment(folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)


def locked(lock: Path) -> set[str]:
    """Names of the packages in a lock file."""
    return set(re.findall(r"^([a-z0-9.-]+)==", lock.read_text(), flags=re.MULTILINE))


def link_packages(names: set[str], folder: Path) -> None:
    """Show in `folder` what these packages installed here, and nothing else that is installed."""
    folder.mkdir()
    for name in names:
        try:
            package = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # For another system or Python.
        for top in {file.parts[0] for file in package.files or []} - {"..", "__pycache__"}:
            if not (folder / top).is_symlink():
                (folder / top).symlink_to(Path(str(package.locate_file(top))))


def site_packages(environment: Path) -> Path:
    return Path(
        sysconfig.get_path("purelib", "venv", {"base": str(environment), "platbase": "unused"})
    )


def run(environment: Path, *command: str | Path, cwd: Path) -> str:
    """Output of a program of `environment`, run in `cwd` with nothing of ours in its settings."""
    inherited = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
    done = subprocess.run(
        [environment / "bin" / command[0], *command[1:]],
        cwd=cwd,
        env=inherited,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_it_claims_one_top_level_name(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert tops == {"scorecard", f"service_scorecard-{scorecard.__version__}.dist-info"}


def test_it_carries_every_file_of_the_package_and_what_is_shipped(
    wheel: Path, repository: Path
) -> None:
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}

    expected = set()
    for top in ("scorecard", *SHIPPED):
        files = [path for path in (repository / top).rglob("*") if path.is_file()]
        assert files, f"{top}/ is missing or empty"
        names = {path.relative_to(repository).as_posix() for path in files if kept(path)}
        expected |= {name if top == "scorecard" else f"scorecard/_shipped/{name}" for name in names}
    assert carried == expected


def test_it_tells_pytest_of_its_plugin(wheel: Path) -> None:
    name = f"service_scorecard-{scorecard.__version__}.dist-info/entry_points.txt"
    points = zipfile.ZipFile(wheel).read(name).decode()

    assert "[pytest11]\nscorecard = scorecard.pytest_plugin\n" in points


def kept(path: Path) -> bool:
    return "__pycache__" not in path.parts and path.suffix != ".pyc"


def test_installed_it_finds_its_own_modules_and_folders(elsewhere: Path, tmp_path: Path) -> None:
    printed = run(
        elsewhere, "python", "-W", "error", "-c", WHERE_MODULES_ARE, *SHIPPED, cwd=tmp_path
    )

    found = json.loads(printed)
    home = site_packages(elsewhere) / "scorecard"
    assert len(found["modules"]) > 10
    assert [path for path in found["modules"] if home not in Path(path).parents] == []
    assert found["folders"] == [str(home / "_shipped" / name) for name in SHIPPED]


def test_installed_it_builds_the_demo_in_any_folder(elsewhere: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"

    assert "demo" in run(elsewhere, "scorecard", "--help", cwd=tmp_path)
    run(elsewhere, "scorecard", "--workspace", workspace, "demo", "--no-serve", cwd=tmp_path)

    assert (workspace / "ledger.sqlite3").is_file()
    assert list((workspace / "landed").glob("*/requests/_delta_log/*.json"))
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]
    page = run(elsewhere, "python", "-c", FIRST_PAGE, workspace, cwd=tmp_path)
    assert "Harbor City" in page


@pytest.mark.slow
def test_installed_from_the_lock_file_it_needs_nothing_else(
    wheel: Path, repository: Path, tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    make_environment(environment)
    pip = [sys.executable, "-m", "pip", "--python", environment, "install", "--quiet"]
    lock = repository / "requirements.lock"
    subprocess.run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", lock], check=True)
    subprocess.run([*pip, "--no-deps", "--no-index", wheel], check=True)

    workspace = tmp_path / "workspace"
    run(environment, "scorecard", "--workspace", workspace, "demo", "--no-serve", cwd=tmp_path)

    assert (workspace / "ledger.sqlite3").is_file()
