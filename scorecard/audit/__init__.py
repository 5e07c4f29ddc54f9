"""The audit cycle: baseline, fieldwork, findings, actions, re-audit, and who may do what.

A cycle's state is what its events in the ledger's chain add up to; nothing else is kept of it.
Free of the web and of the command line. Where to find what:

rules       rules.py (the table), doing.py (its kinds in words), commands.py, conditions.py,
            settling.py, moment.py, permitted.py
the cycle   body.py and events.py (what is recorded), cycle.py and fold.py (what it adds up to),
            book.py (in the ledger), desk.py (what every step takes), notices.py
opening     scope.py, opening.py, next_cycle.py
fieldwork   sample_size.py, sampling.py, population.py, drawing.py, sheet.py, sheet_lines.py,
            fieldwork.py; what it tells: estimate.py, exact_share.py, agreement.py,
            against_records.py, examined.py
findings    bringing.py, evidence.py, cause_file.py
re-audit    observed.py, terms.py, difference.py, reaudit.py (pure), comparison.py (of a cycle),
            effectiveness.py
tightening  proposed.py, loosening.py, tighten_file.py, file_replace.py, written.py
proof       signing.py, signed_figures.py, export.py, exporting.py, export_check.py, verifying.py,
            computed_anew.py, evidence_verify.py, durable.py
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
