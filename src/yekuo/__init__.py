"""业扩: everything between asking for electricity and the electricity flowing."""
