"""Tables of who acts: persons, offices, enterprises, industry centres, and what joins them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.database import Base, new_id


class Region(Base):
    """A province, regency, district or village by its Kemendagri code, with the edition of the list."""

    __tablename__ = "region"

    code: Mapped[str] = mapped_column(String(10), primary_key=True)
    edition: Mapped[str] = mapped_column(String(60))
    level: Mapped[str] = mapped_column(String(10), index=True)
    name: Mapped[str] = mapped_column(String(120))


class Holiday(Base):
    """A day on which offices are closed. A decreed row replaces an estimated one."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name_id: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    decreed: Mapped[bool] = mapped_column(default=False)


class Person(Base):
    """A human being who signs in."""

    __tablename__ = "person"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    phone: Mapped[str | None] = mapped_column(String(30))
    nik: Mapped[str | None] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2), default="id")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class Login(Base):
    """One signed-in device. Only hashes of tokens are kept; a token is replaced by every renewal, and an old one that returns ends the login."""

    __tablename__ = "login"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    previous_token_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class LoginAttempt(Base):
    """A failed attempt to sign in, kept to slow down guessing."""

    __tablename__ = "login_attempt"
    __table_args__ = (Index(None, "email", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254))
    at: Mapped[datetime]


class ApiToken(Base):
    """A token for a program that acts for a person; the token itself is shown once."""

    __tablename__ = "api_token"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


_ONE_IN_A_TERRITORY = text("kind in ('province', 'governor', 'regency')")


class Office(Base):
    """An office of any kind. `region_code` is its territory: everything whose region code starts with it; empty for the whole country.

    A territory has one office of each kind; of those for the whole country there may be several.
    """

    __tablename__ = "office"
    __table_args__ = (
        Index(
            "uq_office_kind_region_code",
            "kind",
            "region_code",
            unique=True,
            sqlite_where=_ONE_IN_A_TERRITORY,
            postgresql_where=_ONE_IN_A_TERRITORY,
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    region_code: Mapped[str] = mapped_column(String(10), index=True)
    email: Mapped[str | None] = mapped_column(String(254))
    address: Mapped[str | None] = mapped_column(String(500))
    created_at: Mapped[datetime]


class IndustryCentre(Base):
    """A sentra: a cluster of enterprises established by a decree of the regional head."""

    __tablename__ = "industry_centre"
    __table_args__ = (UniqueConstraint("decree_number", "region_code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    region_code: Mapped[str] = mapped_column(String(10), index=True)
    product: Mapped[str] = mapped_column(String(200))
    members: Mapped[int]
    decree_number: Mapped[str] = mapped_column(String(100))
    decree_issuer: Mapped[str] = mapped_column(String(200))
    decree_date: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Enterprise(Base):
    """A small or medium industry (IKM) that makes the product."""

    __tablename__ = "enterprise"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(200))
    owner_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[str] = mapped_column(String(10))
    region_code: Mapped[str] = mapped_column(String(10), index=True)
    address: Mapped[str] = mapped_column(String(500))
    nib: Mapped[str | None] = mapped_column(String(13), unique=True)
    npwp: Mapped[str | None] = mapped_column(String(22))
    kbli: Mapped[list[str]]
    phone: Mapped[str | None] = mapped_column(String(30))
    is_anchor: Mapped[bool] = mapped_column(default=False)
    centre_id: Mapped[UUID | None] = mapped_column(ForeignKey("industry_centre.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]


class Membership(Base):
    """A role that a person holds in an office or an enterprise, from one day to another (both included; open-ended when null)."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("(office_id is null) <> (enterprise_id is null)", name="office_or_enterprise"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="dates_in_order"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    office_id: Mapped[UUID | None] = mapped_column(ForeignKey("office.id"), index=True)
    enterprise_id: Mapped[UUID | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Delegation(Base):
    """A membership lent to another person for some days; both are recorded with whatever is done by it."""

    __tablename__ = "delegation"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="dates_in_order"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    membership_id: Mapped[UUID] = mapped_column(ForeignKey("membership.id"), index=True)
    to_person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(500))
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
