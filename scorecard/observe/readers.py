"""Which reader makes rows of a file."""

from __future__ import annotations

from scorecard.declare.sources import Source
from scorecard.observe.csv_reader import CsvReader
from scorecard.observe.files import SourceFile
from scorecard.observe.json_reader import JsonReader
from scorecard.observe.parquet_reader import ParquetReader
from scorecard.observe.workbook_reader import WorkbookReader
from scorecard.observe.xml_reader import XmlReader

Reader = CsvReader | JsonReader | ParquetReader | WorkbookReader


def reader_of(
    file: SourceFile, source: Source, delimiter: str, sheet: str | None, *, exact: bool
) -> Reader:
    """The reader for the file's form. `delimiter` and `exact` are for delimited text alone.

    Raises what opening that reader raises.
    """
    match file.format:
        case "delimited":
            return CsvReader(file, source, delimiter, exact=exact)
        case "json" | "json-lines":
            return JsonReader(file, source)
        case "xml":
            return XmlReader(file, source)
        case "parquet":
            return ParquetReader(file, source)
        case "workbook":
            return WorkbookReader(file, source, sheet)
