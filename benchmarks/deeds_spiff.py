"""流程引擎对比（SpiffWorkflow）: the same sixteen steps as user tasks; each step loads the saved instance, completes a task and saves it."""

import itertools
import json
import os
import sys
from pathlib import Path
from typing import Any

import psycopg
from meter import Cpu
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" targetNamespace="http://example.org/sixteen">
<bpmn:process id="sixteen" isExecutable="true">
"""
TAIL = "</bpmn:process></bpmn:definitions>"


class Drawing:
    """A process as BPMN text: nodes and the flows between them."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.flows: list[tuple[str, str, str]] = []

    def node(self, kind: str, key: str, *, default: str = "") -> str:
        extra = f' default="{default}"' if default else ""
        self.nodes.append(f'<bpmn:{kind} id="{key}" name="{key}"{extra}/>')
        return key

    def flow(self, source: str, target: str, *, when: str = "") -> str:
        self.flows.append((source, target, when))
        return f"f{len(self.flows)}"

    def text(self) -> str:
        lines = []
        for number, (source, target, when) in enumerate(self.flows, 1):
            inside = f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{when}</bpmn:conditionExpression>'
            lines.append(
                f'<bpmn:sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">'
                f"{inside if when else ''}</bpmn:sequenceFlow>"
            )
        return HEAD + "\n".join([*self.nodes, *lines]) + TAIL


def drawn() -> str:
    """file, accept, survey, draft, three reviews at once, reply, answer, contract, two signatures, meter, safety, power, file away."""
    made = Drawing()
    chain = [
        made.node("startEvent", "start"),
        *(made.node("userTask", key) for key in ("s01", "s02", "s03")),
        made.node("exclusiveGateway", "again"),
        made.node("userTask", "s04"),
        made.node("parallelGateway", "split"),
    ]
    for source, target in itertools.pairwise(chain):
        made.flow(source, target)
    made.node("parallelGateway", "join")
    for key in ("s05", "s06", "s07"):
        made.node("userTask", key)
        made.flow("split", key)
        made.flow(key, "join")
    made.node("userTask", "s08")
    made.flow("join", "agreed")
    made.flow("agreed", "again", when="not (ok_s05 and ok_s06 and ok_s07)")
    made.node("exclusiveGateway", "agreed", default=made.flow("agreed", "s08"))
    made.node("userTask", "s09")
    made.flow("s08", "s09")
    made.flow("s09", "confirmed")
    made.flow("confirmed", "again", when="not ok_s09")
    made.node("userTask", "s10")
    made.node("exclusiveGateway", "confirmed", default=made.flow("confirmed", "s10"))
    rest = ["s10", *(made.node("userTask", f"s{number}") for number in range(11, 17)), made.node("endEvent", "end")]
    for source, target in itertools.pairwise(rest):
        made.flow(source, target)
    return made.text()


class Contest:
    """Instances are kept in a table as text, read and written under a row lock, as a stateless web worker does it."""

    def __init__(self, postmaster: int, forms: list[dict[str, Any]]) -> None:
        self.postmaster, self.forms = postmaster, forms
        parser = BpmnParser()
        parser.add_bpmn_str(drawn().encode())
        self.spec = parser.get_spec("sixteen")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())
        self.link = psycopg.connect("")
        self.link.execute(
            "create table if not exists spiff_instance (id bigserial primary key, state text, status text)"
        )
        self.link.commit()

    def start(self) -> int:
        flow = BpmnWorkflow(self.spec)
        flow.do_engine_steps()
        found = self.link.execute(
            "insert into spiff_instance (state, status) values (%s, 'open') returning id",
            (self.serializer.serialize_json(flow),),
        ).fetchone()
        self.link.commit()
        assert found
        return int(found[0])

    def step(self, instance: int, form: dict[str, Any]) -> bool:
        found = self.link.execute("select state from spiff_instance where id = %s for update", (instance,)).fetchone()
        assert found
        flow = self.serializer.deserialize_json(found[0])
        task = flow.get_tasks(state=TaskState.READY, manual=True)[0]
        key = task.task_spec.name
        task.data[key] = form
        task.data[f"ok_{key}"] = True
        task.run()
        flow.do_engine_steps()
        over = bool(flow.completed)
        self.link.execute(
            "update spiff_instance set state = %s, status = %s where id = %s",
            (self.serializer.serialize_json(flow), "done" if over else "open", instance),
        )
        self.link.commit()
        return over

    def run(self, many: int) -> dict[str, float]:
        instances = [self.start() for _ in range(many)]
        before = Cpu.now(self.postmaster)
        for instance in instances:
            over = [self.step(instance, form) for form in self.forms]
            if over != [False] * 15 + [True]:
                raise SystemExit("SpiffWorkflow 没有走完十六步")
        used = Cpu.now(self.postmaster).since(before)
        return {"steps": many * 16, "app": used.app, "database": used.database}


if __name__ == "__main__":
    contest = Contest(int(sys.argv[1]), json.loads(Path(os.environ["FORMS"]).read_text(encoding="utf-8")))
    contest.run(2)
    print(json.dumps(contest.run(int(sys.argv[2]))))
