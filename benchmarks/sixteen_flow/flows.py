"""viewflow 流程: the same sixteen steps, with the same joint review and the same two ways back."""

from typing import Any

from django.views.generic import View as Page
from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process

page = Page.as_view()


class Sixteen(flow.Flow):
    """The same sixteen steps, with the same joint review and the same two ways back."""

    process_class = Process
    lock_impl = lock.select_for_update_lock

    start = flow.StartHandle(this.begin).Next(this.s01)
    s01 = flow.View(page).Next(this.s02)
    s02 = flow.View(page).Next(this.s03)
    s03 = flow.View(page).Next(this.s04)
    s04 = flow.View(page).Next(this.split)
    split = flow.Split().Next(this.s05).Next(this.s06).Next(this.s07)
    s05 = flow.View(page).Next(this.join)
    s06 = flow.View(page).Next(this.join)
    s07 = flow.View(page).Next(this.join)
    join = flow.Join().Next(this.agreed)
    agreed = (
        flow.If(lambda a: all(a.process.data[f"ok_{key}"] for key in ("s05", "s06", "s07")))
        .Then(this.s08)
        .Else(this.s04)
    )
    s08 = flow.View(page).Next(this.s09)
    s09 = flow.View(page).Next(this.confirmed)
    confirmed = flow.If(lambda a: a.process.data["ok_s09"]).Then(this.s10).Else(this.s04)
    s10 = flow.View(page).Next(this.s11)
    s11 = flow.View(page).Next(this.s12)
    s12 = flow.View(page).Next(this.s13)
    s13 = flow.View(page).Next(this.s14)
    s14 = flow.View(page).Next(this.s15)
    s15 = flow.View(page).Next(this.s16)
    s16 = flow.View(page).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any) -> Any:
        return activation.process
