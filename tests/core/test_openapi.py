"""The committed API document is that of the program, says what it must of every operation, and every operation asks for a login."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from ovop.cli.operate import document

if TYPE_CHECKING:
    from tests.factories import World

COMMITTED = Path(__file__).parents[2] / "core/docs/openapi.json"

LIBRARY = {"list_guidance", "get_guidance", "list_aims"}
RESUMABLE = {"/api/v1/uploads/{upload_id}", "/api/v1/submissions/{submission_id}/uploads"}
"""Routes of tus 1.0, a protocol with a document of its own; tests/portal/live refuses strangers there."""
PUBLIC = {"sign_in", "health_live", "health_ready"} | LIBRARY
"""All that may be asked without a login."""


class Operation(NamedTuple):
    method: str
    path: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        """How the operation is called in a failure."""
        return str(self.content.get("operationId", f"{self.method} {self.path}"))


@pytest.fixture(scope="module")
def api() -> dict[str, Any]:
    """The document as the program now makes it."""
    made: dict[str, Any] = json.loads(document())
    return made


def _operations(api: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in api["paths"].items():
        for method, content in methods.items():
            yield Operation(method.upper(), path, content)


def test_committed_document_is_that_of_the_program() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == document(), (
        "The API has changed. If that is meant, write the document anew and commit it:\n"
        "    .venv/bin/ovop openapi --output core/docs/openapi.json"
    )


def test_document_is_openapi_3_1_and_closes_requests(api: dict[str, Any]) -> None:
    assert api["openapi"].startswith("3.1.")
    assert api["security"] == [{"token": []}]
    assert api["components"]["schemas"]["NewCycle"]["additionalProperties"] is False
    assert "additionalProperties" not in api["components"]["schemas"]["CycleView"]


def test_every_operation_says_what_it_is(api: dict[str, Any]) -> None:
    known = {tag["name"] for tag in api["tags"]}
    operations = list(_operations(api))
    assert len(operations) > 60
    assert len({o.content["operationId"] for o in operations}) == len(operations)
    for operation in operations:
        assert operation.content["operationId"].isidentifier(), operation.name
        assert operation.content["operationId"].islower(), operation.name
        assert operation.content["summary"], operation.name
        assert operation.content["tags"], operation.name
        assert set(operation.content["tags"]) <= known, operation.name


def test_every_operation_states_its_problems(api: dict[str, Any]) -> None:
    for operation in _operations(api):
        if operation.path.startswith("/health/"):
            continue
        responses = operation.content["responses"]
        assert {"400"} <= set(responses), operation.name
        assert ("401" in responses) is (operation.name not in LIBRARY), operation.name
        if "requestBody" in operation.content:
            assert {"413", "415", "422"} <= set(responses), operation.name
        for status, response in responses.items():
            if status >= "400":
                assert list(response["content"]) == ["application/problem+json"], (operation.name, status)


def test_commands_state_their_headers(api: dict[str, Any]) -> None:
    for operation in _operations(api):
        if operation.method != "GET" and operation.name not in PUBLIC:
            headers = {p["name"] for p in operation.content["parameters"] if p["in"] == "header"}
            assert {"If-Match", "Idempotency-Key"} <= headers, operation.name
            assert {"403", "422"} <= set(operation.content["responses"]), operation.name


def test_only_named_operations_ask_for_no_login(api: dict[str, Any]) -> None:
    assert {o.name for o in _operations(api) if "security" in o.content} == PUBLIC


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_other_operation_is_refused_without_a_token(world: "World", api: dict[str, Any]) -> None:
    # The schema's paths name every route: what is mounted and not in it would be found here.
    paths = {route.path_format for route in world.client.app.routes if route.path_format.startswith("/api")}
    assert paths - RESUMABLE == {path for path in api["paths"] if path.startswith("/api")}
    assert paths >= RESUMABLE
    for operation in _operations(api):
        if operation.name in PUBLIC:
            continue
        path = operation.path
        for parameter in operation.content.get("parameters", []):
            value = (
                1 if parameter["schema"].get("type") == "integer" else "01900000-0000-7000-8000-000000000000"
            )
            path = path.replace(f"{{{parameter['name']}}}", str(value))
        # A form is refused before it is read; so is a body that is missing, and a query that is.
        answer = world.client.request(operation.method, path, params={"year": 2026})
        assert answer.status_code == 401, (operation.name, answer.text)
        assert answer.headers["content-type"] == "application/problem+json", operation.name
        assert answer.headers["www-authenticate"] == "Bearer", operation.name
        assert answer.json()["code"] == "not_signed_in", operation.name
