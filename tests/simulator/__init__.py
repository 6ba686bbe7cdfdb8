"""A year of an organization from a seed: everything that can happen, in any order, with crashes in between."""
