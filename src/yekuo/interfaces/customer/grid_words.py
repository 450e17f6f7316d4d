"""电网说明: what a customer is told about works the network needs and about the queue of generation: calm, and never a refusal."""

from collections.abc import Iterator
from datetime import date

from yekuo.operations.casefile import CaseFile
from yekuo.operations.grids.generation import position
from yekuo.records import needs, queueing
from yekuo.rules.queueing import QueueState
from yekuo.rules.state import Status


def grid_lines(file: CaseFile) -> tuple[str, ...]:
    """This function will say who builds and pays for what, and whose turn it is; nothing while there is nothing to say."""
    state = file.state
    if state.status is not Status.OPEN:
        return ()
    works = _works(file) if state.replied_version else ()
    feeds = state.facts is not None and state.facts.generation_kw > 0
    return (*works, *(_queue(file) if feeds else ()))


def _works(file: CaseFile) -> Iterator[str]:
    live = [one for one in needs.of_case(file.id) if one.state in needs.LIVE]
    if not live:
        return
    text = "您附近的电网需要扩建，由供电公司建设，供电公司出钱"
    planned = max((one.planned for one in live if one.planned), default=None)
    if all(one.connect_first for one in live):
        yield f"{text}。不用等扩建，照常给您送电。"
    elif planned is not None:
        yield f"{text}，计划 {_day(planned)}前建成，建成后送电。您自己的手续照常办，不用等。"
    else:
        yield f"{text}，正在安排，建成后送电。您自己的手续照常办，不用等。"


def _queue(file: CaseFile) -> Iterator[str]:
    row = queueing.of_case(file.id)
    if row is None:
        return
    state, kw = QueueState(row.state), f"{row.kw:g} 千瓦"
    if state is QueueState.OFFERED and row.offered_until:
        yield f"您的 {kw}发电设备有并网容量了，为您保留到 {_day(row.offered_until)}，客户经理会联系您办理。"
    elif state is QueueState.HELD:
        yield f"您的 {kw}发电设备，并网容量已经为您留好。"
    elif state is QueueState.WAITING and row.element:
        yield (f"您的 {kw}发电设备按申请先后排在第 {position(row)} 位，有容量就按顺序通知您；您的用电申请不受影响。")
    elif state is QueueState.WAITING:
        yield f"您的 {kw}发电设备接在哪里，勘查后确定；排队按您提交申请的时间算。"


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
