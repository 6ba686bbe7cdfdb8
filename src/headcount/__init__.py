"""Headcount: subscription and licence billing for products priced by people."""
