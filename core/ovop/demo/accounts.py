"""The demo's accounts: printed, and kept in a file that only its owner may read."""

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

FILE_NAME = "demo-accounts.json"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who can sign in to the demo; a producer makes one `commodity`."""

    role: str
    place: str
    email: str
    password: str
    token: str
    commodity: str = ""


def save_accounts(folder: Path, accounts: list[Account], *, url: str) -> Path:
    """Write all accounts with their API tokens into the data folder (mode 600)."""
    path = folder / FILE_NAME
    content = msgspec.json.format(msgspec.json.encode({"url": url, "accounts": accounts}), indent=2)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    return path


def load_accounts(folder: Path) -> list[Account]:
    """The accounts of a demo that was seeded before; empty when there are none."""
    path = folder / FILE_NAME
    if not path.is_file():
        return []
    content = msgspec.json.decode(path.read_bytes(), type=dict[str, msgspec.Raw])
    return msgspec.json.decode(content["accounts"], type=list[Account])


def players(accounts: list[Account], commodity: str) -> Mapping[str, Account]:
    """The first account of each role, the producer being one of that commodity: those who play the main job with one another."""
    return {account.role: account for account in reversed(accounts) if account.commodity in ("", commodity)}
