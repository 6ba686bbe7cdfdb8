"""Every refusal as a sentence: code -> (English, German). The numbers of a refusal fill the gaps."""

from __future__ import annotations

from headcount.core.errors import Refusal
from headcount.language.api import API
from headcount.language.audit import AUDIT
from headcount.language.catalog import CATALOG
from headcount.language.contracts import CONTRACTS
from headcount.language.files import FILES
from headcount.language.ledger import LEDGER
from headcount.language.live import LIVE
from headcount.language.members import MEMBERS
from headcount.language.payments import PAYMENTS
from headcount.language.seats import SEATS
from headcount.language.services import SERVICES
from headcount.language.stories import STORIES
from headcount.language.traffic import TRAFFIC

SENTENCES: dict[str, tuple[str, str]] = {
    **API, **AUDIT, **CATALOG, **CONTRACTS, **FILES, **LEDGER, **LIVE, **MEMBERS, **PAYMENTS, **SEATS,
    **SERVICES, **STORIES, **TRAFFIC,
}  # fmt: skip
_DID_YOU_MEAN = ("Did you mean “{nearest}”?", "Ist „{nearest}“ gemeint?")


def sentence(refusal: Refusal, language: str) -> str:
    """What was refused, why, and what to do next."""
    german = language == "de"
    text = SENTENCES[refusal.code][german].format_map(refusal.numbers)
    if refusal.numbers.get("nearest"):
        text = f"{text} {_DID_YOU_MEAN[german].format_map(refusal.numbers)}"
    return text
