"""Seeding the demo through the public API: whatever it shows, an agency's own program could have entered."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from ovop.clock import day_in_jakarta
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Manifest
from ovop.database import Database
from ovop.demo.accounts import Account
from ovop.identities.bootstrap import add_administrator
from ovop.identities.schemas import NewPerson
from ovop.visibility import SYSTEM

Progress = Callable[[str], None]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A regency or city of the picture; `mail` stands in its addresses."""

    regency: str
    name: str
    province_name: str
    mail: str


PLACES = (
    Place(regency="3375", name="Kota Pekalongan", province_name="Jawa Tengah", mail="pekalongan"),
    Place(regency="3402", name="Kabupaten Bantul", province_name="Daerah Istimewa Yogyakarta", mail="bantul"),
    Place(
        regency="5203", name="Kabupaten Lombok Timur", province_name="Nusa Tenggara Barat", mail="lomboktimur"
    ),
)
"""Three provinces; real offices' names, reserved mail addresses."""

DOMAIN = "ovop.example"


class Seeder:
    """Talks to the API as the ministry's administrator and collects the accounts that it makes."""

    def __init__(self, client: httpx.AsyncClient, now: datetime, progress: Progress) -> None:
        self._client = client
        self._now = now
        self._today = day_in_jakarta(now).isoformat()
        self._progress = progress
        self._token = ""
        self.accounts: list[Account] = []

    async def sign_in_administrator(self, email: str, password: str) -> None:
        """From here on the administrator's login is used."""
        self._token = await self._login(email, password)
        await self._remember("ministry_admin", "Indonesia", email, password)

    async def post(self, path: str, body: Mapping[str, Any], *, version: int | None = None) -> dict[str, Any]:
        """Create something, or change it (`version`)."""
        return await self._send("POST", path, body, version=version)

    async def put(self, path: str, body: Mapping[str, Any], *, version: int) -> dict[str, Any]:
        """Replace something."""
        return await self._send("PUT", path, body, version=version)

    async def _send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None,
        *,
        version: int | None = None,
        token: str | None = None,
    ) -> dict[str, Any]:
        headers = {"authorization": f"Bearer {token or self._token}"}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        answer = await self._client.request(method, f"/api/v1{path}", json=body, headers=headers)
        if answer.status_code >= 400:
            raise RuntimeError(f"seeding: {method} {path} answered {answer.status_code}: {answer.text}")
        content: dict[str, Any] = answer.json()
        return content

    async def _login(self, email: str, password: str) -> str:
        answer = await self._client.post("/api/v1/logins", json={"email": email, "password": password})
        if answer.status_code != 201:
            raise RuntimeError(f"seeding: signing in as {email} answered {answer.status_code}: {answer.text}")
        return str(answer.json()["token"])

    async def person(
        self, *, role: str, place: str, name: str, mail: str, office_id: str = "", enterprise_id: str = ""
    ) -> None:
        """A person with an account, a role and an API token."""
        email, password = f"{mail}@{DOMAIN}", secrets.token_urlsafe(12)
        where = {"office_id": office_id} if office_id else {"enterprise_id": enterprise_id}
        membership = {"role": role, "starts_on": self._today, **where}
        await self.post(
            "/persons", {"name": name, "email": email, "password": password, "membership": membership}
        )
        await self._remember(role, place, email, password)

    async def _remember(self, role: str, place: str, email: str, password: str) -> None:
        token = await self._login(email, password)
        body = {
            "name": "demo",
            "scopes": ["read", "submit", "decide", "manage"],
            "expires_at": (self._now + timedelta(days=30)).isoformat(),
        }
        made = await self._send("POST", "/api-tokens", body, token=token)
        self.accounts.append(
            Account(role=role, place=place, email=email, password=password, token=str(made["token"]))
        )
        self._progress(f"{role:<18} {place}")

    async def office(self, kind: str, name: str, region_code: str, mail: str) -> str:
        """An office; returns its id."""
        body = {"kind": kind, "name": name, "region_code": region_code, "email": f"{mail}@{DOMAIN}"}
        return str((await self.post("/offices", body))["id"])


async def paint(
    client: httpx.AsyncClient, database: Database, registry: Registry, *, now: datetime, progress: Progress
) -> list[Account]:
    """The whole picture: ministry, offices and people of three provinces, centres and enterprises for every installed commodity, an open cycle."""
    email, password = f"admin@{DOMAIN}", secrets.token_urlsafe(12)
    async with database.transaction(actor=SYSTEM) as session:
        await add_administrator(
            session, new=NewPerson(name="Admin OVOP", email=email), password=password, at=now
        )
    seeder = Seeder(client, now, progress)
    await seeder.sign_in_administrator(email, password)
    await _ministry(seeder, client)
    for place in PLACES:
        await _offices(seeder, place)
    manifests = [c.definition.manifest for c in registry.commodities.values()]
    for number, manifest in enumerate(manifests):
        for place in PLACES:
            await _enterprise(seeder, place, manifest, number, now)
    await _cycle(seeder, [m.id for m in manifests], now)
    return seeder.accounts


async def _ministry(seeder: Seeder, client: httpx.AsyncClient) -> None:
    offices = (await seeder._send("GET", "/offices?kind=ministry", None))["items"]
    office_id = str(offices[0]["id"])
    for role, name, mail in (
        ("verifier", "Verifikator sekretariat", "verifikator"),
        ("selector", "Anggota tim seleksi", "seleksi"),
        ("auditor", "Auditor", "auditor"),
    ):
        await seeder.person(role=role, place="Indonesia", name=name, mail=mail, office_id=office_id)


async def _offices(seeder: Seeder, place: Place) -> None:
    province = place.regency[:2]
    regency_office = await seeder.office(
        "regency", f"Dinas Perindustrian {place.name}", place.regency, f"dinas.{place.mail}"
    )
    province_office = await seeder.office(
        "province",
        f"Dinas Perindustrian Provinsi {place.province_name}",
        province,
        f"dinas.provinsi{province}",
    )
    governor = await seeder.office(
        "governor", f"Gubernur {place.province_name}", province, f"gubernur{province}"
    )
    for number in (1, 2):
        await seeder.person(
            role="regency_officer",
            place=place.name,
            name=f"Petugas {number} Dinas {place.name}",
            mail=f"petugas{number}.{place.mail}",
            office_id=regency_office,
        )
    await seeder.person(
        role="province_officer",
        place=place.province_name,
        name=f"Petugas Provinsi {place.province_name}",
        mail=f"provinsi.{place.mail}",
        office_id=province_office,
    )
    await seeder.person(
        role="governor_officer",
        place=place.province_name,
        name=f"Sekretariat Gubernur {place.province_name}",
        mail=f"gubernur.{place.mail}",
        office_id=governor,
    )


async def _enterprise(seeder: Seeder, place: Place, manifest: Manifest, number: int, now: datetime) -> None:
    name = manifest.name.id
    serial = PLACES.index(place) + 1
    centre = await seeder.post(
        "/industry-centres",
        {
            "name": f"Sentra {name} {place.name}",
            "region_code": place.regency,
            "product": name,
            "members": 12 + 5 * serial,
            "decree_number": f"530/{100 + number}/{place.regency}",
            "decree_issuer": f"Kepala daerah {place.name}",
            "decree_date": (day_in_jakarta(now) - timedelta(days=900)).isoformat(),
        },
    )
    enterprise = await seeder.post(
        "/enterprises",
        {
            "name": f"IKM {name} {place.name}",
            "owner_name": f"Pemilik IKM {name} {place.name}",
            "size": "small",
            "region_code": place.regency,
            "address": f"Jalan Sentra {name} {serial}, {place.name}",
            "nib": f"9{number:02d}{serial}{place.regency}00000",
            "kbli": [{"edition": k.edition, "code": k.code} for k in manifest.kbli if len(k.code) == 5]
            or [{"edition": k.edition, "code": k.code.ljust(5, "1")} for k in manifest.kbli],
            "is_anchor": True,
            "centre_id": centre["id"],
        },
    )
    await seeder.person(
        role="producer",
        place=place.name,
        name=f"Produsen {name} {place.name}",
        mail=f"{manifest.id}.{place.mail}",
        enterprise_id=str(enterprise["id"]),
    )


async def _cycle(seeder: Seeder, commodities: Sequence[str], now: datetime) -> None:
    year = day_in_jakarta(now).year
    closes = datetime(year, 12, 31, 16, 59, tzinfo=UTC)
    if closes - now < timedelta(days=20):
        closes = now + timedelta(days=60)
    cycle = await seeder.post(
        "/cycles",
        {
            "year": year,
            "name": {"id": f"OVOP {year}", "en": f"OVOP {year}"},
            "opens_at": (now - timedelta(days=7)).isoformat(),
            "closes_at": closes.isoformat(),
        },
    )
    path = f"/cycles/{cycle['id']}"
    chosen = await seeder.put(
        f"{path}/commodities", {"commodities": list(commodities)}, version=cycle["version"]
    )
    await seeder.post(f"{path}/opening", {}, version=chosen["version"])
