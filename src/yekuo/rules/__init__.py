"""业务规则: the trade itself, as pure functions and frozen dataclasses over the standard library."""
