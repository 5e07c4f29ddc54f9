"""View models: what a page, a terminal table, an export or a brief shows."""
