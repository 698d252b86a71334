"""Who sees which page: every page of the portal, asked by every role at home and abroad.

The table says for each page and caller what they get. It is the specification: a page that is not in it fails the test.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

import pytest

from ovop.web import LOGIN_COOKIE
from tests.core.test_visibility import CALLERS, DEPTHS, FOREIGN, NOTHING, SECRETS, scene

if TYPE_CHECKING:
    import httpx

    from tests.core.test_visibility import Scene
    from tests.factories import World

# One sign for each caller, in the order of CALLERS:
#   y  is shown the page, or the form again with what is wrong in it (200, 409, 412, 413, 422)
#   >  is sent on to another page (a redirect inside)
#   -  may not do this (403)
#   .  there is no such thing for them (404)
#   ?  is asked to sign in first
#
#                                                                              nobody
#                                                                              |  producer, officer, province, governor
#                                                                              |  |        verifier, selector, assessor, admin, auditor
#                                                                              |  |        |          abroad: producer, officer, province, governor
TABLE = """
draft     /catalogue/{product_id}                                              .  . . . .  . . . . .  . . . .
draft     /catalogue/{product_id}/photos/{photo_id}                            .  . . . .  . . . . .  . . . .
draft     /copies/{copy_id}                                                    ?  . . . .  . . . . .  . . . .
draft     /submissions/{submission_id}                                         ?  y . . .  . . . . .  . . . .
draft     /submissions/{submission_id}/actions/{code}                          ?  . . . .  . . . . .  . . . .
draft     /submissions/{submission_id}/check                                   ?  y . . .  . . . . .  . . . .
draft     /submissions/{submission_id}/print                                   ?  y . . .  . . . . .  . . . .
draft     /submissions/{submission_id}/review                                  ?  > . . .  . . . . .  . . . .
draft     /submissions/{submission_id}/sections/{section}                      ?  y . . .  . . . . .  . . . .
draft     /submissions/{submission_id}/withdrawal                              ?  y . . .  . . . . .  . . . .
submitted /catalogue/{product_id}                                              .  . . . .  . . . . .  . . . .
submitted /catalogue/{product_id}/photos/{photo_id}                            .  . . . .  . . . . .  . . . .
submitted /copies/{copy_id}                                                    ?  . . . .  . . . . .  . . . .
submitted /submissions/{submission_id}                                         ?  y y . .  . . . . .  . . . .
submitted /submissions/{submission_id}/actions/{code}                          ?  - y . .  . . . . .  . . . .
submitted /submissions/{submission_id}/check                                   ?  y y . .  . . . . .  . . . .
submitted /submissions/{submission_id}/print                                   ?  y y . .  . . . . .  . . . .
submitted /submissions/{submission_id}/review                                  ?  y y . .  . . . . .  . . . .
submitted /submissions/{submission_id}/sections/{section}                      ?  y y . .  . . . . .  . . . .
submitted /submissions/{submission_id}/withdrawal                              ?  y . . .  . . . . .  . . . .
endorsed  /catalogue/{product_id}                                              .  . . . .  . . . . .  . . . .
endorsed  /catalogue/{product_id}/photos/{photo_id}                            .  . . . .  . . . . .  . . . .
endorsed  /copies/{copy_id}                                                    ?  . y y .  y y . y y  . . . .
endorsed  /submissions/{submission_id}                                         ?  y y y y  y y . y y  . . . .
endorsed  /submissions/{submission_id}/actions/{code}                          ?  . . . .  . . . . .  . . . .
endorsed  /submissions/{submission_id}/check                                   ?  y y y y  y y . y y  . . . .
endorsed  /submissions/{submission_id}/print                                   ?  y y y y  y y . y y  . . . .
endorsed  /submissions/{submission_id}/review                                  ?  y y y y  y y . y y  . . . .
endorsed  /submissions/{submission_id}/sections/{section}                      ?  y y y y  y y . y y  . . . .
endorsed  /submissions/{submission_id}/withdrawal                              ?  . . . .  . . . . .  . . . .
*         /                                                                    y  y y y y  y y y y y  y y y y
*         /account                                                             ?  y y y y  y y y y y  y y y y
*         /account/tokens                                                      ?  y y y y  y y y y y  y y y y
*         /audit                                                               ?  - - - -  - - - y y  - - - -
*         /audit/verification                                                  ?  - - - -  - - - y y  - - - -
*         /catalogue                                                           y  y y y y  y y y y y  y y y y
*         /centres                                                             ?  y y y y  y y - y y  y y y y
*         /centres/new                                                         ?  - y - -  - - - y -  - y - -
*         /centres/{centre_id}                                                 ?  y y y y  y y - y y  y y y y
*         /certificates                                                        y  y y y y  y y y y y  y y y y
*         /commodities                                                         ?  y y y y  y y y y y  y y y y
*         /commodities/{commodity}/tier                                        ?  y y y y  y y y y y  y y y y
*         /copies                                                              ?  y y y y  y y y y y  y y y y
*         /cycles                                                              ?  y y y y  y y y y y  y y y y
*         /cycles/new                                                          ?  - - - -  - - - y -  - - - -
*         /cycles/{cycle_id}                                                   ?  y y y y  y y y y y  y y y y
*         /cycles/{cycle_id}/choice                                            ?  - - - -  - - - y -  - - - -
*         /cycles/{cycle_id}/closing                                           ?  - - - -  - - - y -  - - - -
*         /cycles/{cycle_id}/commodities/{commodity}                           ?  y y y y  y y y y y  y y y y
*         /cycles/{cycle_id}/commodities/{commodity}/changes                   ?  y y y y  y y y y y  y y y y
*         /cycles/{cycle_id}/commodities/{commodity}/corrections               ?  - - - -  - - - y y  - - - -
*         /cycles/{cycle_id}/commodities/{commodity}/corrections/{correction_id} ?  - - - -  - - - . .  - - - -
*         /cycles/{cycle_id}/edit                                              ?  - - - -  - - - y -  - - - -
*         /cycles/{cycle_id}/opening                                           ?  - - - -  - - - y -  - - - -
*         /definitions/{definition_id}/plan                                    ?  . . . .  . . . . .  . . . .
*         /delegations                                                         ?  y y y y  y y y y y  y y y y
*         /desk                                                                ?  y y y y  y y y y y  y y y y
*         /enterprises                                                         ?  y y y y  y y - y y  y y y y
*         /enterprises/new                                                     ?  - y - -  - - - y -  - y - -
*         /enterprises/{enterprise_id}                                         ?  y y y y  y y - y y  . . . .
*         /guidance                                                            y  y y y y  y y y y y  y y y y
*         /guidance/{commodity}                                                y  y y y y  y y y y y  y y y y
*         /guidance/{commodity}/{item}                                         y  y y y y  y y y y y  y y y y
*         /help                                                                y  y y y y  y y y y y  y y y y
*         /language/{language}                                                 >  > > > >  > > > > >  > > > >
*         /manifest.webmanifest                                                y  y y y y  y y y y y  y y y y
*         /memberships/{membership_id}/end                                     ?  - y - -  - - - y -  - . - -
*         /offices                                                             ?  y y y y  y y - y y  y y y y
*         /offices/new                                                         ?  - y - -  - - - y -  - y - -
*         /offices/{office_id}                                                 ?  y y y y  y y - y y  y y y y
*         /offline                                                             y  y y y y  y y y y y  y y y y
*         /people                                                              ?  - y - -  - - - y -  - y - -
*         /people/new                                                          ?  - y - -  - - - y -  - y - -
*         /people/{person_id}                                                  ?  - y - -  - - - y -  - . - -
*         /privacy                                                             y  y y y y  y y y y y  y y y y
*         /queue                                                               ?  y y y y  y y y y y  y y y y
*         /robots.txt                                                          y  y y y y  y y y y y  y y y y
*         /rubric/{commodity}                                                  y  y y y y  y y y y y  y y y y
*         /scripts/{mark}/{name}                                               .  . . . .  . . . . .  . . . .
*         /search                                                              y  y y y y  y y y y y  y y y y
*         /sign-in                                                             y  > > > >  > > > > >  > > > >
*         /stories                                                             y  y y y y  y y y y y  y y y y
*         /submissions                                                         ?  y y y y  y y y y y  y y y y
*         /submissions/new                                                     ?  y y - -  - - - - -  y y - -
*         /sw.js                                                               y  y y y y  y y y y y  y y y y
*         /territory                                                           ?  - y y y  y y - y y  - y y y
*         /verification                                                        ?  > > > >  > > - > >  > > > >
"""

OUTSIDERS = (*FOREIGN, "nobody", "assessor")
THEIR_OWN = {"/account", "/sign-in", "/sign-out"}
"""Forms about oneself, which anybody may send. `/sign-in` has a page of its own as well."""


class Asked(NamedTuple):
    """A page as it is asked for."""

    method: str
    pattern: str
    path: str


def patterns(world: "World") -> Iterator[tuple[str, str]]:
    """The method and the path pattern of every page of the app."""
    for route in world.client.app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.opt.get("page"):
                yield from (
                    (method, route.path_format) for method in handler.http_methods - {"OPTIONS", "HEAD"}
                )


class _Known(dict[str, str]):
    """What there is at home; anything else that a page may be about does not exist."""

    def __missing__(self, name: str) -> str:
        return NOTHING


def page_at(at: "Scene", depth: str, method: str, pattern: str) -> Asked:
    """The page of a pattern, about the submission of one depth."""
    stage = getattr(at, depth)
    values = {
        "submission_id": stage.submission, "section": "making", "copy_id": stage.copy,
        "cycle_id": at.cycle, "commodity": "sample", "correction_id": NOTHING, "office_id": at.office,
        "centre_id": at.centre, "enterprise_id": at.enterprise, "person_id": at.person,
        "membership_id": at.membership, "delegation_id": at.delegation, "token_id": at.token,
        "product_id": stage.submission, "photo_id": stage.evidence, "item": "step", "language": "en", "code": "endorse",
    }  # fmt: skip
    return Asked(method, pattern, pattern.format_map(_Known(values)))


def depends_on_depth(pattern: str) -> bool:
    return any(name in pattern for name in ("{submission_id}", "{copy_id}", "{product_id}"))


def sign_of(response: "httpx.Response") -> str:
    """What the answer means for the caller."""
    if response.status_code in (302, 303):
        return "?" if response.headers["location"].startswith("/sign-in") else ">"
    known = {200: "y", 409: "y", 412: "y", 413: "y", 422: "y", 401: "?", 403: "-", 404: "."}
    return known.get(response.status_code, f"[{response.status_code}]")


def ask(world: "World", caller: str, asked: Asked) -> "httpx.Response":
    """One page as a caller's browser asks for it; a form is sent empty and with a version that is never current, so that nothing changes."""
    world.client.cookies.clear()
    token = world.callers[caller].token
    cookie = {"cookie": f"{LOGIN_COOKIE}={token}"} if token else {}
    headers = {"accept": "text/html", "accept-language": "id", "sec-fetch-site": "same-origin", **cookie}
    form = {"data": {"_version": "0"}} if asked.method == "POST" else {}
    answer = world.client.request(asked.method, asked.path, headers=headers, follow_redirects=False, **form)
    world.client.cookies.clear()
    return answer


def walk(world: "World", at: "Scene") -> Iterator[tuple[str, str, Asked, "httpx.Response"]]:
    """Every page asked for by every caller."""
    for depth in DEPTHS:
        for pattern in sorted({found for method, found in patterns(world) if method == "GET"}):
            if depends_on_depth(pattern) or depth == DEPTHS[-1]:
                asked = page_at(at, depth, "GET", pattern)
                for caller in CALLERS:
                    yield (
                        depth if depends_on_depth(pattern) else "*",
                        caller,
                        asked,
                        ask(world, caller, asked),
                    )


def specified() -> dict[tuple[str, str], str]:
    """The table: depth (`*` where it does not matter) and path pattern -> one sign for each caller."""
    found = {}
    for line in TABLE.strip().splitlines():
        depth, pattern, *signs = line.split()
        assert len(signs) == len(CALLERS), line
        found[depth, pattern] = "".join(signs)
    return found


def leaked(at: "Scene", asked: Asked, answer: "httpx.Response") -> list[str]:
    """What an answer tells of the home territory; a page repeats its own address, which the caller knew."""
    stages = (at.draft, at.submitted, at.endorsed)
    ids = {part for stage in stages for part in stage[:3]} | {
        at.person,
        at.membership,
        at.delegation,
        at.token,
    }
    told = answer.text.replace(asked.path, "").replace(quote(asked.path, safe=""), "")
    return [word for word in (*SECRETS, *ids - {NOTHING}) if word in told]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_answers_every_role_as_the_table_says_and_leaks_nothing(world: "World") -> None:
    at = scene(world)
    seen: dict[tuple[str, str], str] = {}
    leaks = []
    for depth, caller, asked, answer in walk(world, at):
        key = depth, asked.pattern
        seen[key] = seen.get(key, "") + sign_of(answer)
        if caller in OUTSIDERS:
            leaks += [(*key, caller, word) for word in leaked(at, asked, answer)]
    assert leaks == []
    assert seen == specified()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_form_takes_effect_for_outsiders_and_its_refusal_leaks_nothing(world: "World") -> None:
    at = scene(world)
    forms = sorted({pattern for method, pattern in patterns(world) if method == "POST"} - THEIR_OWN)
    signs: dict[str, set[str]] = {"nobody": set(), "others": set()}
    leaks = []
    for pattern in forms:
        for caller in OUTSIDERS:
            asked = page_at(at, "endorsed", "POST", pattern)
            answer = ask(world, caller, asked)
            signs["nobody" if caller == "nobody" else "others"].add(sign_of(answer))
            leaks += [(pattern, caller, word) for word in leaked(at, asked, answer)]
    assert leaks == []
    assert signs["nobody"] == {"?"}
    assert signs["others"] <= {"y", "-", "."}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_pages_for_everybody_are_public(world: "World") -> None:
    public = {
        route.path_format
        for route in world.client.app.routes
        for handler in getattr(route, "route_handlers", ())
        if handler.opt.get("page") and handler.opt.get("public")
    }
    assert public - {"/sign-out"} == {
        pattern for (_, pattern), signs in specified().items() if signs[0] != "?"
    }
