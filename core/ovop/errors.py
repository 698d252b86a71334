"""What can go wrong, as one tree; nothing here knows HTTP.

    OvopError
    ├── Malformed        the request cannot be read; carries findings
    ├── WrongMediaType   the body is of a kind that is not read here
    ├── Invalid          the request cannot be carried out as it is; carries findings
    ├── NotFound         no such thing, or not one that the actor may see
    ├── NotSignedIn      no valid login or token
    ├── NotAllowed       the actor lacks the power, or separation of duties forbids it
    ├── Conflict         the thing is in a state that does not allow this
    │   └── Stale        it was changed by somebody else since it was read
    ├── TooLarge         more bytes than allowed
    └── TooMany          asked too often; try later

Every error carries `code`, a stable word for programs, and a `Text` for people.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ovop.contract.vocabulary import Finding, Text


class OvopError(Exception):
    """Base of every error that the platform raises on purpose."""

    def __init__(self, code: str, message: "Text", *, findings: "Sequence[Finding]" = ()) -> None:
        super().__init__(f"{code}: {message.en}")
        self.code = code
        self.message = message
        self.findings = tuple(findings)


class Malformed(OvopError):
    """The request cannot be read as the API document states it; `findings` name every place at fault."""


class WrongMediaType(OvopError):
    """The body is of a media type that is not read here."""


class Invalid(OvopError):
    """The request is understood but cannot be carried out; `findings` name every field at fault."""


class NotFound(OvopError):
    """There is no such thing, or the actor may not know of it."""


class NotSignedIn(OvopError):
    """There is no valid login or token behind the request."""


class NotAllowed(OvopError):
    """The actor is known but lacks the power for this."""


class Conflict(OvopError):
    """The thing is in a state that does not allow this."""


class Stale(Conflict):
    """The thing was changed since the actor read it; read it again and repeat."""


class TooLarge(OvopError):
    """What was sent is larger than allowed."""


class TooMany(OvopError):
    """The same was tried too often in a short time."""
