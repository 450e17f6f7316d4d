"""地址: landing, application, progress and the customer's own part; a case is named by its number, a link by its token."""

from django.urls import path, re_path

from yekuo.interfaces.customer import (
    apply,
    complaining,
    deeds,
    landing,
    mandated,
    mine,
    nearby,
    needs,
    prints,
    rehearsal,
    signin,
    track,
    verify,
)

app_name = "customer"

NUMBER = r"(?P<number>[Yy][Kk]\d{6,18})"

urlpatterns = [
    path("", landing.landing, name="landing"),
    path("needs/", needs.needs, name="needs"),
    path("capacity/", nearby.nearby, name="nearby"),
    path("apply/", apply.apply, name="apply"),
    path("apply/discard/", apply.discard, name="discard"),
    path("apply/<slug:page>/", apply.apply_page, name="apply_page"),
    path("signin/", signin.phone, name="signin"),
    path("signin/code/", signin.code, name="signin_code"),
    path("signout/", signin.signout, name="signout"),
    path("rehearsal/", rehearsal.start, name="start"),
    path("rehearsal/as/", rehearsal.become, name="become"),
    path("rehearsal/try/<slug:what>/", rehearsal.attempt, name="attempt"),
    path("rehearsal/messages/", signin.rehearsed, name="rehearsed"),
    path("mine/", mine.mine, name="mine"),
    path("files/<int:key>/", track.download, name="file"),
    re_path(rf"^p/{NUMBER}/$", track.own_progress, name="progress"),
    re_path(rf"^p/{NUMBER}/filed/$", apply.done, name="done"),
    re_path(rf"^p/{NUMBER}/urge/$", track.urge, name="urge"),
    re_path(rf"^p/{NUMBER}/complain/$", complaining.complain, name="complain"),
    re_path(rf"^p/{NUMBER}/judge/$", complaining.judge, name="judge"),
    re_path(rf"^p/{NUMBER}/links/$", mandated.give, name="give"),
    re_path(rf"^p/{NUMBER}/links/(?P<key>\d{{1,18}})/revoke/$", mandated.revoke, name="revoke"),
    re_path(rf"^p/{NUMBER}/print/(?P<form>[a-z]{{3,20}})/$", prints.download, name="print"),
    re_path(rf"^p/{NUMBER}/(?P<deed>[a-z_]{{3,40}})/$", deeds.deed, name="deed"),
    path("w/<str:token>/", mandated.mandated, name="mandated"),
    path("w/<str:token>/files/<int:key>/", mandated.mandated_file, name="mandated_file"),
    path("w/<str:token>/<slug:deed>/", mandated.mandated_deed, name="mandated_deed"),
    path("v/", verify.ask, name="verify"),
    path("v/<str:token>/", verify.verified, name="verified"),
    path("p/<str:token>/", track.linked_progress, name="linked_progress"),
    path("p/<str:token>/urge/", track.urge_by_link, name="urge_by_link"),
]
