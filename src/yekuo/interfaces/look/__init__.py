"""界面: the sheet, base templates, template tags and vendored files that every page of the product shares."""
