"""入口: where people and machines come in; parse, call one operation, show."""
