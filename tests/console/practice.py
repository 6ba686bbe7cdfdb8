"""The vendor of the console's tests: two meters, limits of every sort, awkward keys, and a crowd."""

from __future__ import annotations

from tests.vendor import Vendor

TODAY = "2026-05-20"
CROWD = 450
SCRIPT = "<script>alert(1)</script>"
AWKWARD = "a/b ~2F.."

CATALOG = """
[[meter]]
key = "active-clients"
name = { en = "Active clients", de = "Aktive Klienten" }
people = { en = "active client | active clients", de = "aktiver Klient | aktive Klienten" }
counts = "activity"
kinds = ["measurements", "food_plan"]

[[meter]]
key = "seats"
name = { en = "Seats", de = "Plätze" }
people = { en = "seat | seats", de = "Platz | Plätze" }
counts = "status"
statuses = ["invited", "activated"]
reading = "peak"

[[product]]
key = "practice"
name = "Practice"

[[plan]]
key = "monthly"
product = "practice"
name = { en = "Monthly", de = "Monatlich" }
billing_period = "1 month"

[[plan.charge]]
key = "clients"
name = { en = "Active clients", de = "Aktive Klienten" }
basis = "committed"
meter = "active-clients"
model = "brackets"
tiers = [
  { up_to = 2, price = "25.00" },
  { up_to = 10, price = "1234.50" },
  { up_to = "unlimited", price = "2000.00" },
]

[[plan]]
key = "per-seat"
product = "practice"
name = { en = "Per seat", de = "Je Platz" }
billing_period = "1 month"

[[plan.charge]]
key = "seats"
name = { en = "Seats", de = "Plätze" }
basis = "counted"
meter = "seats"
model = "per unit"
price = "2.50"

[[plan]]
key = "per-client"
product = "practice"
name = { en = "Per client", de = "Je Klient" }
billing_period = "1 month"

[[plan.charge]]
key = "clients"
name = { en = "Active clients", de = "Aktive Klienten" }
basis = "counted"
meter = "active-clients"
model = "per unit"
price = "1.00"
"""


def fill(vendor: Vendor) -> None:
    """anna is over her limit of 2, beate below 10, carlos unlimited, dora pays by the seat, the crowd by the head."""
    vendor.load(
        "customers",
        "customer,name,email,street,postal_code,city,country,language\n"
        "anna,Praxis Anna,anna@example.com,Ahornweg 1,50674,Köln,DE,de\n"
        "beate,Beate Koch,,Ahornweg 2,50674,Köln,DE,en\n"
        "carlos,Carlos Vega,,Ahornweg 3,50674,Köln,DE,en\n"
        "crowd,The Crowd,,Ahornweg 4,50674,Köln,DE,en\n"
        "dora,Dora Lange,,Ahornweg 5,50674,Köln,DE,en\n"
        f"evil,{SCRIPT},,Ahornweg 6,50674,Köln,DE,en\n"
        f"{AWKWARD},Awkward,,Ahornweg 7,50674,Köln,DE,en\n"
        ".,Dot,,Ahornweg 8,50674,Köln,DE,en\n",
    )
    vendor.load(
        "subscriptions",
        "subscription,customer,plan,start,quantity\n"
        "anna-1,anna,monthly,2026-01-15,2\nbeate-1,beate,monthly,2026-02-01,10\n"
        "carlos-1,carlos,monthly,2026-03-01,unlimited\ndora-1,dora,per-seat,2026-01-15,\n"
        "crowd-1,crowd,per-client,2026-01-01,\n",
    )
    vendor.load(
        "members",
        "customer,member,status,since,name\n"
        "dora,d1,invited,2026-01-10,Dieter Eins\ndora,d1,activated,2026-01-12,Dieter Eins\n"
        "dora,d2,activated,2026-02-20,\ndora,d2,inactive,2026-03-10,\n"
        "dora,d3,activated,2026-04-20,\ndora,d4,activated,2026-05-01,\n",
    )
    vendor.activity(
        *(("anna", f"m{number}", "measurements", f"2026-05-0{number}T09:30:00+02:00") for number in range(1, 4)),
        ("anna", "m1", "food_plan", "2026-05-09T10:00:00+02:00"),
        ("anna", "m1", "food_plan", "2026-04-30T23:59:00+02:00"),
        ("beate", SCRIPT, "measurements", "2026-05-01T00:00:00+02:00"),
        ("carlos", "=1+1", "measurements", "2026-05-01T00:00:00+02:00"),
        (AWKWARD, "x/y", "food_plan", "2026-05-02T08:00:00+02:00"),
        (".", "z", "food_plan", "2026-05-02T08:00:00+02:00"),
        *(("crowd", f"c{number:04}", "food_plan", "2026-04-10T08:00:00+02:00") for number in range(CROWD)),
    )
    vendor.bill(TODAY)
