"""The HTTP interface for the vendor's own programs, under /v1/: decode, call one service, answer."""
