"""What host and worker say to each other. Questions are pickles, because they come from the host; what comes back is JSON."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

from msgspec import Raw, Struct

from ovop.contract.vocabulary import Text


class Setup(Struct, frozen=True, kw_only=True):
    """What a worker needs to begin: the module with the hooks, the package's folders, and its limits."""

    module: str
    folders: tuple[str, ...]
    seconds: float
    start_seconds: float
    megabytes: int


class Inspection(Struct, frozen=True, kw_only=True):
    """What a commodity's code was found to be: the hooks that it implements, sorted, or why it cannot be used."""

    implemented: tuple[str, ...] = ()
    fault: Text | None = None
    printed: str = ""

    @property
    def sound(self) -> bool:
        """Whether the code can be asked."""
        return self.fault is None


class Reply(Struct, frozen=True, kw_only=True):
    """One answer: the value as JSON, or the class and text of what went wrong. `forbidden` names what the guard refused."""

    value: Raw = Raw(b"null")
    error: str = ""
    detail: str = ""
    forbidden: str = ""
    printed: str = ""
    elapsed_ms: float = 0.0


def question(hook: str, arguments: Mapping[str, object]) -> bytes:
    """A question as a worker reads it: a copy of the arguments as they are now."""
    return pickle.dumps((hook, dict(arguments)), protocol=pickle.HIGHEST_PROTOCOL)
