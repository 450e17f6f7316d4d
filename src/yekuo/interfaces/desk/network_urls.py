"""地址: the network's data: overview, import, revisions, exports."""

from django.urls import path

from yekuo.interfaces.desk import network, network_exports, network_import, scheme_doubts

urlpatterns = [
    path("grid/", network.network, name="grid"),
    path("grid/revisions/", network.revisions, name="grid_revisions"),
    path("grid/back/", network.back, name="grid_back"),
    path("grid/import/", network_import.start, name="grid_import"),
    path("grid/import/template/", network_import.template, name="grid_template"),
    path("grid/import/<int:key>/", network_import.upload, name="grid_upload"),
    path("grid/import/<int:key>/issues/", network_import.issues, name="grid_issues"),
    path("grid/doubts/", scheme_doubts.listing, name="doubts"),
    path("case/<slug:number>/doubt/", scheme_doubts.doubt, name="doubt"),
    path("grid/export/", network_exports.export, name="grid_export"),
    path("grid/exports/", network_exports.exports, name="grid_exports"),
]
