"""Rows of the database, the SQL on them, and the mapping between rows and core values."""
