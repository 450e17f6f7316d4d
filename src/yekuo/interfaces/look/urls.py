"""地址: 大字版, and the style guide."""

from django.urls import path

from yekuo.interfaces.look import views

app_name = "look"

urlpatterns = [
    path("look/size", views.size, name="size"),
    path("styleguide", views.styleguide, name="styleguide"),
    path("styleguide/<slug:page>", views.styleguide, name="sample"),
]
