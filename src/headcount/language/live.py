"""Sentences about limits, licences, claims and withdrawals."""

LIVE = {
    "limit_reached": (
        "{used} of {limit} count already. One more fits into a larger package only, or once fewer count.",
        "{used} von {limit} zählen schon. Noch jemand passt nur in ein größeres Paket, oder wenn weniger zählen.",
    ),
    "price_not_accepted": (
        "The licence would be raised to {next_size} for {next_now} {currency} now, and only {accepted} was accepted.",
        "Die Lizenz würde für jetzt {next_now} {currency} auf {next_size} steigen; angenommen wurden nur {accepted}.",
    ),
    "key_reused": (
        "The key “{given}” stands for another claim already. Use a new key for each question.",
        "Der Schlüssel „{given}“ steht schon für einen anderen Anspruch. Jede Frage braucht einen neuen.",
    ),
    "withdrawn": (
        "“{given}” was withdrawn before, and counts for nobody any more.",
        "„{given}“ wurde zurückgezogen und zählt für niemanden mehr.",
    ),
    "unknown_event": ("No event has the id “{given}”.", "Kein Ereignis hat die Kennung „{given}“."),
    "no_limit": (
        "“{given}” needs a limit: a charge with a meter that is bought in advance, or with maximum_members.",
        "„{given}“ braucht ein Limit: ein Preis mit Zähler, der im Voraus gekauft wird, oder maximum_members.",
    ),
    "not_extended": (
        "Only what is bought in advance can extend itself; “{charge}” is counted.",
        "Nur was im Voraus gekauft wird, kann sich erweitern; „{charge}“ wird gezählt.",
    ),
    "nothing_to_undo": (
        "The last raise of “{subscription}” is not one that can be undone: {reason}.",
        "Die letzte Erhöhung von „{subscription}“ lässt sich nicht zurücknehmen: {reason}.",
    ),
    "count_above": (
        "{used} count, more than the {size} that the licence would go back to. Fewer must count first.",
        "{used} zählen, mehr als die {size}, auf die die Lizenz zurückginge. Erst müssen es weniger sein.",
    ),
    "not_lower": (
        "{size} is not below the {agreed} that are agreed.",
        "{size} liegt nicht unter den vereinbarten {agreed}.",
    ),
    "request_open": (
        "A request for “{subscription}” is open already: {request}.",
        "Für „{subscription}“ ist schon ein Antrag offen: {request}.",
    ),
    "unknown_request": ("No open request is called “{given}”.", "Kein offener Antrag heißt „{given}“."),
}
