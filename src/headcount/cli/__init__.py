"""The `headcount` command. A command reads its arguments, calls one service and prints; it decides nothing."""
