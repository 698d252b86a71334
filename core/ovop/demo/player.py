"""Somebody at the API: sends requests with a token, and tells each with its answer."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self
from uuid import uuid4

import httpx

from ovop.demo.samples import Sample

Say = Callable[[str], None]


class UnexpectedAnswer(Exception):
    """A request was not answered as it should be."""


class Player:
    """One signed-in account. Every method raises `UnexpectedAnswer` for any other status than the expected one."""

    def __init__(self, client: httpx.AsyncClient, token: str | None, say: Say) -> None:
        self._client = client
        self._token = token
        self.say = say

    @classmethod
    async def sign_in(cls, client: httpx.AsyncClient, email: str, password: str, say: Say) -> Self:
        """Sign in with a password and go on with the login's token."""
        nobody = cls(client, None, say)
        answer = await nobody.send("POST", "/logins", {"email": email, "password": password}, expect=201)
        return cls(client, str(answer["token"]), say)

    async def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        expect: int = 200,
        version: int | None = None,
        key: str | None = None,
        sample: Sample | None = None,
        note: str = "",
    ) -> dict[str, Any]:
        """Send one request (JSON, or a file with its fields) and return the answer."""
        headers = {"accept-language": "id"}
        headers |= {"authorization": f"Bearer {self._token}"} if self._token else {}
        headers |= {"if-match": f'"{version}"'} if version is not None else {}
        headers |= {"idempotency-key": key} if key else {}
        url = f"/api/v1{path}"
        if sample is not None:
            answer = await self._client.post(url, headers=headers, data=_fields(sample), files=_file(sample))
        else:
            answer = await self._client.request(method, url, headers=headers, json=body)
        self.say(f"    {method} {url} -> {answer.status_code} {note}".rstrip())
        if answer.status_code != expect:
            raise UnexpectedAnswer(
                f"{method} {url}: expected {expect}, got {answer.status_code}: {answer.text[:2000]}"
            )
        content: dict[str, Any] = answer.json() if answer.content else {}
        return content

    async def begin(self, *, cycle_id: str, commodity: str) -> dict[str, Any]:
        """A draft for the player's own enterprise."""
        enterprise = (await self.send("GET", "/enterprises"))["items"][0]
        body = {
            "cycle_id": cycle_id,
            "commodity": commodity,
            "enterprise_id": enterprise["id"],
            "product_name": f"Produk unggulan {enterprise['name']}",
        }
        return await self.send("POST", "/submissions", body, expect=201)

    async def save(self, path: str, answers: Mapping[str, Any], *, version: int) -> int:
        """Save some of the answers; returns the new version."""
        note = f"({len(answers)} answers)"
        saved = await self.send("PATCH", f"{path}/answers", {"answers": answers}, version=version, note=note)
        return int(saved["version"])

    async def attach(self, path: str, samples: Iterable[Sample]) -> dict[str, str]:
        """Upload files of evidence; returns the id that each was given by the id that its example had."""
        given: dict[str, str] = {}
        for sample in samples:
            note = f"({sample.item.evidence} {sample.item.role})"
            stored = await self.send("POST", f"{path}/evidence", sample=sample, expect=201, note=note)
            given[sample.item.id] = str(stored["id"])
        return given

    async def act(self, path: str, action: str, *, twice: bool = False, **given: Any) -> dict[str, Any]:
        """Take an action of the chain on the version as it stands."""
        version = (await self.send("GET", path))["version"]
        key, body = str(uuid4()), {"action": action, **given}
        answer = await self.send(
            "POST", f"{path}/actions", body, version=version, key=key, note=f"({action})"
        )
        if twice:
            again = await self.send(
                "POST", f"{path}/actions", body, version=version, key=key, note="(sent again)"
            )
            if again != answer:
                raise UnexpectedAnswer("the same request sent twice was answered differently")
        return answer


def _fields(sample: Sample) -> dict[str, str]:
    item = sample.item
    fields = {"evidence": item.evidence, "role": item.role, "number": item.number, "issuer": item.issuer}
    fields |= {"issued_on": item.issued_on.isoformat()} if item.issued_on else {}
    fields |= {"expires_on": item.expires_on.isoformat()} if item.expires_on else {}
    return {name: value for name, value in fields.items() if value}


def _file(sample: Sample) -> dict[str, tuple[str, bytes, str]]:
    return {"file": (sample.file_name, sample.content, sample.media_type)}
