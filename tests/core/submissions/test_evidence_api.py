"""Evidence over HTTP: multipart uploads, downloads that no browser runs, and commands that happen once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import AsyncTestClient

from ovop.app import create_app
from ovop.contract.registry import Registry
from ovop.database import Database
from ovop.settings import Settings
from tests.core.submissions.evidence_world import AT, PDF, World, build_world, picture_bytes
from tests.databases import Run

SCRIPT_NAME = 'SK "sentra" é.pdf'


class Caller:
    """Sends requests as one of the world's people."""

    def __init__(self, client: AsyncTestClient[Litestar], world: World) -> None:
        self.client = client
        self.world = world
        self.base = f"/api/v1/submissions/{world.submission_id}"

    async def send(
        self,
        method: str,
        path: str,
        *,
        who: str | None = "producer",
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> httpx.Response:
        signed = {"authorization": f"Bearer {self.world.tokens[who]}"} if who else {}
        return await self.client.request(
            method,
            f"{self.base}{path}",
            headers={"accept-language": "en", **signed, **(headers or {})},
            **more,
        )

    async def upload(
        self,
        content: bytes = PDF,
        name: str = "SK.pdf",
        *,
        to: str = "decree",
        path: str = "/evidence",
        who: str | None = "producer",
        headers: dict[str, str] | None = None,
        **fields: str,
    ) -> httpx.Response:
        data = fields if path == "/letters" else {"evidence": to, **fields}
        return await self.send(
            "POST",
            path,
            who=who,
            headers=headers,
            data=data,
            files={"file": (name, content, "application/x-claimed")},
        )


@asynccontextmanager
async def calling(
    database: Database, folder: Path, *, megabytes: int = 500, **world: Any
) -> AsyncIterator[Caller]:
    app = create_app(
        Settings(data=folder, max_upload_megabytes=megabytes),
        registry=Registry.discover(entry_points=[]),
        clock=lambda: AT + timedelta(hours=1),
        database=database,
    )
    built = await build_world(database, **world)
    async with AsyncTestClient(app) as client:
        yield Caller(client, built)


Scenario = Callable[[Caller], Coroutine[Any, Any, None]]


@pytest.fixture
def play(database: Database, run: Run, tmp_path: Path) -> Callable[..., None]:
    """Plays a scenario against the application on a world built as told."""

    def played(scenario: Scenario, **options: Any) -> None:
        async def whole() -> None:
            async with calling(database, tmp_path, **options) as caller:
                await scenario(caller)

        run(whole())

    return played


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = response.json()
    return found


def test_upload_read_describe_and_remove_a_file(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        made = await call.upload(
            picture_bytes(), "IMG.jpg", to="photos", role="front", number="7", issued_on="2026-01-02"
        )
        assert made.status_code == 201, made.text
        view = made.json()
        assert (view["media_type"], view["width_px"], view["height_px"]) == ("image/jpeg", 40, 60)
        assert (view["role"], view["number"], view["issued_on"], view["expires_on"]) == (
            "front",
            "7",
            "2026-01-02",
            None,
        )
        assert made.headers["etag"] == f'"{view["submission_version"]}"' == '"2"'

        one = f"/evidence/{view['id']}"
        changed = await call.send(
            "PATCH", one, json={"role": "label", "issued_on": None}, headers={"if-match": '"2"'}
        )
        assert (changed.json()["role"], changed.json()["number"], changed.json()["issued_on"]) == (
            "label",
            "7",
            None,
        )
        assert changed.headers["etag"] == '"3"'
        assert (await call.send("GET", "/evidence")).json() == {"items": [changed.json()], "next": None}

        removed = await call.send("DELETE", one, headers={"if-match": '"3"'})
        assert (removed.status_code, removed.json()["removed"], removed.headers["etag"]) == (200, True, '"4"')
        assert (await call.send("GET", "/evidence")).json() == {"items": [], "next": None}
        problem(await call.send("DELETE", one, headers={"if-match": '"4"'}), 404)

    play(scenario)


def test_describe_and_remove_refused_without_the_version_read_or_with_an_old_one(
    play: Callable[..., None],
) -> None:
    async def scenario(call: Caller) -> None:
        view = (await call.upload(number="1")).json()
        one = f"/evidence/{view['id']}"
        bodies: tuple[tuple[str, dict[str, Any]], ...] = (
            ("PATCH", {"json": {"number": "2"}}),
            ("DELETE", {}),
        )
        for method, body in bodies:
            missing = await call.send(method, one, **body)
            assert problem(missing, 422)["code"] == "if_match_missing"
            stale = await call.send(method, one, headers={"if-match": '"1"'}, **body)
            assert problem(stale, 412)["code"] == "changed_meanwhile"
        assert (await call.send("GET", "/evidence")).json()["items"] == [view]

    play(scenario)


def test_content_is_a_download_that_no_browser_runs(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        view = (await call.upload(PDF, SCRIPT_NAME)).json()
        got = await call.send("GET", f"/evidence/{view['id']}/content", headers={"accept-encoding": "gzip"})
        assert (got.status_code, got.content) == (200, PDF)
        assert got.headers["content-type"].partition(";")[0] == "application/pdf"
        assert got.headers["content-length"] == str(len(PDF))
        assert got.headers["content-disposition"] == (
            "attachment; filename=\"SK _sentra_ _.pdf\"; filename*=UTF-8''SK%20%22sentra%22%20%C3%A9.pdf"
        )
        assert got.headers["content-security-policy"] == "sandbox"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "content-encoding" not in got.headers
        problem(await call.send("GET", f"/evidence/{view['id']}/content", who="officer"), 404)
        problem(await call.send("GET", f"/evidence/{view['id']}/content", who=None), 401)

    play(scenario)


def test_list_pages_by_cursor(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        ids = [(await call.upload(picture_bytes(s), "a.jpg", to="photos")).json()["id"] for s in (1, 90, 180)]
        first = (await call.send("GET", "/evidence", params={"limit": 2})).json()
        rest = (await call.send("GET", "/evidence", params={"limit": 2, "after": first["next"]})).json()
        assert [i["id"] for i in first["items"] + rest["items"]] == ids
        assert rest["next"] is None

    play(scenario)


def test_the_same_upload_with_the_same_key_happens_once_whatever_its_boundary(
    play: Callable[..., None],
) -> None:
    async def scenario(call: Caller) -> None:
        key = {"idempotency-key": "upload-1"}
        first = await call.upload(headers=key)
        again = await call.upload(headers=key)
        assert first.request.headers["content-type"] != again.request.headers["content-type"]
        assert (again.status_code, again.json()) == (201, first.json())
        assert again.headers["idempotency-replayed"] == "true"
        other = await call.upload(PDF.replace(b"<<>>", b"<<1>>"), headers=key)
        assert problem(other, 422)["code"] == "idempotency_key_reused"
        other = await call.upload(headers=key, number="8")
        assert problem(other, 422)["code"] == "idempotency_key_reused"

    play(scenario)


def test_a_refused_file_names_the_reason_and_the_remedy(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        refused = problem(await call.upload(b"MZ\x90\0" + bytes(300), "surat.pdf"), 422)
        assert (refused["code"], refused["findings"][0]["path"]) == ("evidence_media", "file")
        assert "JPG, PDF, PNG, WEBP" in refused["detail"]
        assert problem(await call.upload(PDF + bytes(300_000)), 413)["code"] == "file_too_large"
        assert problem(await call.upload(to="nothing"), 422)["findings"][0]["path"] == "evidence"

    play(scenario)


def test_a_request_larger_than_the_settings_allow_is_refused(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        problem(await call.upload(PDF + bytes(2_100_000)), 413)
        assert (await call.upload()).status_code == 201

    play(scenario, megabytes=1)


@pytest.mark.parametrize(
    "request_",
    [
        {"data": {"evidence": "decree"}, "files": {"other": ("a.pdf", PDF)}},
        {"files": {"file": ("a.pdf", PDF)}},
        {"data": {"evidence": "decree", "file": "text"}, "files": {"x": ("a.pdf", PDF)}},
        {"data": {"evidence": "decree", "issued_on": "yesterday"}, "files": {"file": ("a.pdf", PDF)}},
        {"data": {"evidence": "decree", "number": "9" * 201}, "files": {"file": ("a.pdf", PDF)}},
        {"data": {"evidence": "decree"}, "files": [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF))]},
        {"content": b"--x\r\nbroken", "headers": {"content-type": "multipart/form-data; boundary=x"}},
    ],
)
def test_a_malformed_upload_is_a_400_and_stores_nothing(
    play: Callable[..., None], request_: dict[str, Any], tmp_path: Path
) -> None:
    async def scenario(call: Caller) -> None:
        problem(await call.send("POST", "/evidence", **request_), 400)
        assert [p for p in (tmp_path / "files").rglob("*") if p.is_file()] == []

    play(scenario)


@pytest.mark.parametrize(
    "request_",
    [
        {"content": b"", "headers": {"content-type": "multipart/form-data"}},
        {"json": {"evidence": "decree"}},
        {"content": b""},
    ],
)
def test_an_upload_that_is_no_multipart_form_is_a_415_and_stores_nothing(
    play: Callable[..., None], request_: dict[str, Any], tmp_path: Path
) -> None:
    async def scenario(call: Caller) -> None:
        problem(await call.send("POST", "/evidence", **request_), 415)
        assert [p for p in (tmp_path / "files").rglob("*") if p.is_file()] == []

    play(scenario)


def test_an_upload_by_nobody_is_refused_before_its_body_is_read(play: Callable[..., None]) -> None:
    """A body that is no form would be a 400, had it been looked at."""

    async def scenario(call: Caller) -> None:
        refused = await call.send(
            "POST",
            "/evidence",
            who=None,
            content=b"not even a form",
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        problem(refused, 401)

    play(scenario)


def test_a_slow_upload_does_not_keep_others_from_writing(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        arrived, go_on = asyncio.Event(), asyncio.Event()
        head = b'--x\r\ncontent-disposition: form-data; name="evidence"\r\n\r\ndecree\r\n--x\r\n'
        head += b'content-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        parts = [head, PDF, b"\r\n--x--\r\n"]
        answer: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if len(parts) == 1:
                arrived.set()
                await go_on.wait()
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: dict[str, Any]) -> None:
            answer.append(message)

        headers = {
            "authorization": f"Bearer {call.world.tokens['producer']}",
            "content-type": "multipart/form-data; boundary=x",
        }
        scope = {
            "type": "http",
            "method": "POST",
            "path": f"{call.base}/evidence",
            "raw_path": f"{call.base}/evidence".encode(),
            "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            "http_version": "1.1",
            "scheme": "http",
            "server": ("test", 80),
            "client": ("test", 1),
            "root_path": "",
            "extensions": {},
        }
        slow = asyncio.create_task(call.client.app(scope, receive, send))
        await asyncio.wait_for(arrived.wait(), 5)
        quick = await asyncio.wait_for(call.upload(picture_bytes(), "a.jpg", to="photos"), 5)
        assert quick.status_code == 201
        go_on.set()
        await slow
        assert answer[0]["status"] == 201

    play(scenario)


def test_the_office_uploads_its_letter(play: Callable[..., None]) -> None:
    async def scenario(call: Caller) -> None:
        made = await call.upload(
            picture_bytes(),
            "scan.jpg",
            path="/letters",
            who="officer",
            number="510/12",
            issued_on="2026-03-01",
        )
        assert made.status_code == 201, made.text
        assert (made.json()["purpose"], made.json()["number"]) == ("letter", "510/12")
        assert (
            problem(await call.upload(path="/letters", who="producer"), 403)["code"] == "permission_missing"
        )
        assert problem(await call.upload(who="officer"), 403)["code"] == "not_author"
        assert problem(await call.upload(), 409)["code"] == "not_editable"

    play(scenario, stage="office_review", handed_in=True)


def test_the_api_document_describes_the_upload_as_a_form_with_a_file(
    database: Database, tmp_path: Path
) -> None:
    app = create_app(Settings(data=tmp_path), registry=Registry.discover(entry_points=[]), database=database)
    document = app.openapi_schema.to_schema()
    operation = document["paths"]["/api/v1/submissions/{submission_id}/evidence"]["post"]
    schema = operation["requestBody"]["content"]["multipart/form-data"]["schema"]
    name = schema["$ref"].rpartition("/")[2]
    upload = document["components"]["schemas"][name]
    assert set(upload["required"]) == {"evidence", "file"}
    assert upload["properties"]["file"]["type"] == "string"
