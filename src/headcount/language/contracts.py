"""Sentences about terms, prices and offers."""

CONTRACTS = {
    "another_family": (
        "{given} does not go with a billing period of {billing_period}: use days and weeks, or months and years.",
        "{given} passt nicht zu {billing_period}: nur Tage und Wochen oder nur Monate und Jahre verwenden.",
    ),
    "does_not_divide": (
        "{given} and the billing period of {billing_period} do not fit: one must be a whole multiple of the other.",
        "{given} und der Abrechnungszeitraum {billing_period}: eines muss ein ganzes Vielfaches des anderen sein.",
    ),
    "billing_day_needs_months": (
        "A fixed billing day needs a billing period of months or years, not {billing_period}.",
        "Ein fester Abrechnungstag braucht einen Abrechnungszeitraum von Monaten oder Jahren, nicht {billing_period}.",
    ),
    "not_a_billing_day": (
        "{given} is not a day of the month from 1 to 31.",
        "{given} ist kein Tag des Monats von 1 bis 31.",
    ),
    "proration_needs_months": (
        "“{given}” needs a billing period of months or years, not {billing_period}.",
        "„{given}“ braucht einen Abrechnungszeitraum von Monaten oder Jahren, nicht {billing_period}.",
    ),
    "not_a_window": (
        '“{given}” is not a window: use {choices}, or the last days, such as "90 days".',
        '„{given}“ ist kein Fenster: {choices} oder die letzten Tage wie "90 days" verwenden.',
    ),
    "no_limit_by_billing_period": (
        "“{meter}” counts by billing periods and can be charged as counted, but not be the limit of what is bought.",
        "„{meter}“ zählt nach Abrechnungszeiträumen: als gezählt abrechenbar, nicht als Grenze des Gekauften.",
    ),
    "counted_in_advance": (
        "“{charge}” is counted, and what is counted is known only afterwards: bill it in arrears.",
        "„{charge}“ wird gezählt, und Gezähltes ist erst danach bekannt: nachträglich abrechnen.",
    ),
    "minimum_above_maximum": (
        "The minimum of {given} is above the maximum of {maximum}.",
        "Das Minimum {given} liegt über dem Maximum {maximum}.",
    ),
    "not_a_size": ("{given} is not a number of people from 1 up.", "{given} ist keine Anzahl ab 1."),
    "above_maximum": (
        "{given} is more than the plan allows: at most {most} for “{charge}”.",
        "{given} ist mehr, als der Tarif erlaubt: höchstens {most} bei „{charge}“.",
    ),
    "price_falls": (
        "{first} to {last} cost less than {fewer}: {first_price} instead of {price}.",
        "{first} bis {last} kosten weniger als {fewer}: {first_price} statt {price}.",
    ),
    "no_steps": ("An offer needs at least one step.", "Ein Angebot braucht mindestens einen Schritt."),
    "no_plans": ("Name at least one plan.", "Mindestens einen Tarif nennen."),
    "step_never_ends": (
        "“{plan}” does not end by itself, so nothing can follow it: give it a duration and no renewal.",
        "„{plan}“ endet nicht von selbst, also kann nichts folgen: eine Laufzeit ohne Verlängerung angeben.",
    ),
    "terms_differ": (
        "“{other}” differs from “{plan}” in {term}: {given} instead of {wanted}; side by side terms are equal.",
        "„{other}“ unterscheidet sich von „{plan}“ in {term}: {given} statt {wanted}; nebeneinander sind sie gleich.",
    ),
    "maximum_differs": (
        "“{other}” allows {given} of “{meter}” and “{plan}” {wanted}; in a bundle it is the same.",
        "„{other}“ erlaubt {given} von „{meter}“ und „{plan}“ {wanted}; in einem Bündel ist es gleich.",
    ),
    "not_a_week": ("“{given}” is not a week such as 2026-W18.", "„{given}“ ist keine Woche wie 2026-W18."),
    "window_is_empty": ("“{given}” holds no day.", "„{given}“ enthält keinen Tag."),
    "window_of_another_kind": (
        "“{meter}” counts by {window}; “{given}” is not one.",
        "„{meter}“ zählt nach {window}; „{given}“ ist keines.",
    ),
    "window_needed": (
        "The windows of “{meter}” are those of each subscription: name one, such as 2026-05-15/2026-06-15.",
        "Die Fenster von „{meter}“ sind die jedes Abonnements: eines nennen, etwa 2026-05-15/2026-06-15.",
    ),
    "amount_moved": (
        "It would now be {net} {currency}, not what the preview showed. Look at the preview again.",
        "Es wären jetzt {net} {currency}, nicht der Betrag der Vorschau. Die Vorschau noch einmal ansehen.",
    ),
}
