"""打印: which forms there are, from when on each may be printed, and what stands on it; pure data."""

from yekuo.rules.prints.forms import FORMS, Form, form_of, possible, sheet_of
from yekuo.rules.prints.sheet import Sheet
from yekuo.rules.prints.subject import Applicant, Office, Subject, Told

__all__ = ["FORMS", "Applicant", "Form", "Office", "Sheet", "Subject", "Told", "form_of", "possible", "sheet_of"]
