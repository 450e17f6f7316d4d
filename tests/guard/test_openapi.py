"""接口描述守护: what programs were promised changes only with a reviewed change of openapi.json."""

import json
from pathlib import Path
from typing import Any

from yekuo.interfaces.api.page import as_text
from yekuo.rules.deeds import REGISTRY

COMMITTED = Path(__file__).resolve().parents[2] / "openapi.json"


def _described() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(COMMITTED.read_text(encoding="utf-8"))
    return found


def test_the_committed_description_is_the_one_that_is_served() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == as_text(), (
        "the API has changed: run `python scripts/openapi.py` and review the difference"
    )


def test_every_reference_leads_somewhere() -> None:
    described = _described()
    text = json.dumps(described)
    wanted = {part.split('"', 1)[0] for part in text.split('"$ref": "#/')[1:]}
    assert wanted
    for reference in wanted:
        found: Any = described
        for part in reference.split("/"):
            found = found[part]


def test_every_field_of_every_deed_has_a_chinese_name() -> None:
    schemas = _described()["components"]["schemas"]
    nameless = [
        f"{kind}.{name}"
        for kind, schema in schemas.items()
        if schema.get("additionalProperties") is False
        for name, told in schema["properties"].items()
        if not any("\u4e00" <= char <= "\u9fff" for char in told.get("description", ""))
    ]
    assert nameless == []
    assert {deed.__name__ for deed in REGISTRY.values() if deed.deed != "file_application"} <= set(schemas)


def test_every_operation_asks_for_a_key_or_a_session() -> None:
    for address, methods in _described()["paths"].items():
        for method, told in methods.items():
            assert [list(one) for one in told["security"]] == [["ApiKeyBearer"], ["StaffSession"]], address
            keyed = any(one["name"] == "Idempotency-Key" and one["required"] for one in told["parameters"])
            assert keyed is (method != "get" and address != "/api/v1/files"), address
