"""Sentences about story files."""

STORIES = {
    "story_expects_nothing": (
        "The story expects nothing: give a step an expectation, such as expect.invoices = [].",
        "Die Geschichte erwartet nichts: einem Schritt eine Erwartung geben, etwa expect.invoices = [].",
    ),
    "steps_out_of_order": (
        "{given} is before the step above it, {before}: steps go forward in time.",
        "{given} liegt vor dem Schritt darüber, {before}: Schritte gehen in der Zeit voran.",
    ),
    "not_a_time_of_a_story": (
        "{given} is not a time: write 2024-05-10 or 2024-05-10T09:00:00, without quotes.",
        "{given} ist kein Zeitpunkt: 2024-05-10 oder 2024-05-10T09:00:00 schreiben, ohne Anführungszeichen.",
    ),
    "limit_and_quantity": (
        "“limit” and “quantity” mean the same: give one of them.",
        "„limit“ und „quantity“ bedeuten dasselbe: eines davon angeben.",
    ),
    "not_a_number_of_people": (
        "{given} is not a number of people from 1 to {most}.",
        "{given} ist keine Zahl von Personen von 1 bis {most}.",
    ),
    "digits_of_the_currency": (
        "“{given}” must have {digits} digits after the point, as amounts in {currency} have.",
        "„{given}“ muss {digits} Ziffern nach dem Punkt haben wie Beträge in {currency}.",
    ),
    "not_true_or_false": ("true or false is expected, not {given}.", "Erwartet wird true oder false, nicht {given}."),
    "not_a_refusal": (
        "The code of a refusal, a table, or a list of them is expected, not {given}.",
        "Erwartet wird der Code einer Ablehnung, eine Tabelle oder eine Liste davon, nicht {given}.",
    ),
    "names_nothing": (
        "Nothing is named here that could be compared.",
        "Hier ist nichts genannt, was sich vergleichen ließe.",
    ),
    "which_subscription": (
        "“{customer}” does not have exactly one subscription; name one with subscription = …: {known}.",
        "„{customer}“ hat nicht genau ein Abonnement; eines mit subscription = … nennen: {known}.",
    ),
    "no_preview_before": (
        "There was no preview before whose amount could hold.",
        "Es gab vorher keine Vorschau, deren Betrag gelten könnte.",
    ),
    "catalog_and_tables": (
        "The story takes its catalog from {catalog}: this belongs there, or the file is left out.",
        "Die Geschichte nimmt ihren Katalog aus {catalog}: das gehört dorthin, oder die Datei entfällt.",
    ),
    "steps_after_refusal": (
        "A story whose catalog is refused ([expect]) has no steps.",
        "Eine Geschichte, deren Katalog abgelehnt wird ([expect]), hat keine Schritte.",
    ),
    "live_not_recorded": (
        "Only a test organization can be recorded: stories move the clock, and real customers stay here.",
        "Nur eine Testorganisation lässt sich aufzeichnen: Geschichten stellen die Uhr, und echte Kunden bleiben hier.",
    ),
    "plan_changed_since": (
        "“{subscription}” is on an earlier version of the plan “{plan}”: a story has one catalog.",
        "„{subscription}“ hat eine frühere Fassung des Tarifs „{plan}“: eine Geschichte hat einen Katalog.",
    ),
    "no_plans_yet": (
        "The catalog sells nothing yet: apply one with a plan first.",
        "Der Katalog verkauft noch nichts: zuerst einen mit einem Tarif anwenden.",
    ),
    "file_is_there": (
        "{file} is there already; choose another name, or remove it.",
        "{file} gibt es schon; einen anderen Namen wählen oder die Datei entfernen.",
    ),
    "story_worker_ended": (
        "A process that played stories was ended from outside; try fewer --workers if memory is short.",
        "Ein Prozess, der Geschichten spielte, wurde von außen beendet; bei knappem Speicher weniger --workers.",
    ),
    "story_broke": (
        "The story met a mistake of Headcount ({problem}, {where}); please report it.",
        "Die Geschichte traf auf einen Fehler von Headcount ({problem}, {where}); bitte melden.",
    ),
}
