"""电网导入: files are examined and shown with what changes and whom it hits; one confirmation puts a revision in force, or nothing."""

import hashlib
import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from yekuo.operations.books import open_shelf
from yekuo.operations.grids import doubts, measuring, uploads
from yekuo.operations.grids.doubts import Where
from yekuo.operations.grids.examining import differ
from yekuo.records import doubts as doubts_register
from yekuo.records import grid_uploads, grids, units
from yekuo.records.models import Grid, GridUpload
from yekuo.records.scope import scope_of
from yekuo.rules import powers
from yekuo.rules.actor import Actor
from yekuo.rules.calendar import day_of
from yekuo.rules.refusal import Problem, Refused
from yekuo.rules.reservation import HoldState
from yekuo.rules.state import Status

POWER = "import_grid"
SHORTEST, LONGEST = 4, 200
OPEN = Status.OPEN.value
OUTDATED = "预览之后电网或容量台账有了变化，正在按现在的情况重新核对；核对完请再看一遍后确认"
Sending = tuple[str, Iterable[bytes]]
"""A file's name and its content, piece by piece."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """导入对象: a unit that has or may have a network of its own; `grid` 0 before its first import."""

    unit: int
    unit_name: str
    grid: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """受影响的工单: one source of one case, how the new network treats it and whether the one in force does so already.

    `held`: capacity is held for it, else its place was only chosen; `open`: the case still goes on and has no power yet.
    """

    case: int
    number: str
    unit: int
    source: int
    state: str
    kw: float
    place: str
    effect: str
    words: str
    before: bool
    held: bool
    open: bool
    manager: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """导入预览: an upload with what was found in it; `hits` by the ledger as it stood when it was examined.

    `taken` are the contracted loads its measured peaks hold (they are not counted beside them any more), `again` those that the
    peaks in force hold and its own do not: how many, and kW.
    """

    upload: GridUpload
    target: Target
    found: Mapping[str, Any]
    hits: tuple[Hit, ...]
    taken: tuple[int, float] = (0, 0.0)
    again: tuple[int, float] = (0, 0.0)

    @property
    def wrong(self) -> bool:
        """Whether it cannot be put in force."""
        return bool(self.found.get("errors"))

    @property
    def open(self) -> bool:
        """Whether it waits for a decision."""
        return self.upload.taken_id is None and self.upload.dropped_at is None and not self.wrong and not self.pending

    @property
    def pending(self) -> bool:
        """Whether it is not examined yet."""
        return self.upload.state != grid_uploads.DONE

    @property
    def same(self) -> bool:
        """Whether it is the network in force."""
        difference: Mapping[str, Any] = self.found.get("difference") or {}
        changed = bool(self.found.get("beside") or self.found.get("redated"))
        return bool(difference) and not difference["tables"] and not changed


def check_power(by: Actor) -> None:
    """This function will refuse whoever may not import a network, naming who may."""
    shelf = open_shelf()
    allowed = powers.who_may(POWER, None, table=shelf.powers)
    if set(allowed).isdisjoint(by.roles):
        names = "、".join(powers.role_name(role, table=shelf.powers) for role in allowed)
        raise Refused(f"您的岗位不能导入电网数据，可由{names}办理", code="forbidden")


def reach(by: Actor) -> tuple[int, ...]:
    """This function will give the units whose networks a member of staff may change."""
    scope = scope_of(by)
    return grid_uploads.everywhere() if scope.everything else scope.units


def targets(by: Actor) -> tuple[Target, ...]:
    """This function will list the networks somebody may import into: those of the units in reach, and the own unit's first one.

    A unit that belongs to the network of one above does not get one of its own.
    """
    inside = reach(by)
    owned = list(grid_uploads.grids_of(inside))
    found = [_target(one.unit, one) for one in owned]
    own = units.unit(by.unit)
    if not any(one.unit == own.pk for one in owned) and grids.grid_over(own.pk) is None:
        found.insert(0, _target(own.pk, None))
    return tuple(found)


def _target(unit: int, grid: Grid | None) -> Target:
    name = units.unit(unit).name
    return Target(unit=unit, unit_name=name, grid=grid.pk if grid else 0, name=grid.name if grid else f"{name}配电网")


def _aim(unit: int, by: Actor) -> Target:
    check_power(by)
    found = next((one for one in targets(by) if one.unit == unit), None)
    if found is None:
        raise Refused("请选择要导入的电网", problems=(Problem("unit", "请选择要导入的电网"),), code="form")
    return found


def upload(*, files: Sequence[Sending], unit: int, by: Actor, at: datetime, measured_until: date | None = None) -> int:
    """This function will keep files to be examined by the worker; nothing is in force yet. Raises Refused and keeps nothing.

    `measured_until` is the last day the peaks in them were measured on, by default what the files say.
    """
    aim = _aim(unit, by)
    if measured_until is not None and measured_until > day_of(at):
        words = "实测负荷的统计截止日不能晚于今天"
        raise Refused(words, problems=(Problem("measured_until", words),), code="form")
    name = files[0][0] if len(files) == 1 else f"{files[0][0]} 等 {len(files)} 个文件" if files else ""
    with transaction.atomic():
        one = grid_uploads.open_upload(
            unit=aim.unit, grid=aim.grid or None, name=name, by=by.person, at=at, measured_until=measured_until
        )
        digests, size = [], 0
        for number, (own, pieces) in enumerate(files):
            digest, length = _keep(one, number, own, pieces)
            digests.append((own, digest))
            size += length
        if not size:
            raise Refused("请选择文件", problems=(Problem("files", "请选择要导入的文件"),), code="form")
        grid_uploads.sent(one, file_digest=_digest(digests), size=size)
        grid_uploads.wake(uploads.ROUND)
    return one.pk


def _keep(one: GridUpload, number: int, name: str, pieces: Iterable[bytes]) -> tuple[str, int]:
    """A file piece by piece, an empty one too; its SHA-256 and length."""
    hashed, length = hashlib.sha256(), 0
    for part, piece in enumerate(itertools.chain(pieces, [b""])):
        if piece or not part:
            grid_uploads.add_part(one, file=number, part=part, name=name, content=piece)
        hashed.update(piece)
        length += len(piece)
    return hashed.hexdigest(), length


def go_back(*, grid: int, number: int, by: Actor, at: datetime) -> int:
    """This function will make an earlier revision an upload of its own, to be looked at and confirmed as any. Raises Refused."""
    aim = next((one for one in targets(by) if one.grid == grid), None)
    check_power(by)
    old = grid_uploads.revision(grid, number)
    if aim is None or old is None or old.current:
        raise Refused("没有这个版本，或它就是在用版本", code="not_found")
    with transaction.atomic():
        one = grid_uploads.open_upload(
            unit=aim.unit, grid=grid, name=f"回到第 {number} 版", by=by.person, at=at, back_to=old,
            measured_until=old.measured_until,
        )  # fmt: skip
        grid_uploads.wake(uploads.ROUND)
    return one.pk


def _digest(each: Sequence[tuple[str, str]]) -> str:
    """One file's own SHA-256; of several that of their names and digests in order."""
    if len(each) == 1:
        return each[0][1]
    return hashlib.sha256("\n".join(f"{digest}  {name}" for name, digest in sorted(each)).encode()).hexdigest()


def preview(*, key: int, by: Actor) -> Preview:
    """This function will show an upload of a unit in reach. Raises Refused for no such one."""
    check_power(by)
    one = grid_uploads.upload(key, units=reach(by))
    if one is None:
        raise Refused("没有这次上传", code="not_found")
    grid = next(iter(grid_uploads.grids_of([one.unit])), None)
    drawn = _drawn(one.grid_id) if one.found.get("tried") or one.found.get("in_peaks") else {}
    inside = frozenset(one.found.get("in_peaks", ()))
    return Preview(
        upload=one, target=_target(one.unit, grid), found=one.found, hits=_hits(one, drawn),
        taken=_sum(each for key, each in drawn.items() if key in inside and each.state == HoldState.CONTRACTED),
        again=_sum(each for key, each in drawn.items() if key not in inside and each.state == HoldState.MEASURED)
        if one.measured_until else (0, 0.0),
    )  # fmt: skip


def _sum(each: Iterable["_Drawn"]) -> tuple[int, float]:
    some = [one.kw for one in each]
    return len(some), sum(some)


def _hits(one: GridUpload, drawn: Mapping[str, "_Drawn"]) -> tuple[Hit, ...]:
    affected: list[dict[str, Any]] = one.found.get("effects") or []
    if not affected:
        return ()
    rows = grid_uploads.cases(each.case for each in drawn.values())
    return tuple(_hit(each, drawn[each["key"]], rows) for each in affected if each["key"] in drawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    case: int
    source: int
    state: str
    kw: float
    place: Mapping[str, Any]
    held: bool


def _drawn(grid: int | None) -> dict[str, _Drawn]:
    """What was tried, by its key: held on the network, or chosen and not held yet."""
    found = {
        f"{each.case}/{each.source}": _Drawn(
            case=each.case, source=each.source, state=each.state, kw=each.kw, place=each.place, held=True
        )
        for each in grid_uploads.promised(grid)
    }
    for one in doubts_register.chosen_on(grid or 0):
        for source, place in enumerate(one.places, 1):
            found[f"{one.case}/{source}/{uploads.PLANNED}"] = _Drawn(
                case=one.case, source=source, state=uploads.PLANNED, kw=float(place["kw"]), place=place, held=False
            )
    return found


def _hit(said: Mapping[str, Any], drawn: _Drawn, rows: Mapping[int, Any]) -> Hit:
    case = rows[drawn.case]
    return Hit(
        case=drawn.case, number=case.number, unit=case.unit, source=drawn.source, state=drawn.state, kw=drawn.kw,
        place=str(drawn.place.get("name") or drawn.place.get("node") or ""), effect=said["effect"], words=said["words"],
        before=bool(said["before"]), held=drawn.held, open=case.status == OPEN and case.energised_at is None,
        manager=case.manager or 0,
    )  # fmt: skip


def _nowhere(number: str) -> str:
    return ""


def confirm(*, key: int, reason: str, seen: bool, by: Actor, at: datetime, where: Where = _nowhere) -> int:
    """This function will put an upload in force as a new revision and give its number; confirmed again it gives the same.

    Whoever looks after the cases it hits is told, with a link to the page `where` gives. Raises Refused: without a reason, with
    cases hit that nobody says to have seen, and when network or ledger moved meanwhile (then it is examined again).
    """
    shown = preview(key=key, by=by)
    if shown.upload.taken is not None:
        return shown.upload.taken.number
    said = _reason(reason)
    if shown.pending:
        raise Refused("这次上传还在检查，请等检查完再确认", code="not_open")
    if not shown.open:
        raise Refused("这次上传有错误或已放弃，不能启用", code="not_open")
    if any(not one.before for one in shown.hits) and not seen:
        raise Refused(
            "有在途方案在新电网里不再满足，请看过后勾选", code="form",
            problems=(Problem("seen", "请先看过受影响的在途方案，再勾选这一项"),),
        )  # fmt: skip
    if not _still(shown.upload):
        uploads.again(shown.upload)
        raise Refused(OUTDATED, code="outdated")
    return _put(shown, said, by, at, where)


def _reason(reason: str) -> str:
    said = reason.strip()
    if len(said) < SHORTEST:
        problem = Problem("reason", f"请写明为什么启用，至少 {SHORTEST} 个字")
        raise Refused("请写明原因", problems=(problem,), code="form")
    return said[:LONGEST]


def _still(one: GridUpload) -> bool:
    now, counted = uploads.standing_of(grid_uploads.owned(one.unit))
    return one.against_id == now and one.counted == counted


@transaction.atomic
def _put(shown: Preview, reason: str, by: Actor, at: datetime, where: Where) -> int:
    grid = grids.grid_for(unit=shown.upload.unit, name=shown.target.name)
    own = grids.hold(grid.pk)
    one = grid_uploads.lock(shown.upload.pk)
    if one.taken is not None:
        return one.taken.number
    if one.tables is None or not _still(one):
        raise Refused("电网或容量台账刚刚有变化，请再确认一次", code="outdated")
    found = one.found
    made = grids.put_in_force(
        grid=grid.pk, digest=found["digest"], packed=bytes(one.tables), levels=found["levels"], counts=found["counts"],
        remarks=found["issues"], promised=found["promised"], prices=found["prices"], source=one.name, reason=reason,
        by=by.person, at=at, file_digest=one.file_digest, affected=[_kept(each) for each in shown.hits if not each.before],
        measured_until=one.measured_until,
    )  # fmt: skip
    measuring.reckon(own, at=at)
    grid_uploads.take(one, grid=grid.pk, revision=made.revision)
    doubts.tell(grid=own, number=made.number, hits=shown.hits, at=at, where=where)
    return made.number


def _kept(one: Hit) -> dict[str, object]:
    return {
        "number": one.number, "unit": one.unit, "source": one.source, "kw": one.kw, "effect": one.effect,
        "words": one.words,
    }  # fmt: skip


def drop(*, key: int, by: Actor, at: datetime) -> None:
    """This function will give up an upload that is not in force; what was found in it stays on record. Raises Refused."""
    shown = preview(key=key, by=by)
    if shown.upload.taken_id is not None:
        raise Refused("已经启用的版本不能放弃，可以回到以前的版本", code="not_open")
    with transaction.atomic():
        grid_uploads.drop(grid_uploads.lock(key), at=at)


def between(*, grid: int, old: int, new: int, by: Actor) -> Mapping[str, Any]:
    """This function will compare two revisions of a network by number. Raises Refused when one is not there."""
    found = [grid_uploads.revision(grid, number) for number in (old, new)]
    if grid not in {one.pk for one in readable(by)} or None in found:
        raise Refused("没有这个版本", code="not_found")
    before, after = (grids.tables(one.pk) for one in found if one is not None)
    return differ(before, after)


def readable(by: Actor) -> tuple[Grid, ...]:
    """This function will list the networks a member of staff may look at: the one their unit belongs to and those below."""
    over = grids.grid_over(by.unit)
    found: Iterable[Grid] = [*([over] if over else []), *grid_uploads.grids_of(reach(by))]
    return tuple({one.pk: one for one in found}.values())
