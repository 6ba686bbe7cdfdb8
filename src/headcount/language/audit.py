"""Sentences about what an audit found: {key} is the row, {expected} what it should say, {found} what it says."""

AUDIT = {
    "evidence_count": (
        "The journal says that {expected} activities were kept, and there are {found}.",
        "Laut Journal wurden {expected} Aktivitäten behalten, vorhanden sind {found}.",
    ),
    "claim_lost": (
        "A claim was granted and left no evidence ({key}).",
        "Ein Anspruch wurde gewährt und hinterließ keinen Beleg ({key}).",
    ),
    "evidence_of_nobody": (
        "{found} activities are of a person who is not a member of the customer ({key}).",
        "{found} Aktivitäten gehören einer Person, die kein Mitglied des Kunden ist ({key}).",
    ),
    "id_twice": (
        "One id stands for {found} different activities ({key}); both are counted.",
        "Eine Kennung steht für {found} verschiedene Aktivitäten ({key}); sie zählen alle.",
    ),
    "presence_missing": (
        "A person who counts by evidence is not on the list ({key}): {expected}.",
        "Eine Person, die laut Belegen zählt, fehlt auf der Liste ({key}): {expected}.",
    ),
    "presence_surplus": (
        "A person is on the list without any evidence ({key}): {found}.",
        "Eine Person steht ohne Beleg auf der Liste ({key}): {found}.",
    ),
    "presence_first": (
        "The first activity of a person is {expected}, and the list says {found} ({key}).",
        "Die erste Aktivität einer Person ist {expected}, die Liste sagt {found} ({key}).",
    ),
    "usage_count": (
        "By evidence {expected} people count, and {found} are stored ({key}).",
        "Laut Belegen zählen {expected} Personen, gespeichert sind {found} ({key}).",
    ),
    "usage_list": (
        "The list has {expected} people, and the stored number is {found} ({key}).",
        "Die Liste hat {expected} Personen, die gespeicherte Zahl ist {found} ({key}).",
    ),
    "not_billed": (
        "{expected} is due and not billed ({key}).",
        "{expected} ist fällig und nicht abgerechnet ({key}).",
    ),
    "limit_missing": (
        "A limit follows from what was agreed and is not there ({key}): {expected}.",
        "Eine Grenze folgt aus dem Vereinbarten und fehlt ({key}): {expected}.",
    ),
    "limit_surplus": (
        "A limit does not follow from anything that was agreed ({key}): {found}.",
        "Eine Grenze folgt aus nichts, was vereinbart wurde ({key}): {found}.",
    ),
    "entry_amount": (
        "By its price and days the amount is {expected} minor units, and {found} is billed ({key}).",
        "Nach Preis und Tagen ist der Betrag {expected} kleinste Einheiten, berechnet ist {found} ({key}).",
    ),
    "entry_price": (
        "The plan asks for {expected}, and the entry says {found} ({key}).",
        "Der Tarif verlangt {expected}, der Eintrag sagt {found} ({key}).",
    ),
    "entry_document": ("The document of the entry is gone ({key}).", "Das Dokument des Eintrags fehlt ({key})."),
    "entry_currency": (
        "The entry is in {found}, and what it belongs to in {expected} ({key}).",
        "Der Eintrag ist in {found}, das Zugehörige in {expected} ({key}).",
    ),
    "entry_plan": (
        "The subscription is on version {expected} of the plan, and the entry on {found} ({key}).",
        "Das Abonnement hat die Tarifversion {expected}, der Eintrag {found} ({key}).",
    ),
    "entry_position": (
        "An entry is on line {found} of a document with {expected} lines ({key}).",
        "Ein Eintrag steht auf Zeile {found} eines Dokuments mit {expected} Zeilen ({key}).",
    ),
    "days_given_back": (
        "Days are given back more often than they were charged: {found} times in all ({key}).",
        "Tage sind öfter zurückgegeben als berechnet: zusammen {found}-mal ({key}).",
    ),
    "conceded_too_much": (
        "On an entry of {expected}, {found} is conceded ({key}).",
        "Auf einen Eintrag über {expected} sind {found} nachgelassen ({key}).",
    ),
    "reversed_another": (
        "What the entry takes back is {expected}, and it says {found} ({key}).",
        "Was der Eintrag zurücknimmt, ist {expected}, er sagt {found} ({key}).",
    ),
    "promotion_overused": (
        "The promotional credit is {expected}, and {found} of it is used ({key}).",
        "Das Werbeguthaben beträgt {expected}, verbraucht sind {found} ({key}).",
    ),
    "adjustment_twice": (
        "The adjustment is billed {found} times ({key}).",
        "Die Anpassung ist {found}-mal berechnet ({key}).",
    ),
    "adjustment_amount": (
        "The adjustment is {expected}, and the entry says {found} ({key}).",
        "Die Anpassung ist {expected}, der Eintrag sagt {found} ({key}).",
    ),
    "moved_open": (
        "What credit notes leave to others adds up to {found}, not to zero ({key}).",
        "Was Gutschriften einander überlassen, ergibt {found} und nicht null ({key}).",
    ),
    "document_net": (
        "Its entries add up to {expected}, and the document says {found} net ({key}).",
        "Die Einträge ergeben {expected}, das Dokument sagt {found} netto ({key}).",
    ),
    "document_tax": (
        "The tax on its entries is {expected}, and the document says {found} ({key}).",
        "Die Steuer auf die Einträge ist {expected}, das Dokument sagt {found} ({key}).",
    ),
    "document_gross": (
        "Net and tax are {expected}, and the document says {found} gross ({key}).",
        "Netto und Steuer sind {expected}, das Dokument sagt {found} brutto ({key}).",
    ),
    "snapshot_digest": (
        "The digest of the frozen text is {expected}, and {found} is stored ({key}).",
        "Die Prüfsumme des festgeschriebenen Textes ist {expected}, gespeichert ist {found} ({key}).",
    ),
    "snapshot_broken": (
        "The frozen text cannot be read ({key}): {found}",
        "Der festgeschriebene Text ist nicht lesbar ({key}): {found}",
    ),
    "snapshot_not_canonical": (
        "The frozen text is not in canonical form ({key}): {found}",
        "Der festgeschriebene Text ist nicht in kanonischer Form ({key}): {found}",
    ),
    "snapshot_differs": (
        "The document is stored with {expected}, and its frozen text says {found} ({key}).",
        "Das Dokument ist mit {expected} gespeichert, sein festgeschriebener Text sagt {found} ({key}).",
    ),
    "snapshot_lines": (
        "The lines of the frozen text add up to {found}, and the document is {expected} ({key}).",
        "Die Zeilen des festgeschriebenen Textes ergeben {found}, das Dokument ist {expected} ({key}).",
    ),
    "original_unknown": (
        "The document corrects {found}, and should correct {expected} ({key}).",
        "Das Dokument berichtigt {found} und müsste {expected} berichtigen ({key}).",
    ),
    "original_exceeded": (
        "Net and gross are {expected}, and {found} is given back ({key}).",
        "Netto und brutto sind {expected}, zurückgegeben sind {found} ({key}).",
    ),
    "number_gap": (
        "The number {expected} should follow, and {found} does ({key}).",
        "Es müsste die Nummer {expected} folgen, es folgt {found} ({key}).",
    ),
    "number_last": (
        "The last number given is {expected}, and {found} is stored ({key}).",
        "Die zuletzt vergebene Nummer ist {expected}, gespeichert ist {found} ({key}).",
    ),
    "number_text": (
        "The number is printed as {expected}, and stored as {found} ({key}).",
        "Die Nummer lautet {expected}, gespeichert ist {found} ({key}).",
    ),
    "journal_gap": (
        "Entry {expected} should follow, and {found} does ({key}).",
        "Es müsste Eintrag {expected} folgen, es folgt {found} ({key}).",
    ),
    "journal_link": (
        "The entry before has the hash {expected}, and this one follows {found} ({key}).",
        "Der Eintrag davor hat den Hash {expected}, dieser folgt auf {found} ({key}).",
    ),
    "journal_hash": (
        "The hash of the entry is {expected}, and {found} is stored ({key}).",
        "Der Hash des Eintrags ist {expected}, gespeichert ist {found} ({key}).",
    ),
    "journal_head": (
        "The chain ends with {expected}, and its head says {found}.",
        "Die Kette endet mit {expected}, ihr Kopf sagt {found}.",
    ),
    "journal_document": (
        "The journal says {expected}, and the document {found} ({key}).",
        "Das Journal sagt {expected}, das Dokument {found} ({key}).",
    ),
    "payment_overused": (
        "Of a payment of {expected}, {found} is used ({key}).",
        "Von einer Zahlung über {expected} sind {found} verwendet ({key}).",
    ),
    "credit_overused": (
        "Of a credit note of {expected}, {found} is used ({key}).",
        "Von einer Gutschrift über {expected} sind {found} verwendet ({key}).",
    ),
    "invoice_overpaid": (
        "An invoice of {expected} is settled with {found} ({key}).",
        "Eine Rechnung über {expected} ist mit {found} beglichen ({key}).",
    ),
    "allocation_kind": (
        "Invoices are settled, by payments and credit notes; this settles {found} ({key}).",
        "Beglichen werden Rechnungen, durch Zahlungen und Gutschriften; hier ist es {found} ({key}).",
    ),
    "allocation_currency": (
        "An invoice in {expected} is settled in {found} ({key}).",
        "Eine Rechnung in {expected} ist in {found} beglichen ({key}).",
    ),
    "allocation_of_another": (
        "The invoice is of customer {expected}, and what settles it of {found} ({key}).",
        "Die Rechnung gehört dem Kunden {expected}, was sie begleicht {found} ({key}).",
    ),
    "payment_reversal": (
        "To take the payment back is {expected}, and the entry says {found} ({key}).",
        "Die Rücknahme der Zahlung ist {expected}, der Eintrag sagt {found} ({key}).",
    ),
    "payment_owner": (
        "The payment is of customer {expected} already, and was given to {found} too ({key}).",
        "Die Zahlung gehört schon dem Kunden {expected} und wurde auch {found} zugeordnet ({key}).",
    ),
}
