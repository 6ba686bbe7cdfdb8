"""A studio that is licensed up to a number of clients by status, and sells active clients too."""

from __future__ import annotations

METERS = """
[[meter]]
key = "clients"
people = "client | clients"
counts = "status"
reading = "end"

[[meter]]
key = "active"
people = "active client | active clients"
counts = "activity"
kinds = ["training"]

[[product]]
key = "studio"
"""


def licence(at_limit: str) -> str:
    """Tiers up to 2, 3 and 5 clients."""
    return f"""
[[plan]]
key = "licence"
product = "studio"
billing_period = "1 month"

[[plan.charge]]
key = "clients"
basis = "committed"
meter = "clients"
model = "brackets"
at_limit = "{at_limit}"
tiers = [{{ up_to = 2, price = "45.00" }}, {{ up_to = 3, price = "59.00" }}, {{ up_to = 5, price = "79.00" }}]
"""


COUNTED = """
[[plan]]
key = "counted"
product = "studio"
billing_period = "1 month"

[[plan.charge]]
key = "active"
basis = "counted"
meter = "active"
model = "per unit"
price = "2.00"
"""
