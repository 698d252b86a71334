"""Which pages are looked at in a browser, and as whom: every page of the portal once, with the demo's picture in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at pages: `begin` are addresses; `follow` are patterns of links on them, of which the first one is opened."""

    name: str
    role: str = ""
    at: str = ""
    begin: Sequence[str] = ()
    follow: Sequence[tuple[str, str]] = ()


ID = r"[0-9a-f-]{36}"
VISITORS = (
    Visitor(
        "nobody",
        begin=(
            "/", "/sign-in", "/guidance", "/guidance/batik", "/rubric/batik", "/stories", "/catalogue", "/certificates",
            "/help", "/privacy", "/search?q=batik", "/offline", "/nowhere",
        ),
        follow=(("/guidance/batik", r"/guidance/batik/[\w-]+$"), ("/catalogue", rf"/catalogue/{ID}$")),
    ),
    Visitor(
        "producer",
        "producer",
        "Bantul",
        begin=("/desk", "/submissions", "/submissions/new", "/account", "/account/tokens", "/delegations"),
        follow=(
            ("/submissions", rf"/submissions/{ID}$"),
            ("/submissions/{id}", r"/sections/[\w-]+$"),
            ("/submissions/{id}", r"/check$"),
            ("/submissions/{id}", r"/print$"),
            ("/submissions/{id}", r"/withdrawal$"),
        ),
    ),
    Visitor(
        "officer",
        "regency_officer",
        "Lombok Timur",
        begin=(
            "/desk", "/queue", "/submissions", "/territory", "/people", "/people/new", "/enterprises", "/enterprises/new",
            "/centres", "/centres/new", "/offices", "/offices/new",
        ),
        follow=(
            ("/queue", rf"/submissions/{ID}/review$"),
            ("/submissions/{id}/review", r"/actions/endorse$"),
            ("/submissions/{id}/review", r"/actions/return$"),
            ("/submissions/{id}/review", r"/actions/reject$"),
            ("/people", rf"/people/{ID}$"),
            ("/enterprises", rf"/enterprises/{ID}$"),
            ("/centres", rf"/centres/{ID}$"),
            ("/offices", rf"/offices/{ID}$"),
        ),
    ),
    Visitor("province", "province_officer", "Nusa Tenggara Barat", begin=("/copies?all=true",), follow=(("/copies?all=true", rf"/copies/{ID}$"),)),
    Visitor("verifier", "verifier", begin=("/desk", "/queue"), follow=(("/queue", rf"/submissions/{ID}/review$"),)),
    Visitor(
        "admin",
        "ministry_admin",
        begin=("/desk", "/cycles", "/cycles/new", "/commodities", "/commodities/batik/tier", "/audit", "/audit/verification"),
        follow=(
            ("/cycles", rf"/cycles/{ID}$"),
            ("/cycles/{id}", r"/edit$"),
            ("/cycles/{id}", r"/choice$"),
            ("/cycles/{id}", r"/closing$"),
            ("/cycles/{id}", r"/commodities/batik$"),
            ("/cycles/{id}/commodities/batik", r"/corrections$"),
            ("/cycles/{id}/commodities/batik", r"/changes"),
        ),
    ),
)  # fmt: skip


def shape(path: str) -> str:
    """A path with `{id}` in place of ids."""
    return re.sub(ID, "{id}", path)


def pages_of(page: Page, visitor: Visitor) -> list[str]:
    """The addresses that a visitor looks at, those of `follow` found as a person finds them: by a link on an earlier page."""
    found = list(visitor.begin)
    for on, pattern in visitor.follow:
        where = next((path for path in found if shape(path) == on), None)
        if where is None:
            continue
        page.goto(where)
        links = page.locator("main a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
        found += [link for link in links if re.search(pattern, link) and link not in found][:1]
    return found
