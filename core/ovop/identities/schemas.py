"""What identities look like on the wire. Requests refuse unknown keys; answers state every field. Numbers of persons are masked."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, TypeAlias
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from ovop.contract.vocabulary import Finding, Text
from ovop.identities.enums import EnterpriseSize, OfficeKind, Permission, Role, Scope
from ovop.reference.calendar import HolidayKind
from ovop.reference.regions import RegionLevel

# One line: at least one character that is no space, and no control character (PostgreSQL cannot store a NUL).
_LINE = r"^[^\x00-\x1f\x7f]*[^\x00-\x20\x7f][^\x00-\x1f\x7f]*$"

Line100: TypeAlias = Annotated[str, Meta(pattern=_LINE, max_length=100)]
Line200: TypeAlias = Annotated[str, Meta(pattern=_LINE, max_length=200)]
Line500: TypeAlias = Annotated[str, Meta(pattern=_LINE, max_length=500)]
Email: TypeAlias = Annotated[
    str, Meta(pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$", max_length=254)
]
Phone: TypeAlias = Annotated[str, Meta(pattern=r"^\+?[0-9][0-9 ().\-]{5,28}$", max_length=30)]
Typed: TypeAlias = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=40)]
"""A number as a person types it; the checks of identifiers say what is wrong with it."""
Language: TypeAlias = Annotated[str, Meta(pattern="^(id|en)$")]
Password: TypeAlias = Annotated[str, Meta(max_length=1000)]


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all requests."""


class SignIn(Ask, frozen=True, kw_only=True):
    email: Email
    password: Password


class PasswordChange(Ask, frozen=True, kw_only=True):
    current: Password
    new: Password


class PasswordGiven(Ask, frozen=True, kw_only=True):
    password: Password


class Reason(Ask, frozen=True, kw_only=True):
    """Why; it stands in the log."""

    reason: Line500


class NewRole(Ask, frozen=True, kw_only=True):
    """A role in an office, or (producer) for an enterprise; both days are included, and without `ends_on` it is open-ended."""

    role: Role
    starts_on: date
    ends_on: date | None = None
    office_id: UUID | None = None
    enterprise_id: UUID | None = None


class NewMembership(NewRole, frozen=True, kw_only=True):
    person_id: UUID


class MembershipEnd(Ask, frozen=True, kw_only=True):
    """The last day on which the membership holds."""

    ends_on: date
    reason: Line500


class NewPerson(Ask, frozen=True, kw_only=True):
    """Without a password the person has no account. A regency office names the person's first role with an enterprise of its territory."""

    name: Line200
    email: Email
    phone: Phone | None = None
    nik: Typed | None = None
    language: Language = "id"
    password: Password | None = None
    membership: NewRole | None = None


class PersonChange(Ask, frozen=True, kw_only=True):
    """Only what is named changes. Everybody may change their own phone and language."""

    name: Line200 | UnsetType = UNSET
    email: Email | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    language: Language | UnsetType = UNSET


class PersonalField(StrEnum):
    """What of a person is shown masked."""

    NIK = "nik"
    PHONE = "phone"


class Reveal(Ask, frozen=True, kw_only=True):
    """Which masked field to show, and why; both are recorded."""

    field: PersonalField
    reason: Annotated[str, Meta(pattern=_LINE, min_length=10, max_length=500)]


class NewOffice(Ask, frozen=True, kw_only=True):
    """`region_code` is the territory: 2 digits for a province or governor, 4 for a regency, empty for the whole country."""

    kind: OfficeKind
    name: Line200
    region_code: Annotated[str, Meta(max_length=10)] = ""
    email: Email | None = None
    address: Line500 | None = None


class NewCentre(Ask, frozen=True, kw_only=True):
    """A sentra with the decree that established it."""

    name: Line200
    region_code: Annotated[str, Meta(max_length=10)]
    product: Line200
    members: Annotated[int, Meta(ge=0, le=1_000_000)]
    decree_number: Line100
    decree_issuer: Line200
    decree_date: date


class CentreChange(Ask, frozen=True, kw_only=True):
    """Only what is named changes; the place stays."""

    name: Line200 | UnsetType = UNSET
    product: Line200 | UnsetType = UNSET
    members: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType = UNSET
    decree_number: Line100 | UnsetType = UNSET
    decree_issuer: Line200 | UnsetType = UNSET
    decree_date: date | UnsetType = UNSET


class Kbli(Ask, frozen=True, kw_only=True):
    """An activity code, which means nothing without its edition."""

    edition: Typed
    code: Typed


class NewEnterprise(Ask, frozen=True, kw_only=True):
    name: Line200
    owner_name: Line200
    size: EnterpriseSize
    region_code: Annotated[str, Meta(max_length=20)]
    address: Line500
    nib: Typed | None = None
    npwp: Typed | None = None
    kbli: Annotated[tuple[Kbli, ...], Meta(max_length=20)] = ()
    phone: Phone | None = None
    is_anchor: bool = False
    centre_id: UUID | None = None


class EnterpriseChange(Ask, frozen=True, kw_only=True):
    """Only what is named changes. A producer may change the address and the phone."""

    name: Line200 | UnsetType = UNSET
    owner_name: Line200 | UnsetType = UNSET
    size: EnterpriseSize | UnsetType = UNSET
    region_code: Annotated[str, Meta(max_length=20)] | UnsetType = UNSET
    address: Line500 | UnsetType = UNSET
    nib: Typed | UnsetType | None = UNSET
    npwp: Typed | UnsetType | None = UNSET
    kbli: Annotated[tuple[Kbli, ...], Meta(max_length=20)] | UnsetType = UNSET
    phone: Phone | UnsetType | None = UNSET
    is_anchor: bool | UnsetType = UNSET
    centre_id: UUID | UnsetType | None = UNSET


class NewDelegation(Ask, frozen=True, kw_only=True):
    """Lend one of your memberships to a colleague, named by the e-mail address of their account; both days are included."""

    membership_id: UUID
    to_email: Email
    starts_on: date
    ends_on: date
    reason: Line500


class NewApiToken(Ask, frozen=True, kw_only=True):
    name: Line100
    scopes: Annotated[tuple[Scope, ...], Meta(min_length=1, max_length=10)]
    expires_at: Annotated[datetime, Meta(tz=True)]


class NewHoliday(Ask, frozen=True, kw_only=True):
    """A decreed day off; it replaces an estimate for the same day."""

    day: date
    name: Text
    kind: HolidayKind


class Answer(Struct, frozen=True, kw_only=True):
    """Base of all answers."""


class PowerView(Answer, frozen=True, kw_only=True):
    """One role in force today; `lent_by` is the person who delegated it."""

    role: Role
    office_id: UUID | None
    enterprise_id: UUID | None
    region_code: str
    lent_by: UUID | None


class PersonView(Answer, frozen=True, kw_only=True):
    """`nik` and `phone` are masked; `has_account` tells whether the person can sign in."""

    id: UUID
    name: str
    email: str
    phone: str | None
    nik: str | None
    language: str
    has_account: bool
    disabled: bool
    created_at: datetime


class RegisteredPerson(PersonView, frozen=True, kw_only=True):
    """A new person, with what should be looked at again."""

    warnings: tuple[Finding, ...]


class PersonPage(Answer, frozen=True, kw_only=True):
    items: tuple[PersonView, ...]
    next: UUID | None


class Revealed(Answer, frozen=True, kw_only=True):
    field: PersonalField
    value: str | None


class Me(Answer, frozen=True, kw_only=True):
    """Who is signed in, and what they may do today; `scopes` narrows an API token and is null for a login."""

    person: PersonView
    powers: tuple[PowerView, ...]
    permissions: tuple[Permission, ...]
    scopes: tuple[Scope, ...] | None


class LoginView(Answer, frozen=True, kw_only=True):
    """A signed-in device. The token is shown here only; a browser keeps it in its cookie."""

    token: str
    expires_at: datetime
    person: PersonView


class OfficeView(Answer, frozen=True, kw_only=True):
    id: UUID
    kind: OfficeKind
    name: str
    region_code: str
    email: str | None
    address: str | None


class OfficePage(Answer, frozen=True, kw_only=True):
    items: tuple[OfficeView, ...]
    next: UUID | None


class CentreView(Answer, frozen=True, kw_only=True):
    id: UUID
    name: str
    region_code: str
    product: str
    members: int
    decree_number: str
    decree_issuer: str
    decree_date: date
    version: int


class SavedCentre(CentreView, frozen=True, kw_only=True):
    """An industry centre as just saved, with what should be looked at again."""

    warnings: tuple[Finding, ...]


class CentrePage(Answer, frozen=True, kw_only=True):
    items: tuple[CentreView, ...]
    next: UUID | None


class KbliView(Answer, frozen=True, kw_only=True):
    edition: str
    code: str


class EnterpriseView(Answer, frozen=True, kw_only=True):
    """`npwp` is masked: a person's is their NIK."""

    id: UUID
    name: str
    owner_name: str
    size: EnterpriseSize
    region_code: str
    address: str
    nib: str | None
    npwp: str | None
    kbli: tuple[KbliView, ...]
    phone: str | None
    is_anchor: bool
    centre_id: UUID | None
    version: int
    created_at: datetime


class SavedEnterprise(EnterpriseView, frozen=True, kw_only=True):
    """An enterprise as just saved, with what should be looked at again."""

    warnings: tuple[Finding, ...]


class EnterprisePage(Answer, frozen=True, kw_only=True):
    items: tuple[EnterpriseView, ...]
    next: UUID | None


class MembershipView(Answer, frozen=True, kw_only=True):
    id: UUID
    person_id: UUID
    role: Role
    office_id: UUID | None
    enterprise_id: UUID | None
    starts_on: date
    ends_on: date | None


class MembershipPage(Answer, frozen=True, kw_only=True):
    items: tuple[MembershipView, ...]
    next: UUID | None


class DelegationView(Answer, frozen=True, kw_only=True):
    id: UUID
    membership_id: UUID
    to_person_id: UUID
    starts_on: date
    ends_on: date
    reason: str
    revoked_at: datetime | None


class DelegationPage(Answer, frozen=True, kw_only=True):
    items: tuple[DelegationView, ...]
    next: UUID | None


class ApiTokenView(Answer, frozen=True, kw_only=True):
    id: UUID
    name: str
    scopes: tuple[Scope, ...]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class ApiTokenPage(Answer, frozen=True, kw_only=True):
    items: tuple[ApiTokenView, ...]
    next: UUID | None


class IssuedApiToken(ApiTokenView, frozen=True, kw_only=True):
    """A new token; it is shown here only, only its hash is kept."""

    token: str


class RegionView(Answer, frozen=True, kw_only=True):
    code: str
    name: str
    level: RegionLevel
    edition: str


class RegionPage(Answer, frozen=True, kw_only=True):
    """`next` is the code to ask on from."""

    items: tuple[RegionView, ...]
    next: str | None


class HolidayView(Answer, frozen=True, kw_only=True):
    """`decreed` is false while the day is an estimate."""

    day: date
    name: Text
    kind: HolidayKind
    decreed: bool


class HolidayList(Answer, frozen=True, kw_only=True):
    items: tuple[HolidayView, ...]
