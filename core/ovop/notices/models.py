"""Tables of the worker that sends notices from the event log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ovop.database import Base, new_id


class NoticeCursor(Base):
    """Up to which event the log has been turned into notices; one row."""

    __tablename__ = "notice_cursor"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger)


class HandledEvent(Base):
    """An event beyond the cursor that has been turned into notices. Numbers may become visible out of order, so the cursor stays a little behind."""

    __tablename__ = "handled_event"

    event_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Notice(Base):
    """One message to one recipient about one event. Its id is the message's id, so that a copy sent twice can be told."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_uid", "recipient"),
        # Only what is still to be sent: finding the next due notice costs the same after a million were sent.
        Index(
            None,
            "next_try_at",
            postgresql_where=text("sent_at is null"),
            sqlite_where=text("sent_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    event_uid: Mapped[UUID] = mapped_column(ForeignKey("event.uid"))
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    template: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(String(500))
