"""Sentences about people, chains of customers, and records of one person."""

MEMBERS = {
    "unknown_member": ("Nobody is called “{given}” there.", "Dort heißt niemand „{given}“."),
    "same_member": (
        "“{given}” and “{into}” are one person already.",
        "„{given}“ und „{into}“ sind schon dieselbe Person.",
    ),
    "still_active": (
        "“{given}” is not inactive; only who has left can become anonymous.",
        "„{given}“ ist nicht inaktiv; anonym werden kann nur, wer gegangen ist.",
    ),
    "whom_to_anonymise": (
        "Name a customer and a member, or say --inactive-since.",
        "Kunde und Person nennen, oder --inactive-since.",
    ),
    "role_is_fixed": (
        "The role is “{role}” and decides what counted in the past: register another member as “{given}”.",
        "Die Rolle ist „{role}“ und bestimmt, was früher zählte: als „{given}“ eine weitere Person anlegen.",
    ),
    "chain_of_itself": (
        "“{given}” cannot be the head of a chain that it joins.",
        "„{given}“ kann nicht der Kette beitreten, deren Kopf es ist.",
    ),
    "site_of_chain": (
        "“{given}” is a site of a chain, whose head has the licence.",
        "„{given}“ ist Filiale einer Kette; die Lizenz hat deren Kopf.",
    ),
    "site_has_sites": (
        "“{given}” is the head of a chain itself.",
        "„{given}“ ist selbst Kopf einer Kette.",
    ),
    "site_has_subscriptions": (
        "“{given}” has subscriptions of its own ({subscriptions}): cancel them first.",
        "„{given}“ hat eigene Abonnements ({subscriptions}): sie zuerst kündigen.",
    ),
    "chain_counts_otherwise": (
        "The sites of “{given}” count people the other way; all sites of a chain count alike.",
        "Die Filialen von „{given}“ zählen Personen anders; alle Filialen einer Kette zählen gleich.",
    ),
    "no_site_of_chain": ("“{given}” is not a site of a chain.", "„{given}“ ist keine Filiale einer Kette."),
}
