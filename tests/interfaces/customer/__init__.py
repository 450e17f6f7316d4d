"""测试: the customer room."""
