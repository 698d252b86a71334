"""A small world for tests of the API: an app on a real database, an invented commodity, and one actor of every role at home and abroad.

`home` is Kota Pekalongan in Jawa Tengah, `abroad` Kabupaten Lombok Timur in Nusa Tenggara Barat. Persons are entered as rows with an API
token, because hashing a password for each of them would take most of the run.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import msgspec
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.app import create_app
from ovop.contract.registry import Commodity, Registry
from ovop.contract.vocabulary import Definition
from ovop.cycles import definitions
from ovop.database import new_id
from ovop.demo.samples import jpeg, pdf
from ovop.identities.authentication import API_TOKEN_PREFIX, new_token, token_hash
from ovop.identities.enums import OfficeKind, Role, Scope
from ovop.identities.models import ApiToken, Enterprise, IndustryCentre, Membership, Office, Person
from ovop.settings import Settings
from ovop.visibility import SYSTEM

T = TypeVar("T")

NOW = datetime(2026, 4, 15, 3, 0, tzinfo=UTC)
"""A Wednesday morning in Jakarta, in the middle of the window."""
OPENS = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
CLOSES = datetime(2026, 4, 30, 16, 59, 59, tzinfo=UTC)

HOME, ABROAD = "3375", "5203"


def text(value: str) -> dict[str, str]:
    """A text that is the same in both languages."""
    return {"id": value, "en": value}


def sample_definition(*, version: str = "1.0", **changes: Any) -> Definition:
    """An invented commodity with what the kernel needs: two sections, rows, a choice, a gate, a document and photos."""
    content: dict[str, Any] = {
        "manifest": {
            "id": "sample",
            "code": "SMP",
            "version": version,
            "contract": ">=1.0,<2",
            "name": text("Contoh"),
            "summary": text("Komoditi rekaan"),
            "owner": text("Direktorat"),
            "kbli": [{"edition": "2020", "code": "12345"}],
        },
        "form": {
            "section": [
                {
                    "id": "making",
                    "title": text("Pembuatan"),
                    "fields": [
                        {
                            "type": "select",
                            "id": "technique",
                            "label": text("Teknik"),
                            "options": [
                                {"value": "hand", "label": text("Tangan")},
                                {"value": "machine", "label": text("Mesin")},
                            ],
                        },
                        {
                            "type": "rows",
                            "id": "steps",
                            "label": text("Tahapan"),
                            "min_rows": 1,
                            "fields": [
                                {"type": "text", "id": "step", "label": text("Langkah")},
                                {
                                    "type": "integer",
                                    "id": "days",
                                    "label": text("Hari"),
                                    "minimum": 1,
                                    "maximum": 400,
                                },
                            ],
                        },
                    ],
                },
                {
                    "id": "story",
                    "title": text("Cerita"),
                    "fields": [
                        {
                            "type": "longtext",
                            "id": "meaning",
                            "label": text("Makna"),
                            "min_length": 20,
                            "max_length": 2000,
                        }
                    ],
                },
            ],
            "evidence": [
                {
                    "id": "permit",
                    "label": text("Izin"),
                    "section": "making",
                    "asks": ["number", "issued_on"],
                    "max_age_months": 24,
                },
                {
                    "id": "photos",
                    "label": text("Foto"),
                    "section": "story",
                    "kind": "photo",
                    "roles": [{"id": "front", "label": text("Depan")}],
                },
            ],
        },
        "rubric": {
            "group": [
                {
                    "id": "A",
                    "name": text("Semua"),
                    "weight": 100,
                    "criterion": [
                        {
                            "id": "A1",
                            "name": text("Mutu"),
                            "weight": 100,
                            "anchors": [
                                {"level": 0, "text": text("Buruk")},
                                {"level": 5, "text": text("Baik")},
                            ],
                        }
                    ],
                }
            ]
        },
        "gates": [
            {
                "id": "K1",
                "when": "technique == 'machine'",
                "effect": "block",
                "message": text("Buatan mesin tidak memenuhi syarat"),
                "remedy": text("Ajukan produk buatan tangan"),
            }
        ],
        "guidance": [
            {
                "id": "step",
                "title": text("Langkah"),
                "body": text("Catat setiap langkah"),
                "theme": "quality",
                "criteria": ["A1"],
            }
        ],
    }
    return msgspec.convert(content | changes, Definition)


def sample_registry(definition: Definition | None = None) -> Registry:
    """A registry in which only the invented commodity is installed."""
    chosen = definition or sample_definition()
    commodity = Commodity(definition=chosen, folder=Path(), distribution="ovop-sample", version="1.0.0")
    return Registry(commodities={chosen.manifest.id: commodity})


ANSWERS: Mapping[str, Any] = {
    "technique": "hand",
    "steps": [{"step": "Menyiapkan bahan", "days": 2}, {"step": "Mengerjakan", "days": 9}],
    "meaning": "Dibuat turun-temurun untuk upacara panen di kampung.",
}


class Clock:
    """A clock that tests set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Caller:
    """One actor at the API. Every method answers the raw response, so that a test states the status it expects."""

    def __init__(
        self, client: TestClient[Litestar], token: str | None, person_id: Any = None, home: str = ""
    ) -> None:
        self.client = client
        self.token = token
        self.person_id = person_id
        self.home = home

    def send(
        self,
        method: str,
        path: str,
        *,
        version: int | None = None,
        key: str | None = None,
        language: str = "en",
        **rest: Any,
    ) -> httpx.Response:
        headers = {"accept-language": language, **rest.pop("headers", {})}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if version is not None:
            headers["if-match"] = f'"{version}"'
        if key is not None:
            headers["idempotency-key"] = key
        return self.client.request(
            method, path if path.startswith("/health") else f"/api/v1{path}", headers=headers, **rest
        )

    def get(self, path: str, **rest: Any) -> httpx.Response:
        return self.send("GET", path, **rest)

    def post(self, path: str, body: Any = None, **rest: Any) -> httpx.Response:
        return self.send("POST", path, **({"json": body} if body is not None else {}), **rest)

    def patch(self, path: str, body: Any, **rest: Any) -> httpx.Response:
        return self.send("PATCH", path, json=body, **rest)

    def put(self, path: str, body: Any, **rest: Any) -> httpx.Response:
        return self.send("PUT", path, json=body, **rest)

    def act(
        self,
        submission: str,
        action: str,
        *,
        version: int | None = None,
        key: str | None = None,
        **given: Any,
    ) -> httpx.Response:
        """Take an action of the chain on the version as it stands (or the one told)."""
        seen = (
            version
            if version is not None
            else self.get(f"/submissions/{submission}").json().get("version", 1)
        )
        return self.post(
            f"/submissions/{submission}/actions",
            {"action": action, **given},
            version=seen,
            key=key or str(uuid4()),
        )

    def save(
        self, submission: str, answers: Mapping[str, Any], *, version: int | None = None
    ) -> httpx.Response:
        """Save answers on the version as it stands (or the one told)."""
        seen = version if version is not None else self.get(f"/submissions/{submission}").json()["version"]
        return self.patch(f"/submissions/{submission}/answers", {"answers": answers}, version=seen)


class World:
    """The app, its clock, and the actors by name: `producer`, `officer`, `officer2`, `province`, … and `foreign_producer`, ….

    `enterprise` and `foreign_enterprise` are ids.
    """

    def __init__(self, client: TestClient[Litestar], clock: Clock) -> None:
        self.client = client
        self.clock = clock
        self.callers: dict[str, Caller] = {"nobody": Caller(client, None)}
        self.enterprise = ""
        self.foreign_enterprise = ""

    def __getattr__(self, name: str) -> Caller:
        try:
            return self.callers[name]
        except KeyError:
            raise AttributeError(name) from None

    def in_database(self, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
        """Run something on the app's own database, in the app's loop, seeing everything."""

        async def whole() -> T:
            platform = self.client.app.state.platform
            async with platform.database.transaction(actor=SYSTEM) as session:
                return await work(session)

        return self.client.blocking_portal.call(whole)

    def open_cycle(
        self, *, year: int = 2026, commodities: tuple[str, ...] = ("sample",), **changes: Any
    ) -> dict[str, Any]:
        """An open cycle."""
        body = {
            "year": year,
            "name": text(f"OVOP {year}"),
            "opens_at": OPENS.isoformat(),
            "closes_at": CLOSES.isoformat(),
            **changes,
        }
        made = self.admin.post("/cycles", body)
        assert made.status_code == 201, made.text
        path, version = f"/cycles/{made.json()['id']}", made.json()["version"]
        chosen = self.admin.put(f"{path}/commodities", {"commodities": commodities}, version=version)
        assert chosen.status_code == 200, chosen.text
        opened = self.admin.post(f"{path}/opening", version=chosen.json()["version"])
        assert opened.status_code == 200, opened.text
        answer: dict[str, Any] = opened.json()
        return answer

    def begin(
        self,
        cycle: Mapping[str, Any],
        *,
        caller: Caller | None = None,
        enterprise: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """A draft of the invented commodity."""
        body = {
            "cycle_id": cycle["id"],
            "commodity": "sample",
            "enterprise_id": enterprise or self.enterprise,
            "product_name": "Produk contoh",
            **more,
        }
        made = (caller or self.producer).post("/submissions", body)
        assert made.status_code == 201, made.text
        answer: dict[str, Any] = made.json()
        return answer

    def complete(
        self, submission: str, *, caller: Caller | None = None, answers: Mapping[str, Any] = ANSWERS
    ) -> None:
        """Fill a draft in so that nothing is missing."""
        author = caller or self.producer
        saved = author.save(submission, answers)
        assert saved.status_code == 200, saved.text
        upload(
            author,
            submission,
            "permit",
            number="I-1",
            issued_on=(self.clock.now.date() - timedelta(days=30)).isoformat(),
        )
        upload(author, submission, "photos", role="front", content=jpeg(640, "front", 1), name="front.jpg")

    def submitted(self, cycle: Mapping[str, Any]) -> str:
        """A complete submission that waits at the regency office; its id."""
        submission = str(self.begin(cycle)["id"])
        self.complete(submission)
        answer = self.producer.act(submission, "submit")
        assert answer.status_code == 200, answer.text
        return submission

    def letter(
        self, submission: str, *, caller: Caller | None = None, day: date | None = None
    ) -> dict[str, Any]:
        """An uploaded letter of the office, as an action needs it."""
        officer = caller or self.officer
        sent = officer.post(
            f"/submissions/{submission}/letters",
            files={"file": ("surat.pdf", pdf("Surat"), "application/pdf")},
        )
        assert sent.status_code == 201, sent.text
        return {
            "number": "530/1",
            "date": (day or self.clock.now.date()).isoformat(),
            "file_id": sent.json()["id"],
        }

    def endorsed(self, cycle: Mapping[str, Any]) -> str:
        """A submission that has reached the ministry; its id."""
        submission = self.submitted(cycle)
        answer = self.officer.act(submission, "endorse", letter=self.letter(submission))
        assert answer.status_code == 200, answer.text
        return submission


def upload(
    caller: Caller,
    submission: str,
    evidence: str,
    *,
    content: bytes | None = None,
    name: str = "berkas.pdf",
    expect: int = 201,
    **fields: str,
) -> dict[str, Any]:
    """Upload a file of evidence."""
    answer = caller.post(
        f"/submissions/{submission}/evidence",
        data={"evidence": evidence, **fields},
        files={"file": (name, content or pdf(evidence), "application/octet-stream")},
    )
    assert answer.status_code == expect, answer.text
    content_of: dict[str, Any] = answer.json()
    return content_of


CAST: tuple[tuple[str, Role, str], ...] = (
    ("officer", Role.REGENCY_OFFICER, HOME),
    ("officer2", Role.REGENCY_OFFICER, HOME),
    ("province", Role.PROVINCE_OFFICER, "33"),
    ("governor", Role.GOVERNOR_OFFICER, "33"),
    ("foreign_officer", Role.REGENCY_OFFICER, ABROAD),
    ("foreign_province", Role.PROVINCE_OFFICER, "52"),
    ("foreign_governor", Role.GOVERNOR_OFFICER, "52"),
    ("verifier", Role.VERIFIER, ""),
    ("selector", Role.SELECTOR, ""),
    ("assessor", Role.ASSESSOR, ""),
    ("admin", Role.MINISTRY_ADMIN, ""),
    ("auditor", Role.AUDITOR, ""),
)

OFFICE_KINDS = {
    Role.REGENCY_OFFICER: OfficeKind.REGENCY,
    Role.PROVINCE_OFFICER: OfficeKind.PROVINCE,
    Role.GOVERNOR_OFFICER: OfficeKind.GOVERNOR,
    Role.ASSESSOR: OfficeKind.ASSESSOR_BODY,
}


@contextmanager
def make_world(
    database_url: str, folder: Path, *, registry: Registry | None = None, now: datetime = NOW, **settings: Any
) -> Iterator[World]:
    """A world on a migrated database."""
    clock = Clock(now)
    app = create_app(
        Settings(database_url=database_url, data=folder, secure_cookies=False, **settings),
        registry=registry or sample_registry(),
        clock=clock,
    )
    with TestClient(app) as client:
        world = World(client, clock)
        world.in_database(lambda session: _people(session, world))
        yield world


@contextmanager
def restarted(
    world: World, database_url: str, folder: Path, *, registry: Registry, **settings: Any
) -> Iterator[World]:
    """The same world after a restart with other commodities installed: same database, same people, nothing remembered."""
    definitions.forget_compiled()
    app = create_app(
        Settings(database_url=database_url, data=folder, secure_cookies=False, **settings),
        registry=registry,
        clock=world.clock,
    )
    with TestClient(app) as client:
        again = World(client, world.clock)
        again.callers = {
            name: Caller(client, caller.token, caller.person_id, caller.home)
            for name, caller in world.callers.items()
        }
        again.enterprise, again.foreign_enterprise = world.enterprise, world.foreign_enterprise
        yield again


async def _people(session: AsyncSession, world: World) -> None:
    offices: dict[tuple[str, str], Office] = {}
    for name, role, region in CAST:
        kind = OFFICE_KINDS.get(role, OfficeKind.MINISTRY)
        office = offices.get((kind, region))
        if office is None:
            office = offices[kind, region] = Office(
                id=new_id(),
                kind=kind,
                name=f"Kantor {kind} {region}",
                region_code=region,
                email=f"{kind}{region}@ovop.example",
                created_at=NOW,
            )
            session.add(office)
            await session.flush()
        world.callers[name] = await _person(session, world, name, role, office_id=office.id, home=region)
    world.enterprise = str(await _enterprise(session, world, "producer", HOME, "1"))
    world.foreign_enterprise = str(await _enterprise(session, world, "foreign_producer", ABROAD, "2"))


async def _enterprise(session: AsyncSession, world: World, name: str, region: str, serial: str) -> Any:
    centre = IndustryCentre(
        id=new_id(), name=f"Sentra {region}", region_code=region, product="Contoh", members=7, decree_number=f"530/{region}",
        decree_issuer="Wali Kota", decree_date=date(2020, 1, 2), created_at=NOW,
    )  # fmt: skip
    session.add(centre)
    await session.flush()
    enterprise = Enterprise(
        id=new_id(), name=f"IKM {region}", owner_name="Pemilik", size="small", region_code=region, address="Jalan 1",
        nib=serial * 13, kbli=["2020:12345"], centre_id=centre.id, created_at=NOW,
    )  # fmt: skip
    session.add(enterprise)
    await session.flush()
    world.callers[name] = await _person(
        session, world, name, Role.PRODUCER, enterprise_id=enterprise.id, home=region
    )
    return enterprise.id


async def _person(
    session: AsyncSession, world: World, name: str, role: Role, *, home: str, **where: Any
) -> Caller:
    person = Person(id=new_id(), name=name, email=f"{name}@ovop.example", language="id", created_at=NOW)
    session.add(person)
    await session.flush()
    token = new_token(API_TOKEN_PREFIX)
    session.add(Membership(id=new_id(), person_id=person.id, role=role, starts_on=date(2020, 1, 1), **where))
    session.add(
        ApiToken(
            id=new_id(),
            person_id=person.id,
            name="test",
            token_hash=token_hash(token),
            scopes=[str(s) for s in Scope],
            created_at=NOW - timedelta(days=400),
            expires_at=NOW + timedelta(days=4000),
        )
    )
    await session.flush()
    return Caller(world.client, token, person.id, home)
