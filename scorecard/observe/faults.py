"""What is wrong with a value that its column's contract could not read, in a code and in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from scorecard.declare.sources import ColumnContract
from scorecard.observe.contract_sql import CLOCK, DAY, FISCAL_YEAR, OFFSET, Fault
from scorecard.observe.headings import joined

_SHOWN = 60
_ISO = re.compile(f"{DAY}({CLOCK}{OFFSET}?)?", re.ASCII)
_WRITTEN_DAY = re.compile(r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4})\b.*", re.ASCII | re.DOTALL)
_FISCAL_YEAR = re.compile(FISCAL_YEAR, re.ASCII)


def explain(
    fault: Fault, contract: ColumnContract | None, heading: str, values: Sequence[str | None]
) -> Fault:
    """The fault with its code, and with a reason that names the heading and the value.

    `values` are those of the column's parts: one, or none where the file does not have the column.
    """
    if contract is None:
        return fault
    code, reason = fault.code, fault.reason
    value = joined(values)
    if code is None and contract.parts > 1 and _incomplete(contract, values):
        code, reason = "time-incomplete", "is only a part of the time"
    if code is None:
        code, reason = _unreadable(contract, value or "")
    if value is None or code in ("value-missing", "value-too-long", "text-control"):
        return Fault(fault.column, code, f"{heading}: {reason}.")
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    return Fault(fault.column, code, f"{heading}: {shown!r} {reason}.")


def _incomplete(contract: ColumnContract, values: Sequence[str | None]) -> bool:
    blank = any(part in (None, "", *contract.blank) for part in values)
    return blank or bool(re.fullmatch(DAY, joined(values) or ""))


def _unreadable(contract: ColumnContract, value: str) -> tuple[str, str]:
    match contract.type:
        case "integer":
            return "integer-unreadable", "is no whole number of at most 64 bits"
        case "number":
            return "number-unreadable", "is no number written like 1234.5"
        case "boolean":
            return "boolean-unreadable", "is none of true/false, yes/no, y/n, 1/0"
        case "fiscal_year":
            if _FISCAL_YEAR.fullmatch(value):
                return "date-impossible", "names two years that do not follow one another"
            return "time-unreadable", "is no fiscal year written like 2023-2024 or 2023-24"
    if _ISO.fullmatch(value):
        if contract.type == "date" and re.search(f"{OFFSET}$", value) and len(value) > 10:
            return "time-unreadable", "is an instant with an offset where a day is declared"
        return "date-impossible", "is a time that does not exist, or is beyond the year 9999"
    written = _WRITTEN_DAY.fullmatch(value)
    if written and contract.formats:
        return "date-impossible", f"is no time in the form {' or '.join(contract.formats)}"
    if written and all(1 <= int(part) <= 12 for part in written.group(1, 2)):
        return "date-ambiguous", "has day and month in unclear order; declare formats=[…]"
    if contract.formats:
        forms = " or ".join(contract.formats)
        return "time-unreadable", f"is neither ISO 8601 nor in the form {forms}"
    return "time-unreadable", "is no time in ISO 8601; declare formats=[…] if it is in another form"
