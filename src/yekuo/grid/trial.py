"""试建: a candidate really built and drawn, in the condensed network near by and in the whole."""

from functools import cached_property

from yekuo.grid.atlas import Atlas
from yekuo.grid.attach import connected
from yekuo.grid.candidates import Application, Candidate
from yekuo.grid.condensing import Condenser, Near, point_of
from yekuo.grid.model import GridModel
from yekuo.grid.solve import Flow, NoSolutionError, Solver
from yekuo.grid.topology import Wiring, wiring


class Built:
    """建成后的电网: a network with the candidate really built, walked and solved once where asked."""

    def __init__(self, grid: GridModel, *, like: "Built | None" = None) -> None:
        """This function will take a network; `like` is one that is wired as it is."""
        self.grid, self._like = grid, like

    @cached_property
    def wires(self) -> Wiring:
        """How it is wired."""
        return self._like.wires if self._like else wiring(self.grid)

    @cached_property
    def atlas(self) -> Atlas:
        """The network walked."""
        return self._like.atlas if self._like else Atlas(self.grid)

    @cached_property
    def solver(self) -> Solver:
        """The network prepared to be solved."""
        return Solver(self.grid, wires=self.wires)

    @cached_property
    def flow(self) -> Flow | None:
        """The network solved; None when it has no solution."""
        try:
            return self.solver.flow(quick=True)
        except NoSolutionError:
            return None

    def changed(self, grid: GridModel) -> "Built":
        """This function will give the same with other sizes, wired as it is."""
        return Built(grid, like=self)


class Trial:
    """试建: a candidate built near by, and in the whole network where that is asked."""

    def __init__(self, condenser: Condenser, one: Candidate, app: Application) -> None:
        """This function will cut out what is near and build the candidate there."""
        self._grid, self._one, self._app = condenser.grid, one, app
        self.part: Near = condenser.near([point_of(condenser.grid, one)])
        self.near = self._connected(self.part.grid)

    @cached_property
    def whole(self) -> Built:
        """The whole network with it."""
        return self._connected(self._grid)

    def _connected(self, grid: GridModel) -> Built:
        return Built(connected(grid, self._one, self._app, case="补救"))
