"""Sentences about documents that correct others, what staff add, and the run."""

LEDGER = {
    "run_worker_ended": (
        "A worker of the run was ended from outside. Nothing is lost: run again, it goes on where it stopped.",
        "Ein Arbeiter des Laufs wurde von außen beendet. Nichts ist verloren: den Lauf neu starten.",
    ),
    "not_an_invoice": (
        "{given} is not an invoice but corrects one: only invoices can be corrected.",
        "{given} ist keine Rechnung, sondern berichtigt eine: nur Rechnungen können berichtigt werden.",
    ),
    "already_corrected": (
        "{given} was corrected before, so it cannot be cancelled: credit what is left of it with `invoices credit`.",
        "{given} wurde schon berichtigt und kann nicht storniert werden: den Rest mit `invoices credit` gutschreiben.",
    ),
    "nothing_left": ("Nothing is left of {given} to give back.", "Von {given} ist nichts mehr gutzuschreiben."),
    "unknown_line": (
        "There is no line {given}; there are {lines}.",
        "Position {given} gibt es nicht; es gibt {lines}.",
    ),
    "line_needed": (
        "Some of it was given back before; {left} are left. Say of which line: --line.",
        "Ein Teil wurde schon gutgeschrieben; {left} sind übrig. Die Position nennen: --line.",
    ),
    "amount_needs_line": ("Say of which line the amount is: --line.", "Sagen, von welcher Position: --line."),
    "more_than_is_left": (
        "{given} cannot be given back: {left} of the line are left.",
        "{given} können nicht gutgeschrieben werden: von der Position sind {left} übrig.",
    ),
    "not_a_line": (
        "“{given}” is not a line: write “TEXT; UNITS; UNIT PRICE”.",
        "„{given}“ ist keine Position: „TEXT; MENGE; EINZELPREIS“ schreiben.",
    ),
    "below_zero": ("An invoice cannot be below zero.", "Eine Rechnung kann nicht unter null liegen."),
    "not_above_zero": ("{given} is not above zero.", "{given} ist nicht größer als null."),
    "expires_before_it_holds": (
        "It would expire on {given} and hold from {since} on.",
        "Es würde am {given} verfallen und ab {since} gelten.",
    ),
    "unknown_adjustment": ("There is no adjustment {given}.", "Die Anpassung {given} gibt es nicht."),
    "adjustment_done": (
        "{given} is {state} and cannot be withdrawn.",
        "{given} kann nicht mehr zurückgenommen werden (Stand: {state}).",
    ),
    "payer_of_itself": (
        "{given} pays itself already: leave out the payer.",
        "{given} zahlt schon selbst: den Zahler weglassen.",
    ),
    "payer_has_payer": (
        "One who pays for others pays itself: {given} or {customer} would be both.",
        "Wer für andere zahlt, zahlt selbst: {given} oder {customer} wäre beides.",
    ),
}
