"""The servers of the test run do what tests of the platform rely on."""

import asyncio
from email.message import EmailMessage

import aiosmtplib
import pytest
from obstore.exceptions import AlreadyExistsError
from obstore.store import S3Store

from tests.servers import Mailbox, free_ports


def letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "ovop@contoh.example"
    message["To"] = "sri@contoh.example"
    message["Subject"] = "Usulan dikembalikan"
    message.set_content("Mohon diperbaiki.")
    return message


def test_mailbox_keeps_what_was_sent(mailbox: Mailbox) -> None:
    asyncio.run(aiosmtplib.send(letter(), hostname=mailbox.host, port=mailbox.port, start_tls=False))
    (message,) = mailbox.messages
    assert (message["To"], message["Subject"]) == ("sri@contoh.example", "Usulan dikembalikan")
    assert message.get_content().strip() == "Mohon diperbaiki."


def test_mailbox_refuses_when_told_to(mailbox: Mailbox) -> None:
    mailbox.refuse = "451 try later"
    with pytest.raises(aiosmtplib.SMTPDataError, match="try later"):
        asyncio.run(aiosmtplib.send(letter(), hostname=mailbox.host, port=mailbox.port, start_tls=False))
    assert mailbox.messages == []


def test_object_store_keeps_and_never_overwrites(s3: dict[str, str]) -> None:
    store = S3Store(
        s3["store_url"].removeprefix("s3://"),
        endpoint=s3["store_endpoint"],
        access_key_id=s3["store_key"],
        secret_access_key=s3["store_secret"],
        region=s3["store_region"],
        client_options={"allow_http": True},
    )
    store.put("a/b", b"isi", mode="create")
    with pytest.raises(AlreadyExistsError):
        store.put("a/b", b"lain", mode="create")
    assert bytes(store.get("a/b").bytes()) == b"isi"


def test_free_ports_differ() -> None:
    assert len(set(free_ports(5, offset=10_000))) == 5
