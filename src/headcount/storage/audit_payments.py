"""Which rows of payments break a rule. Each query gives (key, expected, found), and no row if all is well."""

# A payment that came back settles nothing any more; what goes out never did.
OF_PAYMENTS = """
SELECT 'payment=' || p.id, usable, sum(a.amount_minor)
FROM payment p JOIN allocation a ON a.payment_id = p.id LEFT JOIN payment back ON back.reverses_id = p.id
CROSS JOIN LATERAL (SELECT CASE WHEN back.id IS NULL THEN greatest(p.amount_minor, 0) ELSE 0 END) AS money (usable)
GROUP BY p.id, usable HAVING sum(a.amount_minor) NOT BETWEEN 0 AND usable ORDER BY p.id
"""

OF_CREDIT_NOTES = """
SELECT 'number=' || c.number, -c.gross_minor, sum(a.amount_minor)
FROM allocation a JOIN invoice c ON c.id = a.credit_note_id GROUP BY c.id
HAVING sum(a.amount_minor) NOT BETWEEN 0 AND -c.gross_minor ORDER BY c.id
"""

OF_INVOICES = """
SELECT 'number=' || i.number, i.gross_minor, sum(a.amount_minor)
FROM allocation a JOIN invoice i ON i.id = a.invoice_id GROUP BY i.id
HAVING sum(a.amount_minor) NOT BETWEEN 0 AND i.gross_minor ORDER BY i.id
"""

KINDS = """
SELECT 'allocation=' || a.id, 'invoice', concat_ws(' ', i.kind, c.kind)
FROM allocation a LEFT JOIN invoice i ON i.id = a.invoice_id LEFT JOIN invoice c ON c.id = a.credit_note_id
WHERE i.kind IS DISTINCT FROM 'invoice' OR c.kind = 'invoice' OR (a.credit_note_id IS NOT NULL AND c.id IS NULL)
ORDER BY a.id
"""

CURRENCIES = """
SELECT 'allocation=' || a.id, i.currency, coalesce(p.currency, c.currency)
FROM allocation a JOIN invoice i ON i.id = a.invoice_id
LEFT JOIN payment p ON p.id = a.payment_id LEFT JOIN invoice c ON c.id = a.credit_note_id
WHERE i.currency <> coalesce(p.currency, c.currency) ORDER BY a.id
"""

OWNERS = """
SELECT 'allocation=' || a.id, i.customer_id, coalesce(p.customer_id, o.customer_id, c.customer_id)
FROM allocation a JOIN invoice i ON i.id = a.invoice_id
LEFT JOIN payment p ON p.id = a.payment_id LEFT JOIN payment_owner o ON o.payment_id = p.id
LEFT JOIN invoice c ON c.id = a.credit_note_id
WHERE i.customer_id IS DISTINCT FROM coalesce(p.customer_id, o.customer_id, c.customer_id) ORDER BY a.id
"""

REVERSALS = """
SELECT 'payment=' || p.id, -r.amount_minor || ' ' || r.currency, p.amount_minor || ' ' || p.currency
FROM payment p LEFT JOIN payment r ON r.id = p.reverses_id
WHERE p.reverses_id IS NOT NULL AND (-r.amount_minor, r.currency) IS DISTINCT FROM (p.amount_minor, p.currency)
ORDER BY p.id
"""

OWNED_TWICE = """
SELECT 'payment=' || o.payment_id, p.customer_id, o.customer_id
FROM payment_owner o LEFT JOIN payment p ON p.id = o.payment_id
WHERE p.id IS NULL OR p.customer_id IS NOT NULL ORDER BY o.payment_id
"""
