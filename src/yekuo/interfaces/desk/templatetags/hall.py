"""营业厅标签: how long something took or takes, in minutes."""

from datetime import timedelta

from django import template

register = template.Library()
HOUR = 60


@register.filter
def minutes(span: timedelta | None) -> str:
    """This function will write a span in whole minutes without its sign ('17 分钟', '1 小时 5 分')."""
    if span is None:
        return "—"
    whole = int(abs(span).total_seconds() // 60)
    return f"{whole} 分钟" if whole < HOUR else f"{whole // HOUR} 小时 {whole % HOUR} 分"
