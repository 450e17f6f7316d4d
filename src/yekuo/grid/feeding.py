"""并网校核: a customer who draws and feeds in is checked in both directions at the same place; the tighter one decides."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from yekuo.grid.atlas import Atlas
from yekuo.grid.candidates import Application, Candidate
from yekuo.grid.evaluate import Verdict, evaluate
from yekuo.grid.model import Inflight, Limits
from yekuo.grid.solve import NoSolutionError

ROUNDS, CLOSE, SHORT = 7, 0.02, 0.99
ASKED_FOR_MOST = 3
FED = "发电上网："


@dataclass(frozen=True, slots=True, kw_only=True)
class Fed:
    """双向校核: the verdict on what is drawn and on what is fed in; `most_kw` what the place takes at most, None: not asked."""

    drawn: Verdict
    fed: Verdict
    most_kw: float | None = None

    @property
    def both(self) -> Verdict:
        """The two as one: feasible when both are, bound by the tighter one; voltages and losses are those of the load."""
        drawn, fed = self.drawn, self.fed
        more = tuple(f"{FED}{one}" for one in fed.reasons if one not in drawn.reasons)
        tighter = fed if fed.used > drawn.used else drawn
        return replace(
            drawn,
            feasible=drawn.feasible and fed.feasible,
            reasons=(*drawn.reasons, *more),
            used=tighter.used,
            binding=tighter.binding,
        )


def fed_in(
    atlas: Atlas,
    app: Application,
    found: Sequence[Candidate],
    drawn: Sequence[Verdict],
    *,
    inflight: Iterable[Inflight] = (),
    limits: Limits | None = None,
    threads: int = 0,
) -> Mapping[str, Fed]:
    """This function will check what `app` feeds in at places already checked for their load, by candidate id.

    Of the places that carry the load but not the generation, those that miss least are asked for the most they take. Raises
    NoSolutionError and UnknownNodeError.
    """
    promised = tuple(inflight)
    verdicts = evaluate(atlas, app, found, limits=limits, inflight=promised, threads=threads)
    short = [fed for fed, one in zip(verdicts, drawn, strict=True) if one.feasible and not fed.feasible and fed.binding]
    asked = {one.candidate.id for one in sorted(short, key=lambda one: one.used)[:ASKED_FOR_MOST]}
    return {
        fed.candidate.id: Fed(
            drawn=one,
            fed=fed,
            most_kw=most_fed(atlas, app, fed.candidate, fed.used, inflight=promised, limits=limits)
            if fed.candidate.id in asked
            else None,
        )
        for one, fed in zip(drawn, verdicts, strict=True)
    }


def most_fed(
    atlas: Atlas,
    app: Application,
    one: Candidate,
    used: float,
    *,
    inflight: Sequence[Inflight] = (),
    limits: Limits | None = None,
) -> float:
    """This function will find how many kW below those applied for a place takes, to one in fifty of them; 0 when it takes none.

    `used` is the share of its margin that all of them use. Chords between what goes and what does not, aimed a little short.
    """
    low, high, least, most = 0.0, app.kw, 0.0, used
    for _ in range(ROUNDS):
        if high - low <= CLOSE * app.kw:
            break
        middle = low + (high - low) * _chord(least, most)
        try:
            (verdict,) = evaluate(atlas, replace(app, kw=middle, kva=middle), [one], limits=limits, inflight=inflight)
        except NoSolutionError:
            return 0.0
        if verdict.feasible:
            low, least = middle, verdict.used
        else:
            high, most = middle, verdict.used
    return low


def _chord(least: float, most: float) -> float:
    """Where between two loads the margin is used up, a little before; in the middle where that says nothing."""
    if not math.isfinite(most) or most - least <= 0:
        return 0.5
    return min(max(SHORT * (1.0 - least) / (most - least), 0.1), 0.9)
