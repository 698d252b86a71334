"""A browser without scripts: it keeps its cookies, reads pages, and sends their forms as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from ovop.web import LOGIN_COOKIE

if TYPE_CHECKING:
    import httpx

    from tests.factories import World

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """An element of a page with its attributes, its text and what stands in it."""

    name: str
    attributes: dict[str, str]
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All text in it, with single spaces."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return " ".join(" ".join(parts).split())

    def all(self, name: str = "", /, **attributes: str) -> list[Element]:
        """Every element inside of that name whose attributes are these; `class_` fits one of its classes."""
        found: list[Element] = []
        for child in self.children:
            if isinstance(child, Element):
                if child.fits(name, attributes):
                    found.append(child)
                found += child.all(name, **attributes)
        return found

    def one(self, name: str = "", /, **attributes: str) -> Element:
        """The only such element."""
        found = self.all(name, **attributes)
        assert len(found) == 1, f"{len(found)} elements {name} {attributes} in: {self.text[:500]}"
        return found[0]

    def fits(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Whether this is such an element."""
        if name and self.name != name:
            return False
        for key, value in attributes.items():
            given = self.attributes.get(key.rstrip("_").replace("_", "-"))
            if given is None or (value not in given.split() if key == "class_" else given != value):
                return False
        return True


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("", {})
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open[-1].name == tag, f"<{self.open[-1].name}> is closed by </{tag}>"
        element = self.open.pop()
        if tag == "template":  # what it holds is no part of the page until a script puts it there
            element.children.clear()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def parse(text: str) -> Element:
    """A page as elements; markup that is not well-formed fails."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].name}> is not closed"
    return reader.root


@dataclass
class Page:
    """A page that was answered."""

    response: httpx.Response
    content: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return self.response.url.path

    @property
    def heading(self) -> str:
        """The one heading of the first rank."""
        return self.content.one("h1").text

    @property
    def text(self) -> str:
        """What the main part says."""
        return self.content.one("main").text

    def form(self, action: str) -> Element:
        """The form that goes to an address."""
        return self.content.one("form", action=action)


class Browser:
    """One person's browser, signed in as a caller of the world (`nobody`: not signed in)."""

    def __init__(self, world: World, caller: str = "nobody", *, language: str = "id") -> None:
        self._client = world.client
        self._language = language
        token = world.callers[caller].token
        self._cookies = {LOGIN_COOKIE: token} if token else {}

    def get(self, path: str) -> Page:
        """A page, redirects followed."""
        return self._page("GET", path)

    def submit(
        self,
        form: Element,
        values: Mapping[str, str | list[str]] | None = None,
        /,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        **changes: str | list[str],
    ) -> Page:
        """Send a form as it stands, with some fields filled in otherwise (by name, or in `values`); `files`: field to name, content and
        media type."""
        data: dict[str, str | list[str]] = {**values_of(form), **(values or {}), **changes}
        method = form.attributes.get("method", "get").upper()
        action = form.attributes["action"]
        return (
            self._page(method, action, data=data, **({"files": files} if files else {}))
            if method == "POST"
            else self._page(method, action, params=data)
        )

    def post(self, path: str, data: Mapping[str, str | list[str]], **rest: object) -> Page:
        """Send something to an address."""
        return self._page("POST", path, data=dict(data), **rest)

    def _page(self, method: str, path: str, **rest: object) -> Page:
        self._client.cookies.clear()
        self._client.cookies.update(self._cookies)
        response = self._client.request(
            method,
            path,
            headers={"accept": "text/html", "accept-language": self._language},
            follow_redirects=True,
            **rest,  # type: ignore[arg-type]  # what httpx takes
        )
        self._cookies = dict(self._client.cookies)
        self._client.cookies.clear()
        return Page(response, parse(response.text))


def values_of(form: Element) -> dict[str, str | list[str]]:
    """What a browser sends of a form that is not touched, apart from its buttons."""
    values: dict[str, str | list[str]] = {}
    for field_ in form.all():
        name = field_.attributes.get("name")
        if not name or "disabled" in field_.attributes:
            continue
        if field_.name == "input" and field_.attributes.get("type") in ("checkbox", "radio"):
            if "checked" in field_.attributes:
                _add(values, name, field_.attributes.get("value", "on"))
        elif field_.name == "input" and field_.attributes.get("type") not in ("file", "submit", "image"):
            _add(values, name, field_.attributes.get("value", ""))
        elif field_.name == "textarea":
            _add(values, name, "".join(child for child in field_.children if isinstance(child, str)))
        elif field_.name == "select":
            chosen = [option for option in field_.all("option") if "selected" in option.attributes]
            _add(values, name, (chosen or field_.all("option"))[0].attributes.get("value", ""))
    return values


def _add(values: dict[str, str | list[str]], name: str, value: str) -> None:
    if name not in values:
        values[name] = value
        return
    earlier = values[name]
    values[name] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
