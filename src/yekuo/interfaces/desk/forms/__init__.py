"""办理表单: one form for every deed done at a desk; FORMS by deed key."""

from yekuo.interfaces.desk.forms import (
    appointments,
    closing,
    course,
    feedback,
    inspection,
    intake,
    review,
    scheme,
    survey,
    works,
)
from yekuo.interfaces.desk.forms.base import DeedForm, FormCase, KeptPaper

__all__ = ["FORMS", "DeedForm", "FormCase", "KeptPaper"]

FORMS: dict[str, type[DeedForm]] = {
    form.deed.deed: form
    for room in (intake, feedback, survey, scheme, review, works, appointments, inspection, closing, course)
    for form in room.FORMS
}
