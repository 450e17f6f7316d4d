"""流程引擎对比（viewflow）: the same sixteen steps as view nodes; each step locks the process, assigns, starts and executes one task."""

import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django.conf import settings

settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PGDATABASE"], "HOST": os.environ["PGHOST"],
            "PORT": os.environ["PGPORT"], "USER": os.environ["PGUSER"], "PASSWORD": os.environ["PGPASSWORD"],
            "CONN_MAX_AGE": None,
        }
    },
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "viewflow", "viewflow.workflow", "sixteen_flow"],
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    SECRET_KEY="benchmark",
)  # fmt: skip
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from meter import Cpu  # noqa: E402
from sixteen_flow.flows import Sixteen  # noqa: E402
from viewflow.workflow.models import Process, Task  # noqa: E402


class Contest:
    """Processes and tasks are viewflow's own rows in the same PostgreSQL."""

    def __init__(self, postmaster: int, forms: list[dict[str, Any]]) -> None:
        self.postmaster, self.forms = postmaster, forms
        call_command("migrate", verbosity=0)
        self.user, _ = User.objects.get_or_create(username="clerk")

    def start(self) -> int:
        process = Sixteen.start.run()
        return int(process.pk)

    def step(self, process: int, form: dict[str, Any]) -> None:
        task = Task.objects.filter(process_id=process, status="NEW").order_by("pk").first()
        with task.activation() as activation:
            activation.assign(self.user)
            activation.start(SimpleNamespace(user=self.user))
            key = activation.flow_task.name
            activation.process.data = {**(activation.process.data or {}), key: form, f"ok_{key}": True}
            activation.process.save()
            activation.execute()

    def run(self, many: int) -> dict[str, float]:
        processes = [self.start() for _ in range(many)]
        before = Cpu.now(self.postmaster)
        for process in processes:
            for form in self.forms:
                self.step(process, form)
        used = Cpu.now(self.postmaster).since(before)
        if Process.objects.filter(pk__in=processes, status="DONE").count() != many:
            raise SystemExit("viewflow 没有走完十六步")
        return {"steps": many * 16, "app": used.app, "database": used.database}


if __name__ == "__main__":
    contest = Contest(int(sys.argv[1]), json.loads(Path(os.environ["FORMS"]).read_text(encoding="utf-8")))
    contest.run(2)
    print(json.dumps(contest.run(int(sys.argv[2]))))
