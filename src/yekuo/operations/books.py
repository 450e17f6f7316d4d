"""规则手册: opens every table the rules ask, once per process and edition, and hands it down as one value."""

from dataclasses import dataclass, field
from functools import lru_cache

from yekuo.records import editions, processes, rule_changes, rulebooks, tables
from yekuo.rules.calendar import Calendar
from yekuo.rules.engine.books import Books
from yekuo.rules.engine.definition import Definition, parse_definition
from yekuo.rules.limits import LimitBook
from yekuo.rules.powers import PowerTable


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """书架: all books of one edition; calendars are opened per province when first asked."""

    edition: int
    books: Books
    limits: LimitBook
    powers: PowerTable
    _calendars: dict[str, Calendar] = field(default_factory=dict, repr=False, compare=False)

    def calendar(self, province: str) -> Calendar:
        """This function will give the working-day calendar of a province."""
        if province not in self._calendars:
            shipped = rulebooks.shipped_calendar(province)
            self._calendars[province] = rule_changes.calendar_with_changes(shipped, until=self.edition)
        return self._calendars[province]


def open_shelf(edition: int | None = None) -> Shelf:
    """This function will give the books of an edition; without one it asks the database which is in force."""
    return _shelf(editions.edition() if edition is None else edition)


def shelf_of(*, limits: str, calendar: str, province: str, newest: Shelf) -> Shelf:
    """This function will find the newest edition with these versions of limits and calendar, else the newest of all.

    A clock that has stopped is read by the books it stopped under; later notices and limits never touch it.
    """
    for edition in range(newest.edition, -1, -1):
        shelf = _shelf(edition)
        if shelf.limits.version == limits and shelf.calendar(province).version == calendar:
            return shelf
    return newest


def keep_release() -> None:
    """This function will keep what this release brings and a later one may change; run after each migration."""
    processes.keep_shipped()


@lru_cache(maxsize=16)
def _shelf(edition: int) -> Shelf:
    shipped = processes.shipped_definitions()
    before, later = (
        [parse_definition(text) for text in texts] for texts in (processes.kept_texts(), editions.published())
    )
    return Shelf(
        edition=edition,
        books=_books([*before, *shipped.values(), *later]),
        limits=rule_changes.limits_with_changes(rulebooks.shipped_limits(), until=edition),
        powers=tables.powers(),
    )


def _books(published: list[Definition]) -> Books:
    return Books(
        definitions={one.version: one for one in published},
        current={one.key: one for one in published},
        materials=tables.materials(),
        reviews=tables.reviews(),
        checklists=tables.checklists(),
        fees=tables.fees(),
        schemes=tables.schemes(),
        contracts=tables.contracts(),
        metering=tables.metering(),
    )
