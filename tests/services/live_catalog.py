"""A catalog in which every meter can be limited, in every way; sizes are 1, 2 and 4."""

from __future__ import annotations

from typing import Any

from headcount.stories.catalogs import with_organization
from tests.services.live_model import KINDS, RECENT_DAYS
from tests.services.live_sold import PLANS, SIZES

CUSTOMERS = ("anna", "beate", "carl")
METERS: dict[str, dict[str, Any]] = {
    "clients": {"counts": "activity", "kinds": [*KINDS["clients"]]},
    "busy": {"counts": "activity", "kinds": [*KINDS["busy"]]},
    "recent": {"counts": "activity", "kinds": [*KINDS["recent"]], "window": f"{RECENT_DAYS} days"},
    "staff": {"counts": "status", "reading": "end"},
    "users": {"counts": "seats", "reading": "end"},
}


def live_catalog(key: str) -> dict[str, object]:
    return with_organization({
        "activity": {"kinds": ["login"]},
        "meter": [{"key": meter, **what} for meter, what in METERS.items()],
        "product": [{"key": "practice"}],
        "plan": [
            {
                "key": plan,
                "product": "practice",
                "billing_period": "1 month",
                "charge": [_charge(meter, policy) for meter, policy in policies.items()],
            }
            for plan, policies in PLANS.items()
        ],
    }, {"key": key})  # fmt: skip


def _charge(meter: str, policy: str) -> dict[str, Any]:
    later = {"at_limit": "extend", "extended": "next period", "undo_hours": 24}
    return {
        "key": meter,
        "basis": "committed",
        "meter": meter,
        "model": "brackets",
        "tiers": [{"up_to": size, "price": f"{10 + 3 * size}.00"} for size in SIZES],
        **(later if policy == "later" else {"at_limit": policy}),
    }
