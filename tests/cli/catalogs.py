"""The catalogs of SPEC.md as far as tests need them."""

NUTRITION = """
[activity]
kinds = ["login", "note_read"]

[[meter]]
key = "active-clients"
counts = "activity"
kinds = ["information", "measurements", "recommendations", "food_plan"]
people = "active client | active clients"

[[product]]
key = "meal-plan"

[[product]]
key = "follow-up"

[[plan]]
key = "monthly"
product = "meal-plan"
billing_period = "1 month"
charge = [{ key = "clients", basis = "committed", meter = "active-clients", model = "brackets", tiers = [
  { up_to = 10, price = "25.00" }, { up_to = 25, price = "39.00" }, { up_to = 75, price = "69.00" },
  { up_to = "unlimited", price = "99.00" } ] }]

[[plan]]
key = "quarterly"
product = "meal-plan"
billing_period = "3 months"
charge = [{ key = "clients", basis = "committed", meter = "active-clients", model = "brackets", tiers = [
  { up_to = 10, price = "72.00" }, { up_to = 25, price = "114.00" } ] }]

[[plan]]
key = "half-yearly"
product = "meal-plan"
billing_period = "6 months"
charge = [{ key = "clients", basis = "committed", meter = "active-clients", model = "brackets", tiers = [
  { up_to = 10, price = "138.00" }, { up_to = 25, price = "216.00" } ] }]

[[plan]]
key = "yearly"
product = "meal-plan"
billing_period = "1 year"
charge = [{ key = "clients", basis = "committed", meter = "active-clients", model = "brackets", tiers = [
  { up_to = 10, price = "240.00" }, { up_to = 25, price = "372.00" } ] }]

[[plan]]
key = "follow-up-monthly"
product = "follow-up"
billing_period = "1 month"
charge = [{ key = "clients", basis = "committed", meter = "active-clients", model = "brackets", tiers = [
  { up_to = 10, price = "15.00" }, { up_to = 25, price = "24.00" } ] }]
"""

STUDIO = """
[[meter]]
key = "clients"
counts = "status"
people = "client | clients"
reading = "{reading}"

[[meter]]
key = "inactive"
counts = "status"
statuses = ["inactive"]

[[meter]]
key = "all"
counts = "status"
statuses = ["added", "invited", "activated", "inactive"]

[[product]]
key = "studio"

[[plan]]
key = "per-client"
product = "studio"
billing_period = "1 month"
charge = [{{ key = "clients", basis = "counted", meter = "clients", model = "per unit", price = "1.00" }}]
"""

PUBLISHER = """
[[meter]]
key = "users"
counts = "status"
statuses = ["invited", "activated"]
people = "user | users"

[[product]]
key = "daily"

[[plan]]
key = "per-user"
product = "daily"
billing_period = "1 month"
base_fee = "50.00"
charge = [{ key = "users", basis = "counted", meter = "users", model = "per unit", price = "2.50" }]

[[plan]]
key = "free"
product = "daily"
billing_period = "1 month"
base_fee = "0.00"
charge = [{ key = "users", basis = "committed", model = "per unit", price = "2.50" }]
"""

COMMITTERS = """
[[meter]]
key = "committers"
counts = "activity"
kinds = ["commit"]
people = "active committer | active committers"

[[product]]
key = "hosting"

[[plan]]
key = "per-committer"
product = "hosting"
billing_period = "1 month"
charge = [{ key = "committers", basis = "counted", meter = "committers", model = "per unit", price = "1.00" }]
"""

CARE = """
[[product]]
key = "care"

[[plan]]
key = "a"
product = "care"
billing_period = "1 month"
base_fee = "100.00"

[[plan]]
key = "b"
product = "care"
billing_period = "1 month"
base_fee = "60.00"

[[plan]]
key = "c"
product = "care"
billing_period = "1 month"
base_fee = "40.00"

[[plan]]
key = "seats"
product = "care"
billing_period = "1 month"
decrease = "at once"
charge = [{ key = "seats", basis = "committed", model = "per unit", price = "10.00" }]
"""


def one_fee(base_fee: str) -> str:
    """One plan, `care`, with a fee a month and nothing else."""
    return f"""
[[product]]
key = "care"

[[plan]]
key = "care"
product = "care"
billing_period = "1 month"
base_fee = "{base_fee}"
"""
