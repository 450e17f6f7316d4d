"""承诺衡量: promises on a network held by its row: judged by full AC with everything in flight, bounded by every element's balance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from functools import lru_cache

from yekuo.grid.bays import no_bay
from yekuo.grid.model import MV_FROM, Inflight
from yekuo.grid.promising import Fit, Ground
from yekuo.grid.restoring import Restoring
from yekuo.grid.solve import NoSolutionError
from yekuo.operations.grids import inflight, standing
from yekuo.operations.grids.inflight import drawn_at, reactive
from yekuo.operations.grids.placing import Place
from yekuo.operations.grids.standing import Network
from yekuo.records import capacity
from yekuo.records.models import CapacityHold, Grid
from yekuo.rules.reservation import CENT, Direction, HoldState

KEPT = 2
FREE = Decimal("1000000000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """衡量结果: whether one promise fits beside all others, its path, what its elements may carry, and what binds in words."""

    fits: bool
    path: tuple[str, ...]
    rooms: Mapping[str, Decimal]
    words: str


class Scales:
    """在手电网: a network whose row is held, ready to weigh promises one after the other."""

    def __init__(self, grid: Grid, network: Network) -> None:
        """This function will take up what others were promised. Raises NoSolutionError when the network has no solution."""
        self.grid, self.network = grid, network
        self.ground = _ground(network.standing.revision, network.standing.digest)
        self.stated = inflight.stated(network)
        if grid.balanced != network.standing.revision:
            rebalance(grid, network, self.ground)

    def others(self, without: int = 0) -> list[Inflight]:
        """This function will list what the ledger holds, without one case."""
        return [
            one
            for row in capacity.counting(self.grid.pk, without=without)
            if (one := self.draw(row.case, row.place, row.kw, row.kva))
        ]

    def draw(self, case: int, place: Place, kw: float, kva: Decimal) -> Inflight | None:
        """This function will say what a promise draws and where, None where the place is unknown to this network."""
        node = drawn_at(self.network, place)
        return Inflight(case=str(case), node=node, p_kw=kw, q_kvar=reactive(kw, float(kva))) if node else None

    def weigh(
        self,
        drawn: Sequence[Inflight],
        more: Inflight,
        kva: Decimal,
        *,
        place: Place,
        taken: Mapping[str, int],
        given_back: Mapping[str, Decimal],
    ) -> Weighed:
        """This function will judge one promise beside `drawn` and the bays `taken` by node.

        `given_back` is what the case itself let go of, or took, by element.
        """
        path = self.ground.path(more.node)
        rooms = self.rooms(path)
        held = capacity.balances(self.grid.pk, path)
        over = next(
            (
                each
                for each in path
                if (held[each].held_kva if each in held else 0) - given_back.get(each, Decimal(0)) + kva > rooms[each]
            ),
            "",
        )
        fit: Fit = self.ground.fit([more], beside=drawn)
        words = (
            fit.words
            if not fit.fits or not over
            else f"{self.named(over)} 剩余可承诺容量 {rooms[over]:.0f} 千伏安已用完"
        )
        bay = self.no_bay(place, taken)
        fits = fit.fits and not over
        return Weighed(fits=fits and not bay, path=path, rooms=rooms, words=bay if fits else words)

    def bays(self, *, without: int = 0) -> dict[str, int]:
        """This function will count the bays the ledger promised by node, without one case."""
        return inflight.bays(self.network, without=without)

    def no_bay(self, place: Place, taken: Mapping[str, int]) -> str:
        """This function will say that a place has no bay left for one more, "" while it has or needs none."""
        node = inflight.bay_of(self.network, place)
        return no_bay(self.network.grid, self.network.grid.nodes.row[node], taken) if node else ""

    def warning(self, drawn: Sequence[Inflight], more: Inflight) -> str:
        """This function will say which outages a promise beside `drawn` makes worse (N-1): "" for none, or at low voltage."""
        grid = self.network.grid
        if grid.nodes.kv[grid.nodes.row[more.node]] < MV_FROM:
            return ""
        try:
            asked = Restoring(self.network.atlas, (*self.stated, *drawn), limits=self.ground.limits)
        except NoSolutionError:
            return ""
        found = asked.at(more.node, kw=more.p_kw, kvar=more.q_kvar)
        return "" if found.secure else found.words

    def path(self, place: Place) -> tuple[str, ...]:
        """This function will name the elements a place draws through in this network."""
        node = drawn_at(self.network, place)
        return self.ground.path(node) if node else ()

    def rooms(self, elements: Sequence[str]) -> dict[str, Decimal]:
        """This function will say how many kVA may be promised through elements."""
        return rooms_of(self.ground, elements)

    def named(self, element: str) -> str:
        """This function will name an element in words."""
        kind, _, key = element.partition("/")
        return f"{'线路' if kind == 'line' else '变压器'} {self.network.atlas.names.element(kind, key)}"


def scales(grid: Grid) -> Scales | None:
    """This function will open a network whose row is held, None before its first import; raises NoSolutionError."""
    network = standing.network(grid.pk)
    return Scales(grid, network) if network is not None else None


@lru_cache(maxsize=KEPT)
def _ground(revision: int, digest: str) -> Ground:
    atlas = standing.atlas_of(revision, digest)
    return Ground(atlas, inflight.stated_in(revision, atlas.grid))


def rooms_of(ground: Ground, elements: Sequence[str]) -> dict[str, Decimal]:
    """This function will give the rooms of elements, rounded down to what a balance keeps."""
    found = ground.rooms(elements)
    return {key: min(Decimal(repr(kva)).quantize(CENT, rounding=ROUND_DOWN), FREE) for key, kva in found.items()}


def rebalance(grid: Grid, network: Network, ground: Ground) -> None:
    """This function will lead every hold through the network now in force and make the balances anew; the entries stay."""
    grid.balanced = network.standing.revision
    put_anew(grid, network, ground, capacity.all_of(grid.pk))


def put_anew(grid: Grid, network: Network | None, ground: Ground | None, holds: Sequence[CapacityHold]) -> None:
    """This function will write holds with the paths the network in force gives them, and the balances that follow."""
    for one in holds:
        node = drawn_at(network, one.place) if network else ""
        load = one.direction == Direction.LOAD.value and one.state != HoldState.UNPLACED.value
        one.path = list(ground.path(node)) if ground and node and load else []
    elements = {each for one in holds for each in one.path}
    capacity.rewrite(grid, holds, rooms_of(ground, sorted(elements)) if ground else {})


def rewritten(grid: Grid, holds: Sequence[CapacityHold]) -> None:
    """This function will write these holds of a held network, led through what is in force, and the balances that follow.

    A network without solution keeps them without paths: nothing is promised there until it has one.
    """
    network = standing.network(grid.pk)
    try:
        ground = _ground(network.standing.revision, network.standing.digest) if network is not None else None
    except NoSolutionError:
        ground = None
    put_anew(grid, network, ground, holds)
