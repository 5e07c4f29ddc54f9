"""What a file is like, beside what its contract refuses: counted when it is imported."""
