"""One submission of an invented commodity with the people around it, written straight into the tables, for tests of its files."""

import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from ovop.contract import loader
from ovop.contract.vocabulary import (
    Anchor,
    Criterion,
    CriterionGroup,
    Definition,
    Evidence,
    EvidenceKind,
    EvidenceRole,
    FileField,
    Form,
    KbliCode,
    Manifest,
    RowsField,
    Rubric,
    Section,
    Text,
    TextField,
)
from ovop.cycles.models import Cycle, FrozenDefinition
from ovop.cycles.rules import default_chain, default_rules
from ovop.database import Database, new_id
from ovop.identities.actor import Act, Actor, Power
from ovop.identities.authentication import API_TOKEN_PREFIX, token_hash
from ovop.identities.enums import Role
from ovop.identities.models import ApiToken, Enterprise, Membership, Office, Person
from ovop.submissions.attaching import Upload
from ovop.submissions.models import Submission
from ovop.visibility import SYSTEM

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
REGION = "3375"
FOREIGN = "3374"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\nstartxref\n0\n%%EOF\n"


def both(word: str) -> Text:
    return Text(id=word, en=word)


DEFINITION = Definition(
    manifest=Manifest(
        id="sample",
        code="SMP",
        version="1.0",
        contract=">=1.0,<2",
        name=both("Sample"),
        summary=both("An invented commodity"),
        owner=both("Directorate"),
        kbli=(KbliCode(edition="2020", code="13134"),),
    ),
    form=Form(
        sections=(
            Section(
                id="product", title=both("Product"), fields=(TextField(id="title", label=both("Title")),)
            ),
            Section(
                id="tests",
                title=both("Tests"),
                fields=(
                    RowsField(
                        id="readings",
                        label=both("Readings"),
                        fields=(FileField(id="report", label=both("Report")),),
                    ),
                ),
            ),
        ),
        evidence=(
            Evidence(id="decree", label=both("Decree"), section="product", max_files=2, max_megabytes=0.2),
            Evidence(
                id="photos",
                label=both("Photos"),
                section="product",
                kind=EvidenceKind.PHOTO,
                roles=(
                    EvidenceRole(id="front", label=both("Front")),
                    EvidenceRole(id="label", label=both("Label")),
                ),
            ),
            Evidence(
                id="lab_report", label=both("Laboratory report"), section="tests", media=("application/pdf",)
            ),
        ),
    ),
    rubric=Rubric(
        groups=(
            CriterionGroup(
                id="A",
                name=both("All"),
                weight=100,
                criteria=(
                    Criterion(
                        id="A1",
                        name=both("Quality"),
                        weight=100,
                        anchors=(Anchor(level=0, text=both("Poor")),),
                    ),
                ),
            ),
        )
    ),
)


class World(msgspec.Struct, frozen=True, kw_only=True):
    """The submission, and the acts and tokens of those who meet it."""

    submission_id: UUID
    acts: Mapping[str, Act]
    tokens: Mapping[str, str]

    def act(self, who: str, *, later: timedelta = timedelta()) -> Act:
        return msgspec.structs.replace(self.acts[who], at=AT + later)


async def build_world(
    database: Database, *, stage: str = "draft", return_sections: Sequence[str] = (), handed_in: bool = False
) -> World:
    """A submission at a stage, its producer and another one, the officers of its regency and of a foreign one, and a verifier."""
    async with database.transaction(actor=SYSTEM) as session:
        own, other = _enterprise("own"), _enterprise("other")
        office, foreign, ministry = (
            Office(id=new_id(), kind=kind, name=kind, region_code=region, created_at=AT)
            for kind, region in (("regency", REGION), ("regency", FOREIGN), ("ministry", ""))
        )
        session.add_all([own, other, office, foreign, ministry])
        await session.flush()
        powers = {
            "producer": Power(role=Role.PRODUCER, enterprise_id=own.id),
            "rival": Power(role=Role.PRODUCER, enterprise_id=other.id),
            "officer": Power(role=Role.REGENCY_OFFICER, office_id=office.id, region_code=REGION),
            "foreigner": Power(role=Role.REGENCY_OFFICER, office_id=foreign.id, region_code=FOREIGN),
            "verifier": Power(role=Role.VERIFIER, office_id=ministry.id),
        }
        acts = {name: await _sign_in(session, name, power) for name, power in powers.items()}
        submission = Submission(
            id=new_id(),
            enterprise_id=own.id,
            region_code=REGION,
            product_name="Kain",
            answers={},
            stage=stage,
            stage_entered_at=AT,
            return_sections=list(return_sections),
            created_by=acts["producer"].actor.person_id,
            created_at=AT,
            updated_at=AT,
            submitted_at=AT if handed_in else None,
        )
        await _add_to_cycle(session, submission)
    return World(submission_id=submission.id, acts=acts, tokens={name: _token(name) for name in powers})


async def _sign_in(session: AsyncSession, name: str, power: Power) -> Act:
    """A person with that power, as a membership and as an act, and an API token."""
    person = Person(id=new_id(), name=name, email=f"{name}@example.org", created_at=AT)
    session.add(person)
    await session.flush()
    membership = Membership(
        person_id=person.id,
        office_id=power.office_id,
        enterprise_id=power.enterprise_id,
        role=power.role,
        starts_on=date(2020, 1, 1),
    )
    token = ApiToken(
        person_id=person.id,
        name=name,
        token_hash=token_hash(_token(name)),
        scopes=["read", "submit", "decide"],
        created_at=AT,
        expires_at=AT + timedelta(days=365),
    )
    session.add_all([membership, token])
    return Act(actor=Actor(person_id=person.id, name=name, powers=(power,)), at=AT)


def _token(name: str) -> str:
    return f"{API_TOKEN_PREFIX}{name}"


def _enterprise(name: str) -> Enterprise:
    return Enterprise(
        id=new_id(),
        name=name,
        owner_name=name,
        size="small",
        region_code=REGION,
        address="Jalan Contoh 1",
        kbli=["2020:13134"],
        created_at=AT,
    )


async def _add_to_cycle(session: AsyncSession, submission: Submission) -> None:
    cycle = Cycle(
        id=new_id(),
        year=2026,
        name_id="Siklus",
        name_en="Cycle",
        state="open",
        opens_at=AT - timedelta(days=1),
        closes_at=AT + timedelta(days=30),
        rules=msgspec.to_builtins(default_rules()),
        chain=msgspec.to_builtins(default_chain()),
        created_at=AT,
        updated_at=AT,
    )
    content = loader.encode(DEFINITION)
    frozen = FrozenDefinition(
        id=new_id(),
        cycle_id=cycle.id,
        commodity_id="sample",
        version="1.0",
        content=content,
        sha256=loader.digest(content),
        distribution="sample",
        distribution_version="1.0",
        contract_version="1.0",
        examples={},
        frozen_at=AT,
    )
    submission.cycle_id, submission.definition_id, submission.commodity_id = cycle.id, frozen.id, "sample"
    for row in (cycle, frozen, submission):
        session.add(row)
        await session.flush()


def pdf(note: bytes = b"") -> Upload:
    """A small PDF; another note makes another file."""
    return Upload(file=io.BytesIO(PDF.replace(b"<<>>", b"<<" + note + b">>")), file_name="SK sentra.pdf")


def picture_bytes(shade: int = 120) -> bytes:
    exif = Image.Exif()
    exif[0x8825] = {1: "S", 2: (7.0, 33.0, 12.0), 3: "E", 4: (110.0, 49.0, 5.0)}
    exif[0x0112] = 6
    output = io.BytesIO()
    Image.new("RGB", (60, 40), (shade, 10, 10)).save(output, "JPEG", exif=exif)
    return output.getvalue()


def photo(shade: int = 120) -> Upload:
    """A small photo, taken on its side, that tells where it was taken."""
    return Upload(file=io.BytesIO(picture_bytes(shade)), file_name="IMG_0001.jpg")
