"""Which entries of the ledger break a rule about others. Each query gives (key, expected, found), and no row if all is
well. Sums are over whole numbers of minor units.
"""

# Days may have been charged by several entries at one price point, so what is left of them is told by the point.
DAYS_GIVEN_BACK = """
WITH steps AS (
    SELECT subscription_id, plan_version_id, charge, period_start, period_end, quantity, price, currency, proration,
        step.day, sum(step.times) AS times
    FROM billed_line CROSS JOIN LATERAL (VALUES (span_start, times), (span_end, -times)) AS step (day, times)
    WHERE kind IN ('invoiced', 'correction', 'paid_before', 'waived')
        AND subscription_id IN (SELECT subscription_id FROM billed_line AS back WHERE back.times < 0)
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10
), charged AS (
    SELECT *, sum(times) OVER (
        PARTITION BY subscription_id, plan_version_id, charge, period_start, period_end, quantity, price, currency,
            proration ORDER BY day) AS together
    FROM steps
)
SELECT 'subscription=' || subscription_id || ' charge=' || charge || ' period=' || period_start || '/' || period_end,
    0, min(together)
FROM charged WHERE together < 0 GROUP BY subscription_id, charge, period_start, period_end ORDER BY 1
"""

CONCEDED_TOO_MUCH = """
SELECT 'entry=' || e.id, e.amount_minor, -sum(l.amount_minor)
FROM billed_line l JOIN billed_line e ON e.id = l.reverses_id
WHERE l.kind = 'concession' GROUP BY e.id
HAVING -sum(l.amount_minor) NOT BETWEEN least(e.amount_minor, 0) AND greatest(e.amount_minor, 0) ORDER BY e.id
"""

# A concession is an amount; a correction takes back days at exactly the price point that it names.
REVERSED_ANOTHER = """
SELECT 'entry=' || l.id,
    concat_ws(' ', e.subscription_id, e.charge, e.period_start, e.quantity, e.price, e.currency),
    concat_ws(' ', l.subscription_id, l.charge, l.period_start, l.quantity, l.price, l.currency)
FROM billed_line l LEFT JOIN billed_line e ON e.id = l.reverses_id
WHERE l.reverses_id IS NOT NULL AND (
    e.currency IS DISTINCT FROM l.currency
    OR l.kind = 'correction' AND (
        e.subscription_id, e.plan_version_id, e.charge, e.period_start, e.period_end, e.quantity, e.price, e.proration)
        IS DISTINCT FROM (
        l.subscription_id, l.plan_version_id, l.charge, l.period_start, l.period_end, l.quantity, l.price, l.proration))
ORDER BY l.id
"""

PROMOTIONS_OVERUSED = """
SELECT 'credit=' || l.credit_id, c.amount_minor, -sum(l.amount_minor)
FROM billed_line l LEFT JOIN promotional_credit c ON c.id = l.credit_id
WHERE l.credit_id IS NOT NULL GROUP BY l.credit_id, c.id
HAVING c.id IS NULL OR -sum(l.amount_minor) NOT BETWEEN 0 AND c.amount_minor ORDER BY l.credit_id
"""

PROMOTIONS_ABROAD = """
SELECT 'entry=' || l.id, c.currency, l.currency
FROM billed_line l JOIN promotional_credit c ON c.id = l.credit_id WHERE c.currency <> l.currency ORDER BY l.id
"""

# `times` is 1, or -1 where a document that had it was cancelled, so that it waits again.
ADJUSTMENTS_USED_TWICE = """
SELECT 'adjustment=' || adjustment_id, 1, sum(times)
FROM billed_line WHERE kind = 'manual' GROUP BY adjustment_id HAVING sum(times) NOT BETWEEN 0 AND 1
ORDER BY adjustment_id
"""

ADJUSTMENTS_DIFFERENT = """
SELECT 'entry=' || l.id, l.times * a.amount_minor || ' ' || a.currency, l.amount_minor || ' ' || l.currency
FROM billed_line l LEFT JOIN adjustment a ON a.id = l.adjustment_id
WHERE l.kind = 'manual' AND (l.times * a.amount_minor, a.currency) IS DISTINCT FROM (l.amount_minor, l.currency)
ORDER BY l.id
"""

# The documents that share a credit are of one run; their customers may differ, if another one pays since.
MOVED = """
SELECT 'billing_date=' || i.billing_date || ' currency=' || l.currency, 0, sum(l.amount_minor)
FROM billed_line l LEFT JOIN invoice i ON i.id = l.invoice_id
WHERE l.kind = 'moved' GROUP BY i.billing_date, l.currency HAVING sum(l.amount_minor) <> 0 ORDER BY i.billing_date
"""

ENTRIES = """
SELECT l.id, l.kind, l.subscription_id, l.plan_version_id, l.charge, l.period_start, l.period_end, l.quantity, l.price,
    l.currency, l.proration, l.span_start, l.span_end, l.times, l.amount_minor, l.invoice_id IS NOT NULL,
    i.currency, s.plan_version_id
FROM billed_line l LEFT JOIN invoice i ON i.id = l.invoice_id LEFT JOIN subscription s ON s.id = l.subscription_id
"""

DOCUMENTS = """
SELECT i.id, i.kind, i.number, o.number, i.billing_date, i.issued_on, i.due_on, i.currency, i.net_minor, i.tax_minor,
    i.gross_minor, i.snapshot, i.sha256, rates, nets, positions
FROM invoice i LEFT JOIN invoice o ON o.id = i.original_id LEFT JOIN (
    SELECT invoice_id, array_agg(tax_rate) AS rates, array_agg(net_minor) AS nets, max(last) AS positions
    FROM (
        SELECT invoice_id, tax_rate, sum(amount_minor)::bigint AS net_minor, max(position) AS last
        FROM billed_line WHERE invoice_id IS NOT NULL GROUP BY invoice_id, tax_rate
    ) AS by_rate GROUP BY invoice_id
) AS ledger ON ledger.invoice_id = i.id
"""

# What was billed elsewhere has no document here that could be named.
ORIGINALS = """
SELECT 'number=' || c.number, 'invoice ' || c.currency, concat_ws(' ', o.kind, o.currency)
FROM invoice c LEFT JOIN invoice o ON o.id = c.original_id
WHERE (c.original_id IS NOT NULL OR c.kind = 'cancellation') AND (
    c.kind = 'invoice' OR (o.kind, o.currency) IS DISTINCT FROM ('invoice', c.currency))
ORDER BY c.number
"""

# The tax of each is what the tax on what is left changes by, so together they never come to more than the original.
CREDITED_TOO_MUCH = """
SELECT 'number=' || o.number, o.net_minor || ' ' || o.gross_minor, -sum(c.net_minor) || ' ' || -sum(c.gross_minor)
FROM invoice c JOIN invoice o ON o.id = c.original_id GROUP BY o.id
HAVING -sum(c.net_minor) > o.net_minor OR -sum(c.gross_minor) > o.gross_minor ORDER BY o.number
"""
