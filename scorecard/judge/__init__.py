"""Gap, status, confidence, roll-up and rounding: pure functions without input or output.

One method a file; import from the file that names it.
"""
