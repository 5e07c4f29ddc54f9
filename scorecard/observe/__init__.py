"""Records in: files under contract become landed tables, and broken rows go to quarantine."""
