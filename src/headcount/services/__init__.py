"""Use cases. One public function = one use case = one transaction; each takes a `Context`: whose, when, by whom."""
