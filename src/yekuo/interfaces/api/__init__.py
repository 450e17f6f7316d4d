"""接口: the same operations for machines."""
