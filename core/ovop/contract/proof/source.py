"""Lines of Python as they are written, and the values that they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Source:
    """The text of a function in the making; `namespace` holds what it refers to."""

    def __init__(self, head: str, namespace: dict[str, object]) -> None:
        self.namespace = namespace
        self.lines = [head]
        self.depth = 1

    def put(self, *lines: str) -> None:
        """Add lines at the present depth."""
        self.lines += [f"{' ' * self.depth}{line}" for line in lines]

    @contextmanager
    def under(self, *conditions: str) -> Iterator[None]:
        """What is written inside runs only where all conditions hold; without any, always."""
        if not conditions:
            yield
            return
        with self.block(f"if {' and '.join(conditions)}:"):
            yield

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """What is written inside stands below `head`."""
        self.put(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            self.put("pass")
        self.depth -= 1

    def constant(self, kind: str, value: object) -> str:
        """A name for a value that the lines use."""
        name = f"{kind}_{len(self.namespace)}"
        self.namespace[name] = value
        return name

    def give_up(self, *conditions: str) -> None:
        """Leave the answers to the careful way where all conditions hold."""
        with self.under(*conditions):
            self.put("return None")

    def function(self, name: str) -> Callable[..., object]:
        """The function that the lines define."""
        exec(compile("\n".join(self.lines), f"<{name}>", "exec"), self.namespace)  # noqa: S102  # written by this package alone
        made = self.namespace[name]
        if not callable(made):
            raise AssertionError(f"{name} is no function")
        return made
