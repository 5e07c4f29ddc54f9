"""JSON Schema for the TOML declarations, so that editors complete and check them.

`python -m scorecard.declare.schema [FOLDER]` writes the files (docs/schema without a folder).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scorecard.declare.organisation import Organisation
from scorecard.declare.standards import StandardsFile

MODELS: dict[str, type[BaseModel]] = {
    "organisation.schema.json": Organisation,
    "standards.schema.json": StandardsFile,
}


def schema_text(model: type[BaseModel]) -> str:
    """The JSON Schema of a declaration file as text; the same text for the same model."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(by_alias=True),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Write the schema of every declaration file into `folder`; their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, model in MODELS.items():
        (folder / name).write_text(schema_text(model), encoding="utf-8")
        written.append(folder / name)
    return written


if __name__ == "__main__":
    for path in write_schemas(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/schema")):
        print(path)
