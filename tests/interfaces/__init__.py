"""测试: interfaces."""
