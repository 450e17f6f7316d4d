"""测试: operations."""
