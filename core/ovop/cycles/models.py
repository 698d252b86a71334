"""Tables of cycles: the window, its extensions, what is enabled, the frozen definitions, and their corrections."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ovop.database import Base, new_id


class Cycle(Base):
    """One round of the programme. Everything that differs between rounds is data: `rules` (see `cycles.rules.CycleRules`) and `chain`."""

    __tablename__ = "cycle"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    year: Mapped[int] = mapped_column(unique=True)
    name_id: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    rules: Mapped[dict[str, Any]]
    chain: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads a plain dict here


class CycleExtension(Base):
    """A later closing instant, with the reason for it; the earlier ones stay on record."""

    __tablename__ = "cycle_extension"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), index=True)
    previous_closes_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(1000))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]


class CycleCommodity(Base):
    """A commodity that the ministry enabled in a cycle."""

    __tablename__ = "cycle_commodity"

    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), primary_key=True)
    commodity_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    enabled_at: Mapped[datetime]


class FrozenDefinition(Base):
    """A commodity's definition as a cycle uses it: canonical bytes, their SHA-256, what they were made by, and how the worked examples came out.

    `hooks` names what the package's own code answered then; none for a commodity that is data only, and in safe mode.
    """

    __tablename__ = "frozen_definition"
    __table_args__ = (UniqueConstraint("cycle_id", "commodity_id", "version"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), index=True)
    commodity_id: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    distribution: Mapped[str] = mapped_column(String(100))
    distribution_version: Mapped[str] = mapped_column(String(40))
    contract_version: Mapped[str] = mapped_column(String(20))
    hooks: Mapped[list[str]] = mapped_column(default=list)
    examples: Mapped[dict[str, Any]]
    frozen_at: Mapped[datetime]


class DefinitionCorrection(Base):
    """A proposed minor version of a commodity in an open cycle: what would be frozen, how it differs, and whom it touches.

    The first columns are those of `FrozenDefinition`, taken when it was proposed, so that what is approved is what was shown. `touched`
    is counted anew at approval; `definition_id` is then the row that it became. `lent_by`: in whose name it was proposed.
    """

    __tablename__ = "definition_correction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    cycle_id: Mapped[UUID] = mapped_column(ForeignKey("cycle.id"), index=True)
    commodity_id: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    distribution: Mapped[str] = mapped_column(String(100))
    distribution_version: Mapped[str] = mapped_column(String(40))
    contract_version: Mapped[str] = mapped_column(String(20))
    hooks: Mapped[list[str]] = mapped_column(default=list)
    examples: Mapped[dict[str, Any]]
    base_id: Mapped[UUID] = mapped_column(ForeignKey("frozen_definition.id"))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(1000))
    changes: Mapped[dict[str, Any]]
    changes_sha256: Mapped[str] = mapped_column(String(64))
    touched: Mapped[dict[str, Any]]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    lent_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(String(1000))
    definition_id: Mapped[UUID | None] = mapped_column(ForeignKey("frozen_definition.id"))
    row_version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": row_version}  # noqa: RUF012  # SQLAlchemy reads a plain dict here
