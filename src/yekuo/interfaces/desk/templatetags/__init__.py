"""清单标签: loaded in a template with `{% load lists %}`."""
