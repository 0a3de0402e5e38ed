"""How the program ends: its exit statuses."""

PASSED, NOT_PASSED, WRONG_USAGE, OUR_FAULT, STOPPED = 0, 1, 2, 3, 130
