"""地址: the desk."""

from django.urls import path

from yekuo.interfaces.desk import (
    board,
    cases,
    chasing,
    counter_urls,
    deeds,
    inbox,
    lists_of_cases,
    open_capacity,
    oversight_urls,
    powers,
    prints,
    reassign,
    reveal,
    rounds,
    schedule,
    search,
    today,
)

app_name = "desk"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("today/", today.today, name="today"),
    path("chase/", chasing.chase, name="chase"),
    path("chase/<slug:number>/", chasing.remind, name="remind"),
    path("schedule/", schedule.schedule, name="schedule"),
    path("mine/", lists_of_cases.managed, name="managed"),
    path("cases/", lists_of_cases.in_hand, name="cases"),
    path("suspended/", lists_of_cases.suspended, name="suspended"),
    path("closed/", lists_of_cases.closed, name="closed"),
    path("done/", lists_of_cases.done, name="done"),
    path("opened/", lists_of_cases.opened, name="opened"),
    path("reassign/", reassign.reassign, name="reassign"),
    *counter_urls.urlpatterns,
    *oversight_urls.urlpatterns,
    path("search/", search.search, name="search"),
    path("open-capacity/", open_capacity.open_capacity, name="open_capacity"),
    path("open-capacity/map.json", open_capacity.open_capacity_map, name="open_capacity_map"),
    path("open-capacity/export/", open_capacity.open_capacity_export, name="open_capacity_export"),
    path("powers/", powers.powers, name="powers"),
    path("case/<slug:number>/", cases.case, name="case"),
    path("case/<slug:number>/review/", cases.review, name="review"),
    path("case/<slug:number>/board/", board.board, name="board"),
    path("case/<slug:number>/inspections/", rounds.inspections, name="inspections"),
    path("case/<slug:number>/paper/<int:key>/", cases.paper, name="paper"),
    path("case/<slug:number>/whole/<slug:field>/", reveal.whole, name="whole"),
    path("case/<slug:number>/print/<slug:form>/", prints.masked, name="print"),
    path("case/<slug:number>/print/<slug:form>/whole/", prints.whole, name="print_whole"),
    path("print/batch/", prints.batch, name="print_batch"),
    path("case/<slug:number>/do/<slug:deed>/", deeds.deed, name="deed"),
]
