"""What is sent is read strictly; every place at fault is named, and nothing that cannot be stored comes through."""

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import httpx

    from tests.factories import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

JSON = {"content-type": "application/json"}


def _cycle(**changes: Any) -> dict[str, Any]:
    return {
        "year": 2026,
        "name": {"id": "OVOP", "en": "OVOP"},
        "opens_at": "2026-04-01T00:00:00+07:00",
        "closes_at": "2026-05-01T00:00:00+07:00",
        **changes,
    }


def _messages(answer: "httpx.Response") -> dict[str, str]:
    assert answer.status_code == 400, answer.text
    findings = answer.json()["findings"]
    assert all(f["remedy"] for f in findings)
    return {f["path"]: f["message"] for f in findings}


def test_every_fault_of_a_body_is_named_at_once(world: "World") -> None:
    body = _cycle(
        year="2026",
        name={"id": "", "de": "OVOP"},
        opens_at="2026-04-01T00:00:00",
        closes_at="tomorrow",
        chain={"stages": [{"code": "a"}]},
        colour="red",
    )
    found = _messages(world.admin.post("/cycles", body))
    assert found["year"] == "“year” must be a whole number, not a text."
    assert found["name.id"] == "“name.id” is too short: at least 1."
    assert found["name.en"] == "“name.en” is required."
    assert found["name.de"] == "“name.de” is unknown."
    assert found["opens_at"] == found["closes_at"].replace("closes_at", "opens_at")
    assert found["closes_at"] == "“closes_at” is no date and time with a time zone."
    assert found["chain.stages[0].label"] == "“chain.stages[0].label” is required."
    assert found["colour"] == "“colour” is unknown."


def test_body_is_not_bent_into_shape(world: "World") -> None:
    assert set(_messages(world.admin.post("/cycles", _cycle(year=2026.5)))) == {"year"}
    assert set(_messages(world.admin.post("/cycles", _cycle(year=True)))) == {"year"}
    assert world.admin.post("/cycles", _cycle()).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"answers": {"a": ', "not_json"),
        (b'{"answers": {}} x', "not_json"),
        (b'{"answers": {"a": NaN}}', "not_json"),
        (b'{"answers": {"a": "\\ud800"}}', "not_json"),
        (b'{"answers": {"a": "\xff"}}', "not_utf8"),
        (b"\xff\xfe", "not_json"),
        (b'{"answers": {"a": "x\\u0000"}}', "malformed"),
        (b'{"answers": {"x\\u0000": 1}}', "malformed"),
        (b'{"answers": {"a": 1e999}}', "malformed"),
        (b'{"answers": {"a": ' + b"[" * 40 + b"]" * 40 + b"}}", "malformed"),
        (b'{"answers": {"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}", "too_deep"),
        (b"[]", "malformed"),
        (b"null", "malformed"),
    ],
)
def test_what_cannot_be_read_or_stored_is_refused(world: "World", body: bytes, code: str) -> None:
    submission = world.begin(world.open_cycle())
    answer = world.producer.patch(
        f"/submissions/{submission['id']}/answers", None, version=1, content=body, headers=JSON
    )
    assert answer.status_code == 400, answer.text
    assert answer.json()["code"] == code
    assert answer.json()["detail"]


def test_dates_far_off_are_refused(world: "World") -> None:
    for instant in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        assert set(_messages(world.admin.post("/cycles", _cycle(opens_at=instant)))) == {"opens_at"}


def test_missing_body_is_asked_for_after_the_login(world: "World") -> None:
    assert world.nobody.post("/cycles").status_code == 401
    assert _messages(world.admin.post("/cycles"))[""].startswith("The body ")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_body_of_another_media_type_is_refused(world: "World", kind: str) -> None:
    answer = world.admin.send("POST", "/cycles", content=b"{}", headers={"content-type": kind})
    assert answer.status_code == 415
    assert answer.json()["detail"].startswith("The body must be JSON.")


def test_parameters_at_fault_are_named(world: "World") -> None:
    assert _messages(world.admin.get("/submissions?limit=1000&cycle_id=x")).keys() == {"limit", "cycle_id"}
    assert _messages(world.admin.get("/holidays")) == {"year": "“year” is required."}
    assert world.admin.get("/submissions?stage=%00").json()["code"] == "nul_in_address"
    assert world.admin.get("/regions/%00").json()["code"] == "nul_in_address"


def test_forms_that_cannot_be_read_are_refused(world: "World") -> None:
    path = f"/submissions/{world.begin(world.open_cycle())['id']}/evidence"
    form = {"content-type": "multipart/form-data; boundary=x"}

    def sent(content: bytes, headers: dict[str, str] = form) -> tuple[int, str]:
        answer = world.producer.send("POST", path, content=content, headers=headers)
        return answer.status_code, answer.json()["code"]

    part = b'--x\r\nContent-Disposition: form-data; name="evidence"\r\n\r\n'
    assert sent(b"rubbish") == (400, "form_broken")
    assert sent(part + b"\xff\xfe\r\n--x--\r\n") == (400, "not_utf8")
    assert sent(part + b"a\x00\r\n--x--\r\n") == (400, "malformed")
    assert sent(part + b"permit\r\n--x--\r\n") == (400, "http_400")
    assert sent(b"{}", JSON) == (415, "not_multipart")
