"""Pure functions over frozen values: the rules of counting, dates, prices and billing. Standard library only."""
