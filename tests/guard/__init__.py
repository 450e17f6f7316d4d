"""测试: guard."""
