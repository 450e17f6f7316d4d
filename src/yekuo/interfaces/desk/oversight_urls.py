"""地址: supervision, sheets, complaints, revisits, messages and the morning page of the desk."""

from django.urls import path

from yekuo.interfaces.desk import complaints, messages, morning, revisits, sheets, supervision

urlpatterns = [
    path("morning/", morning.page, name="morning"),
    path("supervision/", supervision.board, name="supervision"),
    path("sheets/", sheets.sheets, name="sheets"),
    path("sheets/new/", supervision.sheet_new, name="sheet_new"),
    path("sheet/<slug:number>/", sheets.sheet, name="sheet"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/new/", complaints.complaint_new, name="complaint_new"),
    path("complaint/<slug:number>/", complaints.complaint, name="complaint"),
    path("revisits/", revisits.waiting, name="revisits"),
    path("satisfaction/", revisits.satisfaction, name="satisfaction"),
    path("messages/", messages.messages, name="messages"),
    path("messages/read/", messages.messages_read, name="messages_read"),
]
