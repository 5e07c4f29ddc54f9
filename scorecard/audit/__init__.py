"""Audit cycles: scope, samples, findings, actions, re-audit, and the proof of what was done."""
