"""地址: 规则维护, everything under /rules/."""

from django.urls import path

from yekuo.interfaces.admin import (
    calendar,
    days,
    home,
    limit_forms,
    limits,
    messages,
    notices,
    processes,
    publishing,
    tables,
)

app_name = "rules"

urlpatterns = [
    path("", home.home, name="home"),
    path("calendar", calendar.year, name="calendar"),
    path("calendar/notice", notices.notice, name="notice"),
    path("calendar/local", notices.local, name="local"),
    path("days", days.days, name="days"),
    path("limits", limits.limits, name="limits"),
    path("limits/changes", limits.changes, name="limit_changes"),
    path("limits/new", limit_forms.add, name="limit_add"),
    path("limits/of/<str:limit_id>", limits.limit, name="limit"),
    path("limits/of/<str:limit_id>/confirm", limit_forms.confirm, name="limit_confirm"),
    path("limits/of/<str:limit_id>/amend", limit_forms.amend, name="limit_amend"),
    path("limits/of/<str:limit_id>/drop", limit_forms.drop, name="limit_drop"),
    path("processes", processes.processes, name="processes"),
    path("processes/publish", publishing.publish, name="publish"),
    path("processes/<slug:version>", processes.process, name="process"),
    path("processes/<slug:version>/text", processes.text, name="process_text"),
    path("processes/<slug:version>/migrate", publishing.migrate, name="migrate"),
    path("papers", tables.papers, name="papers"),
    path("fees", tables.fees, name="fees"),
    path("checklists", tables.checklists, name="checklists"),
    path("messages", messages.messages, name="messages"),
    path("messages/read", messages.read, name="messages_read"),
]
