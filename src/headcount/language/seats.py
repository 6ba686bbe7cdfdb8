"""Sentences about seats and their invitations."""

SEATS = {
    "unknown_code": ("There is no such invitation.", "Diese Einladung gibt es nicht."),
    "code_replaced": (
        "The invitation was sent again; only the newest code counts.",
        "Die Einladung wurde erneut verschickt; nur der neueste Code gilt.",
    ),
    "code_used": ("The invitation was used already.", "Die Einladung wurde schon benutzt."),
    "seat_removed": ("The invitation was withdrawn.", "Die Einladung wurde zurückgezogen."),
    "invitation_expired": ("The invitation expired at {expired_at}.", "Die Einladung ist abgelaufen: {expired_at}."),
    "no_seats": (
        "“{given}” has no seats: no charge of “{plan}” is counted by users of the subscription.",
        "„{given}“ hat keine Plätze: kein Preis von „{plan}“ zählt nach Benutzern des Abonnements.",
    ),
    "has_seat": (
        "“{given}” already has a seat of “{subscription}”.",
        "„{given}“ hat schon einen Platz von „{subscription}“.",
    ),
    "invitation_open": (
        "“{given}” has an open invitation to “{subscription}”: send it again instead.",
        "„{given}“ hat eine offene Einladung zu „{subscription}“: sie stattdessen erneut verschicken.",
    ),
    "no_open_invitation": (
        "“{given}” has no open invitation to “{subscription}”: invite them.",
        "„{given}“ hat keine offene Einladung zu „{subscription}“: einladen.",
    ),
    "no_seat": (
        "“{given}” has no seat of “{subscription}”.",
        "„{given}“ hat keinen Platz von „{subscription}“.",
    ),
    "member_inactive": (
        "“{given}” is inactive and gets no seat; give them another status first.",
        "„{given}“ ist inaktiv und bekommt keinen Platz; erst einen anderen Status vergeben.",
    ),
    "not_a_validity": (
        "An invitation is valid for 1 to {most} days, not {given}.",
        "Eine Einladung gilt 1 bis {most} Tage, nicht {given}.",
    ),
    "seat_of_another": (
        "The seat is of {found}, who is no person of the customer of the subscription, {expected} ({key}).",
        "Der Platz gehört {found}, keiner Person des Kunden des Abonnements, {expected} ({key}).",
    ),
    "which_seat_action": (
        "Say exactly one of: {choices}.",
        "Genau eines nennen: {choices}.",
    ),
    "no_code_before": (
        "The story has invited “{given}” fewer than {invitation} times before.",
        "Die Geschichte hat „{given}“ vorher weniger als {invitation}-mal eingeladen.",
    ),
}
