"""The outside world as rows: files and repositories are read here, and nothing is decided."""
