"""Sentences about payments."""

PAYMENTS = {
    "not_an_amount": (
        "“{given}” is not an amount above zero in {currency}, such as 119.00, with no more digits than it has.",
        "„{given}“ ist kein Betrag über null in {currency}, etwa 119.00, mit höchstens deren Nachkommastellen.",
    ),
    "payment_in_future": (
        "{given} is after today, {today}: a payment is recorded when it has come.",
        "{given} liegt nach heute, {today}: eine Zahlung wird erfasst, wenn sie da ist.",
    ),
    "payment_differs": (
        "The payment “{payment}” exists and differs in this field. What came back is reversed, not changed.",
        "Die Zahlung „{payment}“ gibt es schon, in diesem Feld anders. Was zurückkam, wird storniert, nicht geändert.",
    ),
    "unknown_payment": ("No payment is called “{given}”.", "Keine Zahlung heißt „{given}“."),
    "payment_has_owner": (
        "The payment “{payment}” is already one of “{customer}”.",
        "Die Zahlung „{payment}“ gehört schon zu „{customer}“.",
    ),
    "payment_reversed": (
        "The payment “{payment}” was reversed already.",
        "Die Zahlung „{payment}“ wurde schon storniert.",
    ),
    "payment_went_out": (
        "“{payment}” is money that went back; only what came in can be assigned or reversed.",
        "„{payment}“ ist Geld, das zurückging; nur was kam, lässt sich zuordnen oder stornieren.",
    ),
    "invoice_of_another": (
        "The invoice {given} is not one of “{customer}”.",
        "Die Rechnung {given} ist keine von „{customer}“.",
    ),
    "more_than_is_free": (
        "{given} is more than what is free: {free} {currency}.",
        "{given} ist mehr als frei ist: {free} {currency}.",
    ),
}
