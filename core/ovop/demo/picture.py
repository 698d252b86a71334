"""Seeding the demo through the public API: whatever it shows, an agency's own program could have entered."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from ovop.clock import day_in_jakarta
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition, Manifest
from ovop.database import Database
from ovop.demo.accounts import Account
from ovop.demo.player import Player
from ovop.demo.samples import best_example, moved_to, samples_of, with_files
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
    """The ministry's administrator at the API, who collects the accounts that are made."""

    def __init__(
        self, client: httpx.AsyncClient, administrator: Player, now: datetime, progress: Progress
    ) -> None:
        self.client = client
        self.administrator = administrator
        self.now = now
        self.today = day_in_jakarta(now)
        self.accounts: list[Account] = []
        self._progress = progress

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create something."""
        return await self.administrator.send("POST", path, body, expect=201)

    async def office(self, kind: str, name: str, region_code: str, mail: str) -> str:
        """An office; returns its id."""
        body = {"kind": kind, "name": name, "region_code": region_code, "email": f"{mail}@{DOMAIN}"}
        return str((await self.post("/offices", body))["id"])

    async def person(
        self, *, role: str, place: str, name: str, mail: str, commodity: str = "", **where: str
    ) -> None:
        """A person with an account, a role (`office_id` or `enterprise_id`) and an API token."""
        email, password = f"{mail}@{DOMAIN}", secrets.token_urlsafe(12)
        membership = {"role": role, "starts_on": self.today.isoformat(), **where}
        await self.post(
            "/persons", {"name": name, "email": email, "password": password, "membership": membership}
        )
        await self.remember(role, place, email, password, commodity)

    async def remember(self, role: str, place: str, email: str, password: str, commodity: str = "") -> None:
        """Keep an account with an API token of its own."""
        player = await Player.sign_in(self.client, email, password, _silent)
        body = {
            "name": "demo",
            "scopes": ["read", "submit", "decide", "manage"],
            "expires_at": (self.now + timedelta(days=30)).isoformat(),
        }
        token = (await player.send("POST", "/api-tokens", body, expect=201))["token"]
        self.accounts.append(
            Account(
                role=role,
                place=place,
                email=email,
                password=password,
                token=str(token),
                commodity=commodity,
            )
        )
        self._progress(f"account: {role:<18} {place}")


def _silent(_line: str) -> None:
    """The picture is painted without a word."""


async def paint(
    client: httpx.AsyncClient, database: Database, registry: Registry, *, now: datetime, progress: Progress
) -> list[Account]:
    """The whole picture: ministry, offices and people of three provinces, centres and enterprises for every installed commodity, an open cycle."""
    email, password = f"admin@{DOMAIN}", secrets.token_urlsafe(12)
    async with database.transaction(actor=SYSTEM) as session:
        await add_administrator(
            session, new=NewPerson(name="Admin OVOP", email=email), password=password, at=now
        )
    administrator = await Player.sign_in(client, email, password, _silent)
    seeder = Seeder(client, administrator, now, progress)
    await seeder.remember("ministry_admin", "Indonesia", email, password)
    await _ministry(seeder)
    for place in PLACES:
        await _offices(seeder, place)
    definitions = [c.definition for c in registry.commodities.values()]
    for number, definition in enumerate(definitions):
        for place in PLACES:
            await _enterprise(seeder, place, definition.manifest, number)
    cycle_id = await _cycle(seeder, [d.manifest.id for d in definitions])
    for definition in definitions:
        await _proposals(seeder, definition, cycle_id)
    return seeder.accounts


async def _ministry(seeder: Seeder) -> None:
    office_id = (await seeder.administrator.send("GET", "/offices?kind=ministry"))["items"][0]["id"]
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


async def _enterprise(seeder: Seeder, place: Place, manifest: Manifest, number: int) -> None:
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
            "decree_date": (seeder.today - timedelta(days=900)).isoformat(),
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
        commodity=manifest.id,
        enterprise_id=str(enterprise["id"]),
    )


async def _cycle(seeder: Seeder, commodities: Sequence[str]) -> str:
    """An open cycle that ends with the year, or in two months where the year is nearly over; returns its id."""
    year = seeder.today.year
    closes = datetime(year, 12, 31, 16, 59, tzinfo=UTC)
    if closes - seeder.now < timedelta(days=20):
        closes = seeder.now + timedelta(days=60)
    body = {
        "year": year,
        "name": {"id": f"OVOP {year}", "en": f"OVOP {year}"},
        "opens_at": (seeder.now - timedelta(days=7)).isoformat(),
        "closes_at": closes.isoformat(),
    }
    cycle = await seeder.post("/cycles", body)
    path, choice = f"/cycles/{cycle['id']}", {"commodities": list(commodities)}
    chosen = await seeder.administrator.send("PUT", f"{path}/commodities", choice, version=cycle["version"])
    await seeder.administrator.send("POST", f"{path}/opening", {}, version=chosen["version"])
    return str(cycle["id"])


async def _proposals(seeder: Seeder, definition: Definition, cycle_id: str) -> None:
    """The second place has a complete draft that waits to be handed in, the third one waits at its regency office; the first is free."""
    example = moved_to(best_example(definition), seeder.today)
    for place, hands_in in ((PLACES[1], False), (PLACES[2], True)):
        email = f"{definition.manifest.id}.{place.mail}@{DOMAIN}"
        account = next(a for a in seeder.accounts if a.email == email)
        producer = Player(seeder.client, account.token, _silent)
        draft = await producer.begin(cycle_id=cycle_id, commodity=definition.manifest.id)
        path = f"/submissions/{draft['id']}"
        files = await producer.attach(path, samples_of(definition, example))
        version = (await producer.send("GET", path))["version"]
        await producer.save(path, with_files(example.answers, files), version=version)
        if hands_in:
            await producer.act(path, "submit")
