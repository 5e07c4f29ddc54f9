"""The dashboard's entry: `streamlit run app.py`, as `scorecard dashboard` starts it."""

from __future__ import annotations

import sys
from pathlib import Path

import streamlit as st

# In a clone this folder lies in the repository, in a wheel inside the package: either way its
# parent makes `dashboard` importable, without a name of ours in site-packages.
_PARENT = str(Path(__file__).resolve().parent.parent)
if _PARENT not in sys.path:
    sys.path.insert(0, _PARENT)

from dashboard import audits, compare, department, overview, standard  # noqa: E402
from dashboard.theme import ICON, apply_theme  # noqa: E402

st.set_page_config(page_icon=ICON, layout="wide")
apply_theme()
# The navigation is in the pages' own links, which carry the filters; Streamlit's would drop them.
page = st.navigation(
    [
        st.Page(overview.show, title="Overview · Scorecard", url_path="overview", default=True),
        st.Page(department.show, title="Department · Scorecard", url_path="department"),
        st.Page(standard.show, title="Standard · Scorecard", url_path="standard"),
        st.Page(compare.show, title="Compare · Scorecard", url_path="compare"),
        st.Page(audits.show, title="Audit cycles · Scorecard", url_path="audits"),
    ],
    position="hidden",
)
page.run()
