"""测试: rules."""
