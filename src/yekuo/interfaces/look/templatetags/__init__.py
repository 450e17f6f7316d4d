"""模板标签: loaded in a template with `{% load look %}`."""
