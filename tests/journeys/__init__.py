"""测试: journeys."""
