"""清单标签: the cells of a row, column by column."""

from collections.abc import Sequence

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from yekuo.interfaces.desk.columns import Column
from yekuo.interfaces.desk.rows import Row

register = template.Library()


@register.simple_tag
def cells(columns: Sequence[Column], row: Row) -> SafeString:
    """This function will draw the cells of a row."""
    return format_html_join("", '<td class="{}">{}</td>', ((column.css, column.draw(row)) for column in columns))
