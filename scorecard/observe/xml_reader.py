"""XML: the repeated element within the outermost one is a row, the elements in it are its values.

Open311 GeoReport v2 answers are of this form: `<service_requests>` around many `<request>`
(http://wiki.open311.org/GeoReport_v2). A row is then taken as a JSON object of the same names.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from scorecard.observe.batches import BrokenRow
from scorecard.observe.json_reader import JsonReader
from scorecard.observe.xml_text import XmlText


class XmlReader(JsonReader):
    """The rows of an XML file under a contract. `headings` are complete when all rows are read.

    Reading raises ImportRefused `xml-invalid`, `xml-doctype`, `xml-shape`, `line-too-long`,
    `column-missing`, and what reading the file raises.
    """

    def _records(self) -> Iterator[tuple[int, Any, str] | BrokenRow]:
        for line, value in XmlText(self._file).rows():
            yield line, value, json.dumps(value, ensure_ascii=False)
