"""地址: the counter, the halls, accounts and imported tables."""

from django.urls import path

from yekuo.interfaces.desk import capacity, counter, counter_lookup, hall, importing

urlpatterns = [
    path("new/", counter.new, name="new"),
    path("found/", counter_lookup.found, name="found"),
    path("capacity/", capacity.capacity, name="capacity"),
    path("hall/", hall.own, name="hall_own"),
    path("halls/", hall.halls, name="halls"),
    path("halls/open/", hall.open_hall, name="hall_open"),
    path("hall/<int:hall>/", hall.window, name="hall"),
    path("hall/<int:hall>/take/", hall.take, name="hall_take"),
    path("hall/<int:hall>/screen/", hall.screen, name="hall_screen"),
    path("hall/<int:hall>/arrange/", hall.arrange, name="hall_arrange"),
    path("hall/ticket/<int:key>/", hall.ticket, name="ticket"),
    path("hall/number/<slug:token>/", hall.number, name="number"),
    path("import/<slug:kind>/", importing.start, name="import"),
    path("import/<slug:kind>/template/", importing.template, name="import_template"),
    path("import/sheet/<int:key>/", importing.sheet, name="import_sheet"),
]
