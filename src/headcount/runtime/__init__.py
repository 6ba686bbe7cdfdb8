"""The ground Headcount stands on: its home folder, its PostgreSQL, its processes. See README.md."""
