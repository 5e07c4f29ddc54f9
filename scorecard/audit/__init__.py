"""The audit cycle: baseline, fieldwork, findings, actions, re-audit, and who may do what.

A cycle's state is what its events in the ledger's chain add up to; nothing else is kept of it.
Free of the web and of the command line.
"""

from scorecard.audit.body import Body
from scorecard.audit.book import Clash, cycles, load_cycle, open_cycle, record
from scorecard.audit.commands import decide
from scorecard.audit.cycle import Cycle, State
from scorecard.audit.desk import Desk
from scorecard.audit.events import body_of
from scorecard.audit.fold import fold
from scorecard.audit.notices import Notice, notices
from scorecard.audit.rules import RULES, Rule

__all__ = [
    "RULES",
    "Body",
    "Clash",
    "Cycle",
    "Desk",
    "Notice",
    "Rule",
    "State",
    "body_of",
    "cycles",
    "decide",
    "fold",
    "load_cycle",
    "notices",
    "open_cycle",
    "record",
]
