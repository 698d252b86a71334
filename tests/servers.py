"""Real servers for tests: one that takes mail, and an object store that speaks S3."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

OFFSET = 10_000
"""The object store opens each port a second time, this much higher."""


class Mailbox:
    """Collects what a mail server was given, in the order of arrival; `refuse` makes it answer with that line instead."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: str | None = None
        self.host = "127.0.0.1"
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's name
        if self.refuse is not None:
            return self.refuse
        content = envelope.original_content or b""
        self.messages.append(message_from_bytes(content, EmailMessage, policy=policy.default))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """A mail server on a free port of this machine."""
    mailbox = Mailbox()
    (mailbox.port,) = free_ports(1)
    controller = Controller(mailbox, hostname=mailbox.host, port=mailbox.port)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def free_ports(count: int, *, offset: int = 0) -> list[int]:
    """Ports that nobody listens on; with `offset`, that much above each of them is free as well."""
    ports: list[int] = []
    with ExitStack() as held:
        while len(ports) < count:
            port = _hold(held, 0)
            if port is None or (offset and (port + offset > 65_535 or _hold(held, port + offset) is None)):
                continue
            ports.append(port)
    return ports


def _hold(held: ExitStack, port: int) -> int | None:
    listener = held.enter_context(socket.socket())
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        return None
    bound: int = listener.getsockname()[1]
    return bound


IDENTITIES = """{"identities": [{"name": "ovop", "credentials": [{"accessKey": "k", "secretKey": "s"}],
"actions": ["Admin", "Read", "Write", "List", "Tagging"]}]}"""


@contextmanager
def object_store(folder: Path) -> Iterator[dict[str, str]]:
    """An S3 server with the bucket `ovop`; gives the fields of `Settings` that lead to it. Takes about a second."""
    folder.mkdir()
    (folder / "s3.json").write_text(IDENTITIES)
    names = ("admin", "master", "volume", "filer", "s3")
    ports = dict(zip(names, free_ports(len(names), offset=OFFSET), strict=True))
    command = [
        *(str(Path(sys.executable).parent / "weed"), "mini", f"-dir={folder}", "-bucket=ovop"),
        *(
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            "-admin.ui=false",
            "-webdav=false",
            "-master.telemetry=false",
        ),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}"),
        *(f"-{name}.port={port}" for name, port in ports.items()),
        f"-filer.localSocket={folder / 'filer.sock'}",
    ]
    endpoint = f"http://127.0.0.1:{ports['s3']}"
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            command, stdout=log, stderr=log, env={**os.environ, "TMPDIR": str(folder)}
        ) as process,
    ):
        try:
            _wait(process, f"{endpoint}/healthz", folder / "log")
            yield {
                "store_url": "s3://ovop",
                "store_endpoint": endpoint,
                "store_key": "k",
                "store_secret": "s",
                "store_region": "us-east-1",
            }
        finally:
            process.kill()
            # Its sockets stay behind, also when it is asked to stop; they lie in /tmp whatever the temporary folder is.
            for port in ports.values():
                for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108  hard-coded there
                    left.unlink(missing_ok=True)
                for left in Path("/tmp").glob(f"seaweedfs-*-grpc-{port + OFFSET}.sock"):  # noqa: S108
                    left.unlink(missing_ok=True)


def _wait(process: "subprocess.Popen[bytes]", url: str, log: Path, *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"the object store did not start:\n{log.read_text()[-2000:]}")
