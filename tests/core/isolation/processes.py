"""The worker processes of a host, as the system sees them: they are children of the server process that forks them."""

import os
from pathlib import Path


def workers_of(host: int | None = None) -> set[int]:
    """Ids of the workers of a host (this process unless told), ended ones that nobody waited for included."""
    return {worker for child in _children(host or os.getpid()) for worker in _children(child)}


def is_there(process: int) -> bool:
    """Whether a process lives."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def _children(process: int) -> set[int]:
    try:
        tasks = list(Path(f"/proc/{process}/task").iterdir())
        return {int(pid) for task in tasks for pid in (task / "children").read_text().split()}
    except (FileNotFoundError, ProcessLookupError):
        return set()  # it has ended meanwhile
