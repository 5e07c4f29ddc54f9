"""The pages: thin, over scorecard.report."""
