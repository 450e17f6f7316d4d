"""地址: the scheme workbench of a case."""

from django.urls import path

from yekuo.interfaces.desk import workbench

urlpatterns = [
    path("case/<slug:number>/scheme/", workbench.workbench, name="workbench"),
    path("case/<slug:number>/scheme/map.json", workbench.workbench_map, name="workbench_map"),
    path("case/<slug:number>/scheme/choose/", workbench.choose, name="workbench_choose"),
    path("case/<slug:number>/scheme/check/", workbench.check, name="workbench_check"),
]
