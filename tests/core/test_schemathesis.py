"""The whole API document against the app: whatever is sent, by whomever, the answer is one that the document states.

`OVOP_FUZZ=200` searches longer than a normal run, and elsewhere each time.
"""

import os
from collections.abc import Mapping
from io import StringIO
from typing import TYPE_CHECKING, Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok

from ovop.cli.operate import document

if TYPE_CHECKING:
    import httpx
    from schemathesis import APIOperation, Case

    from tests.factories import Caller, World

FUZZ = int(os.environ.get("OVOP_FUZZ", "0"))
EXAMPLES = {"sqlite": FUZZ or 8, "postgresql": FUZZ or 3}
"""How many requests of each kind go to each operation."""

ACTORS = ("nobody", "admin", "officer", "producer")
PARTS = ("cycles", "submissions", "approvals", "identities", "operation")

SCHEMA = schemathesis.openapi.from_file(StringIO(document()))
SCHEMA.config.generation.with_security_parameters = (
    False  # who asks is drawn below, with tokens that are real
)

load_all_checks()
CONFORMING: list[Any] = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    )
]


def _operations(part: str) -> "list[APIOperation[Any, Any, Any, Any]]":
    found = [result.ok() for result in SCHEMA.get_all_operations() if isinstance(result, Ok)]
    assert len(found) == SCHEMA.statistic.operations.total
    return [o for o in found if o.definition.raw["tags"][0] == part]


def _send(case: "Case[Any]", caller: "Caller") -> "httpx.Response":
    """Send the case through the client of the app, byte for byte as it would go over the wire."""
    wire = requests.Request(**case.as_transport_kwargs(base_url="http://testserver.local")).prepare()
    headers = {**wire.headers, **({"authorization": f"Bearer {caller.token}"} if caller.token else {})}
    return caller.client.request(
        wire.method or "GET",
        wire.url or "",
        headers={name: _bytes(value) for name, value in headers.items()},  # type: ignore[arg-type]  # httpx takes bytes as well
        content=cast("bytes | str | None", wire.body),
    )


def _bytes(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode("latin-1", "replace")


def _things(world: "World") -> Mapping[str, Any]:
    """Ids of things that exist, by the names of the path parameters."""
    cycle = world.open_cycle()
    submission = world.endorsed(cycle)
    world.begin(cycle)
    return {
        "cycle_id": cycle["id"],
        "submission_id": submission,
        "commodity": "sample",
        "number": 1,
        "code": "3375",
        "enterprise_id": world.enterprise,
        "person_id": str(world.foreign_producer.person_id),
        "copy_id": world.auditor.get("/copies").json()["items"][0]["id"],
        "evidence_id": world.producer.get(f"/submissions/{submission}/evidence").json()["items"][0]["id"],
        "office_id": world.admin.get("/offices").json()["items"][0]["id"],
        "centre_id": world.admin.get("/industry-centres").json()["items"][0]["id"],
        "membership_id": world.admin.get("/memberships").json()["items"][0]["id"],
    }


@pytest.mark.parametrize("part", PARTS)
def test_every_answer_is_documented_whatever_is_sent(
    world: "World", part: str, request: pytest.FixtureRequest
) -> None:
    things = _things(world)
    examples = EXAMPLES[request.node.callspec.params["database_url"]]
    failures: list[Exception] = []
    for operation in _operations(part):
        named = {p.name for p in operation.path_parameters}
        existing = {name: value for name, value in things.items() if name in named}
        cases = st.one_of(
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
            operation.as_strategy(generation_mode=GenerationMode.POSITIVE, path_parameters=existing),
        )

        @settings(
            max_examples=3 * examples,
            deadline=None,
            database=None,
            derandomize=not FUZZ,
            phases=[Phase.generate, Phase.shrink] if FUZZ else [Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases, actor=st.sampled_from(ACTORS), version=st.integers(1, 8) | st.none())
        def conforms(case: "Case[Any]", actor: str, version: int | None) -> None:
            if version is not None and "If-Match" in {p.name for p in case.operation.headers}:
                case.headers["If-Match"] = f'"{version}"'
            response = _send(case, world.callers[actor])
            case.validate_response(response, checks=CONFORMING)

        try:
            conforms()
        except Exception as error:
            failures.append(error)
    if failures:
        raise ExceptionGroup(f"{len(failures)} operations", failures)
