from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from scorecard.declare.schema import MODELS, schema_text


@pytest.mark.parametrize("name", MODELS)
def test_the_schema_in_the_documentation_is_current(name: str, repository: Path):
    written = (repository / "docs" / "schema" / name).read_text(encoding="utf-8")
    assert written == schema_text(MODELS[name]), "run make schema"


def test_the_schema_names_keys_as_files_write_them():
    schema = json.loads(schema_text(MODELS["standards.schema.json"]))

    assert "from" in schema["$defs"]["Expected"]["properties"]
    assert "from_" not in schema["$defs"]["Expected"]["properties"]
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", MODELS)
def test_every_key_is_described(name: str):
    schema = json.loads(schema_text(MODELS[name]))
    for model in (schema, *schema["$defs"].values()):
        for key, field in model["properties"].items():
            assert field.get("description"), f"{model['title']}.{key}"


def test_the_module_writes_both_files(tmp_path: Path, repository: Path):
    folder = tmp_path / "schema"
    printed = subprocess.check_output(
        [sys.executable, "-m", "scorecard.declare.schema", str(folder)], cwd=repository, text=True
    )

    assert sorted(path.name for path in folder.iterdir()) == sorted(MODELS)
    assert len(printed.splitlines()) == 2
