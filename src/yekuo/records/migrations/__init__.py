"""迁移: how the tables came to be."""
