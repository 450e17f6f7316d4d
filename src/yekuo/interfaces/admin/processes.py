"""流程页: every version of every process, and one of them stage by stage in words."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yekuo.interfaces.admin import words
from yekuo.interfaces.admin.reader import Reader, staff_page
from yekuo.operations.processes import Version, versions
from yekuo.records import staff
from yekuo.rules.engine.definition import Definition, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """环节行: one stage in words."""

    stage: Stage
    link: str
    party: str
    owner: str
    clock: str
    deeds: str
    following: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """流程: the version in force and those before it, each with the name of who published it."""

    name: str
    versions: list[tuple[Version, str]]
    serves: str
    cases: int


@require_safe
@staff_page
def processes(request: HttpRequest, reader: Reader) -> HttpResponse:
    """This function will list the processes with their versions."""
    found = versions()
    names = staff.names_of(one.published_by for one in found)
    shown = [_process(reader.shelf.books.current[key], found, names) for key in reader.shelf.books.current]
    return render(request, "rules/processes.html", {"processes": shown, "may": reader.may("publish_process")})


def _process(current: Definition, found: tuple[Version, ...], names: dict[int, str]) -> Process:
    own = [one for one in found if one.definition.key == current.key]
    own.sort(key=lambda one: not one.in_force)
    return Process(
        name=current.name,
        versions=[(one, names.get(one.published_by, "")) for one in own],
        serves="、".join(words.class_words(kind) for kind in current.serves),
        cases=sum(one.open_cases for one in own),
    )


@require_safe
@staff_page
def process(request: HttpRequest, reader: Reader, version: str) -> HttpResponse:
    """This function will show one version stage by stage."""
    one = definition_or_404(reader, version)
    links = {link.key: link.name for link in one.links}
    stages = [
        Shown(
            stage=stage, link=links.get(stage.link, stage.link), party=words.party_words(stage.party),
            owner=words.owner_words(stage.owner), clock=words.clock_words(stage.clock), deeds=words.deed_words(stage.deeds),
            following=[words.rule_words(rule, one) for rule in stage.next],
        )
        for stage in one.stages.values()
    ]  # fmt: skip
    choices = [(key, [words.rule_words(rule, one) for rule in rules]) for key, rules in one.choices.items()]
    anytime = [(words.deed_words([row.deed]), words.condition_words(row.when) or "随时") for row in one.anytime]
    return render(request, "rules/process.html", {
        "one": one, "stages": stages, "choices": choices, "anytime": anytime, "links": one.links,
        "start": one.stages[one.start].name, "serves": "、".join(words.class_words(kind) for kind in one.serves),
        "current": reader.shelf.books.current[one.key], "may": reader.may("publish_process"),
        "may_migrate": reader.may("migrate_case"),
    })  # fmt: skip


@require_safe
@staff_page
def text(request: HttpRequest, reader: Reader, version: str) -> HttpResponse:
    """This function will hand out the text of a version, to be edited and published anew."""
    one = definition_or_404(reader, version)
    answer = HttpResponse(one.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{one.key}-{one.version}.toml"'
    return answer


def definition_or_404(reader: Reader, version: str) -> Definition:
    """This function will find a published version or answer 404."""
    found = reader.shelf.books.definitions.get(version)
    if found is None:
        raise Http404("没有这个流程版本。")
    return found
