"""选定方案: a drafted version of a scheme is tied to the study it was drafted from; knows nothing of the network itself."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from yekuo.records import studies
from yekuo.rules.deeds.scheme import DraftScheme
from yekuo.rules.facts import Voltage
from yekuo.rules.scheme import Scheme, Source

if TYPE_CHECKING:
    from yekuo.operations.consequences import Done

SAID = ("substation", "feeder", "supply_area")


def bind(done: "Done") -> None:
    """This function will note, after a scheme was drafted, that the newest choice was used for it, if its sources are those."""
    body = done.event.body
    if not isinstance(body, DraftScheme):
        return
    study = studies.last_chosen(done.case)
    if study is not None and fits(body.scheme, study.chosen):
        studies.bind(study.pk, body.scheme.version)


def fits(scheme: Scheme, chosen: Sequence[Mapping[str, Any]]) -> bool:
    """This function will say whether a scheme's sources are supplied from the places chosen, in order."""
    return len(scheme.sources) == len(chosen) and all(
        _same(source, place) for source, place in zip(scheme.sources, chosen, strict=True)
    )


def _same(source: Source, place: Mapping[str, Any]) -> bool:
    """Every name as drafted; at low voltage the area decides and what was left out of the rest does not matter."""
    said = place.get("said", {})
    pairs = [(str(getattr(source, name)).strip(), str(said.get(name, "")).strip()) for name in SAID]
    low = source.voltage < Voltage.KV10
    return all(
        one == other or (low and not one and name != "supply_area")
        for name, (one, other) in zip(SAID, pairs, strict=True)
    )
