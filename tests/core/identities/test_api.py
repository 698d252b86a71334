"""The same over HTTP: cookies and tokens, statuses, versions, and what an answer may show."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from litestar.testing import TestClient

from ovop.app import create_app
from ovop.contract.registry import Registry
from ovop.database import Database
from ovop.identities.bootstrap import add_administrator
from ovop.identities.schemas import NewPerson
from ovop.settings import Settings
from ovop.visibility import SYSTEM
from tests.core.identities.scene import AT, TODAY

EMAIL, PASSWORD = "admin@ovop.example", "kata sandi panjang"

pytestmark = pytest.mark.usefixtures("cheap_passwords")


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient[Any]]:
    """The application on a fresh database with one administrator, its clock standing still; cookies are kept as a browser would."""

    async def prepare() -> None:
        database = Database(database_url)
        async with database.transaction(actor=SYSTEM) as session:
            new = NewPerson(name="Admin", email=EMAIL)
            await add_administrator(session, new=new, password=PASSWORD, at=AT)
        await database.close()

    asyncio.run(prepare())
    settings = Settings(data=tmp_path / "data", database_url=database_url, secure_cookies=False)
    app = create_app(settings, registry=Registry.discover(safe_mode=True), clock=lambda: AT)
    with TestClient(app, base_url="http://ovop.example") as client:
        yield client


def bearer(token: str, **headers: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}", **headers}


def sign_in(client: TestClient[Any], email: str = EMAIL, password: str = PASSWORD) -> str:
    """A token; the cookie that comes with it is thrown away, so that a test says which it uses."""
    answer = client.post("/api/v1/logins", json={"email": email, "password": password})
    assert answer.status_code == 201, answer.text
    client.cookies.clear()
    token: str = answer.json()["token"]
    return token


def create(client: TestClient[Any], token: str, path: str, **body: object) -> Any:
    answer = client.post(f"/api/v1{path}", json=body, headers=bearer(token))
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def admin(client: TestClient[Any]) -> str:
    return sign_in(client)


@pytest.fixture
def officer(client: TestClient[Any], admin: str) -> str:
    """An officer of Pekalongan, made through the API."""
    office = create(client, admin, "/offices", kind="regency", name="Dinas", region_code="3375")
    role = {"role": "regency_officer", "office_id": office["id"], "starts_on": str(TODAY)}
    email = "dinas@ovop.example"
    create(client, admin, "/persons", name="Petugas", email=email, password=PASSWORD, membership=role)
    return sign_in(client, email)


def enterprise(client: TestClient[Any], token: str, **changes: object) -> Any:
    body: dict[str, object] = {
        "name": "Batik",
        "owner_name": "Pemilik",
        "size": "small",
        "region_code": "3375",
        "address": "Jalan",
    }
    return create(client, token, "/enterprises", **(body | changes))


def test_sign_in_sets_a_cookie_that_scripts_and_other_sites_cannot_use(client: TestClient[Any]) -> None:
    answer = client.post("/api/v1/logins", json={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 201
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"ovop_login={answer.json()['token']};")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert client.get("/api/v1/me").json()["person"]["email"] == EMAIL


def test_me_tells_powers_and_permissions(client: TestClient[Any], officer: str) -> None:
    me = client.get("/api/v1/me", headers=bearer(officer)).json()
    assert [(p["role"], p["region_code"]) for p in me["powers"]] == [("regency_officer", "3375")]
    assert "submission:decide" in me["permissions"]
    assert "cycle:manage" not in me["permissions"]
    assert me["scopes"] is None


def test_wrong_password_is_401_and_the_sixth_attempt_429(client: TestClient[Any]) -> None:
    wrong = {"email": EMAIL, "password": "salah"}
    statuses = [client.post("/api/v1/logins", json=wrong).status_code for _ in range(6)]
    assert statuses == [401] * 5 + [429]


@pytest.mark.parametrize("token", [None, "ovop_login_x", "nonsense"])
def test_requests_without_a_valid_token_are_401(client: TestClient[Any], token: str | None) -> None:
    headers = bearer(token) if token else {}
    answer = client.get("/api/v1/me", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_renewed_cookie_replaces_the_old_token_whose_return_ends_the_login(client: TestClient[Any]) -> None:
    old = client.post("/api/v1/logins", json={"email": EMAIL, "password": PASSWORD}).json()["token"]
    renewed = client.post("/api/v1/logins/current/renewal")
    assert renewed.status_code == 200
    assert client.cookies["ovop_login"] == renewed.json()["token"] != old
    assert client.get("/api/v1/me").status_code == 200
    assert client.get("/api/v1/me", headers=bearer(old)).status_code == 401
    assert client.get("/api/v1/me").status_code == 401


def test_sign_out_ends_the_login_and_clears_the_cookie(client: TestClient[Any]) -> None:
    token = client.post("/api/v1/logins", json={"email": EMAIL, "password": PASSWORD}).json()["token"]
    assert client.delete("/api/v1/logins/current").status_code == 204
    assert "ovop_login" not in client.cookies
    assert client.get("/api/v1/me", headers=bearer(token)).status_code == 401


def test_cookie_does_not_command_from_another_sites_page(client: TestClient[Any]) -> None:
    client.post("/api/v1/logins", json={"email": EMAIL, "password": PASSWORD})
    answer = client.delete("/api/v1/logins/current", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403
    assert client.get("/api/v1/me").status_code == 200


def test_password_change_ends_other_logins(client: TestClient[Any], admin: str) -> None:
    other = sign_in(client)
    body = {"current": PASSWORD, "new": "kata sandi yang baru"}
    assert client.post("/api/v1/me/password", json=body, headers=bearer(admin)).status_code == 204
    assert client.get("/api/v1/me", headers=bearer(admin)).status_code == 200
    assert client.get("/api/v1/me", headers=bearer(other)).status_code == 401


def test_wrong_current_password_is_422_and_kept_as_a_failure(client: TestClient[Any], admin: str) -> None:
    body = {"current": "salah", "new": "kata sandi yang baru"}
    answers = [client.post("/api/v1/me/password", json=body, headers=bearer(admin)) for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * 5 + [429]
    assert answers[0].json()["findings"][0]["path"] == "current"


def test_faulty_enterprise_is_422_with_every_finding_in_the_language_asked_for(
    client: TestClient[Any], officer: str
) -> None:
    body = {
        "name": "Batik",
        "owner_name": "Pemilik",
        "size": "small",
        "region_code": "3375",
        "address": "Jalan",
        "nib": "123",
        "npwp": "12",
    }
    for language, word in (("en", "digits"), ("id", "angka")):
        headers = bearer(officer, **{"accept-language": language})
        answer = client.post("/api/v1/enterprises", json=body, headers=headers)
        assert answer.status_code == 422
        assert {f["code"] for f in answer.json()["findings"]} == {"nib_length", "npwp_length"}
        assert word in answer.json()["findings"][0]["message"]


def test_enterprise_change_needs_if_match_and_the_current_version(
    client: TestClient[Any], officer: str
) -> None:
    path = f"/api/v1/enterprises/{enterprise(client, officer)['id']}"
    tag = client.get(path, headers=bearer(officer)).headers["etag"]
    change = {"address": "Jalan Baru"}
    assert client.patch(path, json=change, headers=bearer(officer)).status_code == 422
    changed = client.patch(path, json=change, headers=bearer(officer, **{"if-match": tag}))
    assert (changed.status_code, changed.json()["version"], changed.headers["etag"]) == (200, 2, '"2"')
    again = client.patch(path, json=change, headers=bearer(officer, **{"if-match": tag}))
    assert again.status_code == 412


def test_registering_twice_under_one_key_happens_once(client: TestClient[Any], officer: str) -> None:
    body = {"name": "B", "owner_name": "P", "size": "small", "region_code": "3375", "address": "J"}
    headers = bearer(officer, **{"idempotency-key": "satu"})
    answers = [client.post("/api/v1/enterprises", json=body, headers=headers) for _ in range(2)]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert len(client.get("/api/v1/enterprises", headers=bearer(officer)).json()["items"]) == 1


def test_taken_nib_under_an_idempotency_key_is_422(client: TestClient[Any], officer: str) -> None:
    enterprise(client, officer, nib="1234567890123")
    body = {"name": "B", "owner_name": "P", "size": "small", "region_code": "3375", "address": "J"}
    headers = bearer(officer, **{"idempotency-key": "dua"})
    answer = client.post("/api/v1/enterprises", json=body | {"nib": "1234567890123"}, headers=headers)
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, "nib_taken")


def test_foreign_territory_is_404_to_read_and_403_to_register(
    client: TestClient[Any], admin: str, officer: str
) -> None:
    foreign = enterprise(client, admin, region_code="3402")
    assert client.get(f"/api/v1/enterprises/{foreign['id']}", headers=bearer(officer)).status_code == 404
    body = {"name": "B", "owner_name": "P", "size": "small", "region_code": "3402", "address": "J"}
    assert client.post("/api/v1/enterprises", json=body, headers=bearer(officer)).status_code == 403


def test_numbers_of_persons_are_masked_until_revealed(client: TestClient[Any], officer: str) -> None:
    role = {
        "role": "producer",
        "enterprise_id": enterprise(client, officer)["id"],
        "starts_on": str(TODAY),
    }
    nik = "3375010203900001"
    person = create(
        client, officer, "/persons", name="Perajin", email="p@ovop.example", nik=nik, membership=role
    )
    path = f"/api/v1/persons/{person['id']}"
    assert nik not in client.get(path, headers=bearer(officer)).text
    assert nik not in client.get("/api/v1/persons", headers=bearer(officer)).text
    asked = {"field": "nik", "reason": "mencocokkan dengan KTP"}
    answer = client.post(f"{path}/reveal", json=asked, headers=bearer(officer))
    assert (answer.status_code, answer.json()) == (200, {"field": "nik", "value": nik})
    assert (
        client.post(f"{path}/reveal", json=asked | {"reason": "x"}, headers=bearer(officer)).status_code
        == 400
    )


def test_api_token_is_shown_once_and_not_kept_under_an_idempotency_key(
    client: TestClient[Any], officer: str
) -> None:
    body = {"name": "program", "scopes": ["read"], "expires_at": "2026-06-01T00:00:00Z"}
    headers = bearer(officer, **{"idempotency-key": "tiga"})
    answers = [client.post("/api/v1/api-tokens", json=body, headers=headers) for _ in range(2)]
    first, second = (a.json()["token"] for a in answers)
    assert first != second
    listed = client.get("/api/v1/api-tokens", headers=bearer(officer))
    assert first not in listed.text
    assert client.get("/api/v1/enterprises", headers=bearer(first)).status_code == 200
    refused = client.post("/api/v1/api-tokens", json=body, headers=bearer(first))
    assert refused.status_code == 403
    gone = client.delete(f"/api/v1/api-tokens/{answers[0].json()['id']}", headers=bearer(officer))
    assert gone.status_code == 204
    assert client.get("/api/v1/me", headers=bearer(first)).status_code == 401


def test_membership_and_delegation_by_http(client: TestClient[Any], admin: str, officer: str) -> None:
    own = client.get("/api/v1/memberships", headers=bearer(officer)).json()["items"]
    office_id = own[0]["office_id"]
    role = {"role": "regency_officer", "office_id": office_id, "starts_on": str(TODAY)}
    mate = create(
        client,
        admin,
        "/persons",
        name="Rekan",
        email="rekan@ovop.example",
        password=PASSWORD,
        membership=role,
    )
    lent = create(
        client,
        officer,
        "/delegations",
        membership_id=own[0]["id"],
        to_email="rekan@ovop.example",
        starts_on=str(TODAY),
        ends_on=str(TODAY),
        reason="cuti",
    )
    assert lent["to_person_id"] == mate["id"]
    mates_token = sign_in(client, "rekan@ovop.example")
    powers = client.get("/api/v1/me", headers=bearer(mates_token)).json()["powers"]
    assert [p["lent_by"] for p in powers].count(None) == len(powers) - 1
    ended = client.post(
        f"/api/v1/delegations/{lent['id']}/end", json={"reason": "kembali"}, headers=bearer(officer)
    )
    assert ended.status_code == 200
    assert len(client.get("/api/v1/me", headers=bearer(mates_token)).json()["powers"]) == 1
    end = {"ends_on": str(TODAY), "reason": "mutasi"}
    path = f"/api/v1/memberships/{own[0]['id']}/end"
    assert client.post(path, json=end, headers=bearer(officer)).status_code == 403
    assert client.post(path, json=end, headers=bearer(admin)).json()["ends_on"] == str(TODAY)


def test_regions_by_parent_level_name_and_page(client: TestClient[Any], admin: str) -> None:
    def get(**params: object) -> Any:
        answer = client.get("/api/v1/regions", params=params, headers=bearer(admin))  # type: ignore[arg-type]  # httpx takes any value
        assert answer.status_code == 200, answer.text
        return answer.json()

    provinces = get(limit=100)
    assert len(provinces["items"]) == 38
    first = get(limit=20)
    rest = get(limit=20, after=first["next"])
    assert first["items"] + rest["items"] == provinces["items"]
    assert rest["next"] is None
    assert {r["code"][:2] for r in get(parent="33", limit=100)["items"]} == {"33"}
    assert len(get(parent="33", limit=100)["items"]) == 35
    assert [r["code"] for r in get(q="kota pekalongan")["items"]] == ["3375"]
    assert get(q="100%")["items"] == []
    assert client.get("/api/v1/regions/3375", headers=bearer(admin)).json()["level"] == "regency"
    for code, status in (("9999", 404), ("x", 404), ("33%00", 400)):
        assert client.get(f"/api/v1/regions/{code}", headers=bearer(admin)).status_code == status


def test_decreed_holiday_replaces_the_estimate_and_is_the_ministrys_to_enter(
    client: TestClient[Any], admin: str, officer: str
) -> None:
    body = {
        "day": "2026-08-17",
        "name": {"id": "Hari Kemerdekaan", "en": "Independence Day"},
        "kind": "national",
    }
    assert client.post("/api/v1/holidays", json=body, headers=bearer(officer)).status_code == 403
    create(client, admin, "/holidays", **body)
    listed = client.get("/api/v1/holidays?year=2026", headers=bearer(officer)).json()["items"]
    (day,) = [h for h in listed if h["day"] == "2026-08-17"]
    assert day == {**body, "decreed": True}


def test_control_characters_and_unknown_keys_are_refused_as_malformed(
    client: TestClient[Any], admin: str
) -> None:
    for body in (
        {"kind": "ministry", "name": "a\x00b"},
        {"kind": "ministry", "name": "   "},
        {"kind": "ministry", "name": "Kantor", "unknown": 1},
    ):
        assert client.post("/api/v1/offices", json=body, headers=bearer(admin)).status_code == 400
