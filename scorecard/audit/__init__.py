"""The audit cycle: audit, act, re-audit, tighten. Free of the web and of the command line."""
