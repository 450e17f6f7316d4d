"""管理: where an administrator changes limits, calendars and processes."""
