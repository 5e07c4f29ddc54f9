"""How the pages look: one style sheet, nothing of it fetched from outside."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

ICON = Path(__file__).resolve().parent / "icon.svg"
_SHEET = Path(__file__).resolve().parent / "pages.css"
LINE = "#0b6fb8"
TARGET = "#b45309"
INK = "#1c2228"
MUTED = "#57606a"
RULE = "#d5dae0"


def apply_theme() -> None:
    """Put the style sheet on the page."""
    st.html(f"<style>{_SHEET.read_text(encoding='utf-8')}</style>")
