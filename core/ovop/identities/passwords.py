"""Passwords: their rule, and argon2 in a thread so that the event loop goes on."""

from functools import cache
from secrets import token_urlsafe

from anyio import CapacityLimiter
from anyio.lowlevel import RunVar
from anyio.to_thread import run_sync
from pwdlib import PasswordHash

from ovop.contract.vocabulary import Finding, Text

MIN_LENGTH = 12
MAX_LENGTH = 200

# Each hash takes 64 MiB for about 0.1 s; more at once would only fill the memory.
_AT_ONCE = 4
_limiter: RunVar[CapacityLimiter] = RunVar("ovop_password_limiter")


def password_findings(password: str, *, field: str) -> list[Finding]:
    """What is wrong with a new password: it has 12 to 200 characters, of any kind."""
    if MIN_LENGTH <= len(password) <= MAX_LENGTH:
        return []
    return [
        Finding(
            path=field,
            code="password_length",
            message=Text(
                id=f"Kata sandi harus {MIN_LENGTH} sampai {MAX_LENGTH} karakter; yang diisi {len(password)}.",
                en=f"A password has {MIN_LENGTH} to {MAX_LENGTH} characters; this has {len(password)}.",
            ),
            remedy=Text(
                id="Pakai beberapa kata yang mudah Anda ingat tetapi sulit ditebak orang lain.",
                en="Use several words that you remember easily and others cannot guess.",
            ),
        )
    ]


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _decoy() -> str:
    return _hasher().hash(token_urlsafe())


def _verify(password: str, stored: str | None) -> tuple[bool, str | None]:
    # Always made, so that the first unknown address takes no longer than a known one.
    decoy = _decoy()
    matches, renewed = _hasher().verify_and_update(password, stored or decoy)
    return (matches, renewed) if stored else (False, None)


async def hash_password(password: str) -> str:
    """The argon2 hash of a password; takes about 0.1 s."""
    return await run_sync(_hasher().hash, password, limiter=_threads())


async def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether the password is the stored one, and a new hash where the stored one was made with weaker settings.

    Without a stored hash (no such person, or no account) the answer is no, after the same time.
    """
    return await run_sync(_verify, password, stored, limiter=_threads())


def _threads() -> CapacityLimiter:
    try:
        return _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(_AT_ONCE)
        _limiter.set(limiter)
        return limiter
