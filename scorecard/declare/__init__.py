"""The vocabulary of declarations, and how they are loaded and linted."""
