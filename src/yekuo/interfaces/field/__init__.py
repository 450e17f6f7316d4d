"""现场: what crews use on site."""
