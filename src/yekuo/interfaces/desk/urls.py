"""地址: the desk."""

from django.urls import path

from yekuo.interfaces.desk import cases, counter, deeds, inbox, lists_of_cases, powers, reveal, search

app_name = "desk"

urlpatterns = [
    path("", inbox.inbox, name="inbox"),
    path("mine/", lists_of_cases.managed, name="managed"),
    path("cases/", lists_of_cases.in_hand, name="cases"),
    path("suspended/", lists_of_cases.suspended, name="suspended"),
    path("closed/", lists_of_cases.closed, name="closed"),
    path("new/", counter.new, name="new"),
    path("search/", search.search, name="search"),
    path("powers/", powers.powers, name="powers"),
    path("case/<slug:number>/", cases.case, name="case"),
    path("case/<slug:number>/review/", cases.review, name="review"),
    path("case/<slug:number>/paper/<int:key>/", cases.paper, name="paper"),
    path("case/<slug:number>/whole/<slug:field>/", reveal.whole, name="whole"),
    path("case/<slug:number>/print/receipt/", counter.receipt, name="receipt"),
    path("case/<slug:number>/print/notice/", counter.notice, name="notice"),
    path("case/<slug:number>/do/<slug:deed>/", deeds.deed, name="deed"),
]
