"""登录地址: stand before the library's own, and close its ways that need e-mail or would let anybody sign up."""

from django.urls import path, re_path

from yekuo.interfaces.desk.signin import by_administrator

urlpatterns = [
    path("signup/", by_administrator),
    path("email/", by_administrator),
    re_path(r"^confirm-email/.*$", by_administrator),
    path("password/set/", by_administrator),
    re_path(r"^password/reset/.*$", by_administrator),
    re_path(r"^login/code/.*$", by_administrator),
]
