"""Sentences about catalog files and what they define."""

CATALOG = {
    "not_toml": ("This is not a TOML file: {problem}.", "Das ist keine TOML-Datei: {problem}."),
    "not_a_table": ("A table is expected here, not {given}.", "Hier wird eine Tabelle erwartet, nicht {given}."),
    "missing_field": ("This field is required.", "Dieses Feld ist erforderlich."),
    "unknown_field": ("There is no such field.", "Dieses Feld gibt es nicht."),
    "not_a_text": ("A text is expected, not {given}.", "Ein Text wird erwartet, nicht {given}."),
    "not_a_choice": ("“{given}” is not one of: {choices}.", "„{given}“ ist keines von: {choices}."),
    "not_a_list_of_texts": (
        "A list of texts is expected, not {given}.",
        "Eine Liste von Texten wird erwartet, nicht {given}.",
    ),
    "not_a_list_of_tables": (
        "A list of tables is expected, not {given}.",
        "Eine Liste von Tabellen wird erwartet, nicht {given}.",
    ),
    "price_not_exact": (
        '{given} is not exact; write prices as text, such as "2.50".',
        '{given} ist nicht exakt; Preise als Text schreiben, etwa "2.50".',
    ),
    "not_a_number": ("“{given}” is not a number.", "„{given}“ ist keine Zahl."),
    "too_many_digits": (
        "{given} has more than {most} digits before or after the point.",
        "{given} hat mehr als {most} Ziffern vor oder nach dem Punkt.",
    ),
    "negative_price": ("{given} is below zero; prices are not.", "{given} ist kleiner als null; Preise sind es nicht."),
    "not_a_percentage": (
        "{given} is not between 0 and 100 percent.",
        "{given} liegt nicht zwischen 0 und 100 Prozent.",
    ),
    "not_an_interval": (
        '“{given}” is not a length of time such as "1 month", "3 months", "1 year" or "2 weeks".',
        '„{given}“ ist keine Dauer wie "1 month", "3 months", "1 year" oder "2 weeks".',
    ),
    "unknown_time_zone": (
        '“{given}” is not a time zone such as "Europe/Berlin".',
        '„{given}“ ist keine Zeitzone wie "Europe/Berlin".',
    ),
    "not_a_currency": ("“{given}” is not a currency code such as EUR.", "„{given}“ ist kein Währungscode wie EUR."),
    "not_a_country": ("“{given}” is not a country code such as DE.", "„{given}“ ist kein Ländercode wie DE."),
    "not_an_invoice_prefix": (
        "“{given}” cannot begin invoice numbers: use 1 to 4 letters or digits.",
        "„{given}“ kann Rechnungsnummern nicht einleiten: 1 bis 4 Buchstaben oder Ziffern verwenden.",
    ),
    "not_days": (
        "“{given}” is not a number of days: write a whole number from 0 to {most}.",
        "„{given}“ ist keine Zahl von Tagen: eine ganze Zahl von 0 bis {most} schreiben.",
    ),
    "not_a_key": (
        "“{given}” is not a key: use small letters, digits and single hyphens, dots or underscores between them.",
        "„{given}“ ist kein Schlüssel: Kleinbuchstaben, Ziffern und dazwischen einzelne Striche oder Punkte verwenden.",
    ),
    "key_twice": ("The key “{given}” is used twice.", "Der Schlüssel „{given}“ kommt zweimal vor."),
    "key_is_taken": (
        "The key “{given}” is reserved for the base fee.",
        "Der Schlüssel „{given}“ ist der Grundgebühr vorbehalten.",
    ),
    "not_one_and_many": (
        '“{given}” must name one and many, such as "client | clients".',
        '„{given}“ muss Ein- und Mehrzahl nennen, etwa "Klient | Klienten".',
    ),
    "no_kinds": (
        "A meter of activity needs at least one kind.",
        "Ein Zähler für Aktivität braucht mindestens eine Art.",
    ),
    "no_statuses": ("A meter of statuses needs at least one.", "Ein Zähler für Status braucht mindestens einen."),
    "unknown_product": ("No product is called “{given}”.", "Kein Produkt heißt „{given}“."),
    "unknown_meter": ("No meter is called “{given}”.", "Kein Zähler heißt „{given}“."),
    "meter_charged_twice": (
        "Two charges count by the meter “{given}”; the same people would be paid for twice.",
        "Zwei Preise zählen nach „{given}“; dieselben Personen würden doppelt berechnet.",
    ),
    "no_tiers": ("At least one tier is needed.", "Mindestens eine Staffel ist nötig."),
    "tiers_not_rising": (
        "Tiers must rise: {given} does not come after {before}.",
        "Staffeln müssen steigen: {given} kommt nicht nach {before}.",
    ),
    "not_a_quantity": (
        '“{given}” is not a whole number of people, nor "unlimited".',
        '„{given}“ ist weder eine ganze Zahl von Personen noch "unlimited".',
    ),
    "meter_never_changes": (
        "What a meter counts never changes ({before} → {after}): give the new one another key than “{key}”.",
        "Was ein Zähler zählt, bleibt ({before} → {after}): dem neuen einen anderen Schlüssel als „{key}“ geben.",
    ),
    "mode_never_changes": (
        "An organization stays {before} for ever: make another one for {after}.",
        "Eine Organisation bleibt für immer {before}: für {after} eine andere anlegen.",
    ),
    "time_zone_in_use": (
        "Activity was counted in {before}: in {after} the past would read differently.",
        "Aktivität wurde in {before} gezählt: in {after} läse sich die Vergangenheit anders.",
    ),
    "currency_in_use": (
        "Invoices were written in {before}: the currency is fixed.",
        "Rechnungen wurden in {before} geschrieben: die Währung steht fest.",
    ),
}
