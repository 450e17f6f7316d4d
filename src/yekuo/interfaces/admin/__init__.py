"""规则维护: where everyone reads the rules in force, and an administrator changes calendars, limits and processes."""
