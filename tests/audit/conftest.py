"""The ledgers of these tests are those of the tests of the ledger."""

from tests.ledger.conftest import in_processes, ledger, ledger_url

__all__ = ["in_processes", "ledger", "ledger_url"]
