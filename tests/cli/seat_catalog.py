"""A catalog of plans whose users have seats."""

from __future__ import annotations

SEATS = """
[[meter]]
key = "users"
people = "user | users"
counts = "seats"

[[product]]
key = "team"

[[plan]]
key = "counted"
product = "team"
billing_period = "1 month"
charge = [
  { key = "users", basis = "counted", meter = "users", model = "per unit", price = "2.50", maximum_members = 3 },
]

[[plan]]
key = "bought"
product = "team"
billing_period = "1 month"
charge = [{ key = "users", basis = "committed", meter = "users", model = "per unit", price = "2.50" }]

[[plan]]
key = "growing"
product = "team"
billing_period = "1 month"

[[plan.charge]]
key = "users"
basis = "committed"
meter = "users"
at_limit = "extend"
model = "brackets"
tiers = [{ up_to = 2, price = "5.00" }, { up_to = 4, price = "9.00" }]

[[plan]]
key = "flat"
product = "team"
billing_period = "1 month"
base_fee = "9.00"
"""
