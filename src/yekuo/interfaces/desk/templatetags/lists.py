"""清单标签: the cell of a column for a row."""

from django import template
from django.utils.safestring import SafeString

from yekuo.interfaces.desk.columns import Column
from yekuo.interfaces.desk.rows import Row

register = template.Library()


@register.simple_tag
def cell(column: Column, row: Row) -> SafeString:
    """This function will draw the cell of a column for a row."""
    return column.cell(row)
