"""Measurements: each prints what it compares with, measured in the same call. Nothing here is a test."""
