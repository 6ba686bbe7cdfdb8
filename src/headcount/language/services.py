"""Sentences about organizations, customers, subscriptions and invoices."""

SERVICES = {
    "no_organization": (
        "Say which organization: --organization KEY, or set HEADCOUNT_ORGANIZATION. There are: {known}.",
        "Eine Organisation nennen: --organization SCHLÜSSEL oder HEADCOUNT_ORGANIZATION. Es gibt: {known}.",
    ),
    "unknown_organization": ("No organization is called “{given}”.", "Keine Organisation heißt „{given}“."),
    "another_organization": (
        "The file describes “{file}”, not “{given}”.",
        "Die Datei beschreibt „{file}“, nicht „{given}“.",
    ),
    "unknown_customer": ("No customer is called “{given}”.", "Kein Kunde heißt „{given}“."),
    "unknown_plan": ("No plan is called “{given}”.", "Kein Tarif heißt „{given}“."),
    "plan_retired": ("The plan “{given}” is no longer sold.", "Der Tarif „{given}“ wird nicht mehr verkauft."),
    "unknown_subscription": ("No subscription is called “{given}”.", "Kein Abonnement heißt „{given}“."),
    "unknown_invoice": ("There is no invoice {given}.", "Die Rechnung {given} gibt es nicht."),
    "subscription_differs": (
        "The subscription “{subscription}” exists and differs in this field; change or cancel it instead.",
        "Das Abonnement „{subscription}“ gibt es schon, in diesem Feld anders; es ändern oder kündigen.",
    ),
    "unknown_charge": ("The plan has no charge “{given}”.", "Der Tarif hat keinen Preis „{given}“."),
    "which_charge": (
        "The plan sells several quantities ({sold}): write name=quantity instead of “{given}”.",
        "Der Tarif verkauft mehrere Mengen ({sold}): statt „{given}“ Name=Menge schreiben.",
    ),
    "nothing_to_commit": (
        "The plan sells no quantity in advance; leave “{given}” out.",
        "Der Tarif verkauft keine Menge im Voraus; „{given}“ weglassen.",
    ),
    "quantity_missing": ("Say how many: {charge}=…", "Die Menge nennen: {charge}=…"),
    "negative_quantity": ("{given} is below zero.", "{given} ist kleiner als null."),
    "size_not_sold": (
        "“{charge}” is sold in sizes of {sold}, not {given}.",
        "„{charge}“ gibt es in den Größen {sold}, nicht {given}.",
    ),
    "unlimited_not_priced": ("The plan has no price for “unlimited”.", "Der Tarif hat keinen Preis für „unbegrenzt“."),
    "above_last_tier": (
        "{given} is above the last tier, {most}: the plan has no price for it.",
        "{given} liegt über der letzten Staffel, {most}: der Tarif hat dafür keinen Preis.",
    ),
    "before_start": (
        "{given} is before the subscription starts on {start}.",
        "{given} liegt vor dem Beginn des Abonnements am {start}.",
    ),
    "already_ended": ("The subscription ended on {end}.", "Das Abonnement endete am {end}."),
    "until_in_future": (
        "{given} is after today, {today}: a live organization is billed up to today. --dry-run may look ahead.",
        "{given} liegt nach heute, {today}: abgerechnet wird bis heute. --dry-run darf vorausschauen.",
    ),
    "clock_goes_forward": (
        "The clock stands at {now} and only goes forward.",
        "Die Uhr steht auf {now} und geht nur vorwärts.",
    ),
    "clock_is_real": (
        "A live organization follows real time; only a test organization has a clock to move.",
        "Eine echte Organisation folgt der wirklichen Zeit; nur eine Testorganisation hat eine Uhr zum Stellen.",
    ),
    "database_failed": (
        "The database said no, and what was under way is undone: {problem}",
        "Die Datenbank hat abgelehnt, das Begonnene ist zurückgenommen: {problem}",
    ),
    "live_not_purged": ("Only a test organization can be purged.", "Nur eine Testorganisation kann gelöscht werden."),
    "tax_undecided": (
        "The buyer is in {buyer}, the seller in {seller}: domestic VAT does not apply, and no other rule is set.",
        "Der Käufer sitzt in {buyer}, der Verkäufer in {seller}: inländische USt gilt nicht, eine andere Regel fehlt.",
    ),
    "missing_on_invoice": (
        "An invoice must say this, and it is not known.",
        "Eine Rechnung muss dies nennen, und es ist nicht bekannt.",
    ),
}
