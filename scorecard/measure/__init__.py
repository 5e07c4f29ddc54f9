"""Actual service: plan one scan per source and clock, run it on an engine, keep measurements."""
