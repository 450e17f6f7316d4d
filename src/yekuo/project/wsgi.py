"""网关: the WSGI application the web server loads."""

import os

from django.core.wsgi import get_wsgi_application

from yekuo.project.processes import die_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yekuo.project.settings")
if os.environ.get("YEKUO_SUPERVISED"):
    die_with_parent()

application = get_wsgi_application()
