"""Who gets what at every route: the whole API, asked by every role at home and abroad about one submission of the home territory.

The table says for each operation and caller how the gate stands. It is the specification: a route that is not in it fails the test.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ovop.database import Base, Database, new_id
from ovop.demo.samples import pdf
from ovop.events import Event
from ovop.identities.authentication import API_TOKEN_PREFIX, LOGIN_PREFIX, new_token, token_hash
from ovop.identities.enums import Role
from ovop.identities.models import ApiToken, Delegation, Enterprise, Login, Membership, Office, Person
from ovop.submissions.models import Revision, Submission
from ovop.visibility import RULES, SYSTEM
from tests.core.test_openapi import RESUMABLE
from tests.factories import ANSWERS, HOME

if TYPE_CHECKING:
    import httpx
    from litestar.handlers import HTTPRouteHandler

    from tests.factories import World

CALLERS = (
    "nobody", "producer", "officer", "province", "governor", "verifier", "selector", "assessor", "admin", "auditor",
    "foreign_producer", "foreign_officer", "foreign_province", "foreign_governor",
)  # fmt: skip
FOREIGN = CALLERS[-4:]

# One sign for each caller, in the order of CALLERS:
#   y  lets in: done, or refused only for its state or content (2xx, 409, 412, 422)
#   -  may see it, but not do it (403)
#   .  there is no such thing for them (404)
#   ?  who are you (401)
#
#                                 nobody
#                                 |  producer, officer, province, governor
#                                 |  |           verifier, selector, assessor, admin, auditor
#                                 |  |           |                  abroad: producer, officer, province, governor
TABLE = """
draft     get_submission          ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_findings           ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_revisions          ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     get_revision            ?  .  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_decisions          ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_submission_events  ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_evidence           ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     read_evidence           ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_advice             ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     get_catalogue_card      ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     list_score_hints        ?  -  .  .  .  .  .  .  .  .      .  .  .  .
draft     save_answers            ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     take_action             ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     add_evidence            ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     describe_evidence       ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     remove_evidence         ?  y  .  .  .  .  .  .  .  .      .  .  .  .
draft     attach_letter           ?  -  .  -  -  .  .  -  -  -      -  .  -  -
draft     get_copy                ?  .  .  .  .  .  .  .  .  .      .  .  .  .
draft     acknowledge_copy        ?  .  .  .  .  .  .  .  .  .      .  .  .  .
draft     answer_copy             ?  .  .  .  .  .  .  .  .  .      .  .  .  .
submitted get_submission          ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_findings           ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_revisions          ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted get_revision            ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_decisions          ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_submission_events  ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_evidence           ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted read_evidence           ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_advice             ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted get_catalogue_card      ?  y  y  .  .  .  .  .  .  .      .  .  .  .
submitted list_score_hints        ?  -  -  .  .  .  .  .  .  .      .  .  .  .
submitted save_answers            ?  y  -  .  .  .  .  .  .  .      .  .  .  .
submitted take_action             ?  -  y  .  .  .  .  .  .  .      .  .  .  .
submitted add_evidence            ?  y  -  .  .  .  .  .  .  .      .  .  .  .
submitted describe_evidence       ?  y  -  .  .  .  .  .  .  .      .  .  .  .
submitted remove_evidence         ?  y  -  .  .  .  .  .  .  .      .  .  .  .
submitted attach_letter           ?  -  y  -  -  .  .  -  -  -      -  .  -  -
submitted get_copy                ?  .  .  .  .  .  .  .  .  .      .  .  .  .
submitted acknowledge_copy        ?  .  .  .  .  .  .  .  .  .      .  .  .  .
submitted answer_copy             ?  .  .  .  .  .  .  .  .  .      .  .  .  .
endorsed  get_submission          ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_findings           ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_revisions          ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  get_revision            ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_decisions          ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_submission_events  ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_evidence           ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  read_evidence           ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_advice             ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  get_catalogue_card      ?  y  y  y  y  y  y  .  y  y      .  .  .  .
endorsed  list_score_hints        ?  -  -  -  -  y  y  .  y  y      .  .  .  .
endorsed  save_answers            ?  y  -  -  -  -  -  .  -  -      .  .  .  .
endorsed  take_action             ?  -  -  -  -  y  -  .  -  -      .  .  .  .
endorsed  add_evidence            ?  y  -  -  -  -  -  .  -  -      .  .  .  .
endorsed  describe_evidence       ?  y  -  -  -  -  -  .  -  -      .  .  .  .
endorsed  remove_evidence         ?  y  -  -  -  -  -  .  -  -      .  .  .  .
endorsed  attach_letter           ?  -  y  -  -  y  y  -  -  -      -  .  -  -
endorsed  get_copy                ?  .  y  y  .  y  y  .  y  y      .  .  .  .
endorsed  acknowledge_copy        ?  .  -  y  .  -  -  .  -  -      .  .  .  .
endorsed  answer_copy             ?  .  -  y  .  -  -  .  -  -      .  .  .  .
*         list_submissions        ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         begin_submission        ?  y  y  -  -  -  -  -  -  -      .  .  -  -
*         list_copies             ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         get_queue               ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         list_events             ?  -  -  -  -  -  -  -  y  y      -  -  -  -
*         list_failed_notices     ?  -  -  -  -  -  -  -  y  y      -  -  -  -
*         list_cycles             ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         create_cycle            ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         get_cycle               ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         amend_cycle             ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         choose_commodities      ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         open_cycle              ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         extend_cycle            ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         close_cycle             ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         list_cycle_commodities  ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         get_form                ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         list_corrections        ?  -  -  -  -  -  -  -  y  y      -  -  -  -
*         get_correction          ?  -  -  -  -  -  -  -  .  .      -  -  -  -
*         propose_correction      ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         approve_correction      ?  -  -  -  -  -  -  -  .  -      -  -  -  -
*         reject_correction       ?  -  -  -  -  -  -  -  .  -      -  -  -  -
*         list_commodities        ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         list_guidance           y  y  y  y  y  y  y  y  y  y      y  y  y  y
*         get_guidance            y  y  y  y  y  y  y  y  y  y      y  y  y  y
*         list_aims               y  y  y  y  y  y  y  y  y  y      y  y  y  y
*         get_me                  ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         sign_in                 ?  ?  ?  ?  ?  ?  ?  ?  ?  ?      ?  ?  ?  ?
*         renew_login             ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         change_password         ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         list_api_tokens         ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         create_api_token        ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         revoke_api_token        ?  y  .  .  .  .  .  .  .  .      .  .  .  .
*         list_persons            ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         get_person              ?  .  y  .  .  .  .  .  y  .      .  .  .  .
*         register_person         ?  -  y  -  -  -  -  -  y  -      -  .  -  -
*         update_person           ?  .  -  .  .  .  .  .  y  .      .  .  .  .
*         reveal_person_field     ?  -  y  -  -  -  -  -  y  -      -  .  -  -
*         set_person_password     ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         disable_person          ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         list_offices            ?  y  y  y  y  y  y  -  y  y      y  y  y  y
*         create_office           ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         get_office              ?  y  y  y  y  y  y  -  y  y      y  y  y  y
*         list_centres            ?  y  y  y  y  y  y  -  y  y      y  y  y  y
*         register_centre         ?  -  y  -  -  -  -  -  y  -      -  -  -  -
*         update_centre           ?  -  y  -  -  -  -  -  y  -      -  -  -  -
*         get_centre              ?  y  y  y  y  y  y  -  y  y      y  y  y  y
*         list_enterprises        ?  y  y  y  y  y  y  -  y  y      y  y  y  y
*         register_enterprise     ?  -  y  -  -  -  -  -  y  -      -  -  -  -
*         get_enterprise          ?  y  y  y  y  y  y  -  y  y      .  .  .  .
*         update_enterprise       ?  y  y  -  -  -  -  .  y  -      .  .  .  .
*         list_regions            ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         get_region              ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         list_holidays           ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         decree_holiday          ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         list_memberships        ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         give_membership         ?  -  y  -  -  -  -  -  y  -      -  .  -  -
*         end_membership          ?  -  y  -  -  -  -  -  y  -      -  .  -  -
*         list_delegations        ?  y  y  y  y  y  y  y  y  y      y  y  y  y
*         delegate                ?  .  -  .  .  .  .  .  -  .      .  .  .  .
*         revoke_delegation       ?  y  y  .  .  .  .  .  y  .      .  .  .  .
*         health_live             y  y  y  y  y  y  y  y  y  y      y  y  y  y
*         health_ready            y  y  y  y  y  y  y  y  y  y      y  y  y  y
*         health_metrics          ?  -  -  -  -  -  -  -  y  -      -  -  -  -
*         sign_out                ?  y  y  y  y  y  y  y  y  y      y  y  y  y
"""

SIGNS = {401: "?", 403: "-", 404: ".", 200: "y", 201: "y", 204: "y", 409: "y", 412: "y", 422: "y"}

SECRETS = ("Rahasia Tujuh Warna", "Kisah rahasia", "IKM 3375", "spare@ovop.example")
"""Words that stand only in rows of the home territory."""


DEPTHS = ("draft", "submitted", "endorsed")
NOTHING = "018f0000-0000-7000-8000-000000000000"
ACTIONS = {
    "draft": {"action": "submit", "due_on": "2026-05-01"},
    "submitted": {"action": "decline"},
    "endorsed": {"action": "return"},
}
"""An action that is open at each depth, with something wrong or lacking, so that nothing changes."""


class Asked(NamedTuple):
    """How a route is asked: only so far that its gate is seen, with a version that is never current, so that nothing changes."""

    method: str
    path: str
    rest: Mapping[str, Any]


def handlers(world: "World") -> Iterator[tuple[str, "HTTPRouteHandler"]]:
    """Every operation of the API: by its id, or by its path where it has none. Pages have a table of their own (tests/portal)."""
    app = world.client.app
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if handler.http_methods != {"OPTIONS"} and not handler.opt.get("page"):
                yield handler.operation_id or route.path_format, handler


class Stage(NamedTuple):
    """A submission at one depth, and what hangs on it."""

    submission: str
    evidence: str
    copy: str
    version: int


class Scene(NamedTuple):
    """The home territory: one submission at each depth, and what else the routes ask for."""

    cycle: str
    draft: Stage
    submitted: Stage
    endorsed: Stage
    office: str
    centre: str
    enterprise: str
    person: str
    membership: str
    delegation: str
    token: str


def scene(world: "World") -> Scene:
    """Everything at home that the routes are asked for. `person` is a producer of the home enterprise who does nothing else."""
    cycle = world.open_cycle()
    draft, submitted, endorsed = (_stage(world, cycle, depth) for depth in ("draft", "submitted", "endorsed"))
    holder = world.endorsed(cycle)  # of whose copy nothing is asked, so that the others stay as they are
    assert holder
    return Scene(
        cycle=str(cycle["id"]),
        draft=draft,
        submitted=submitted,
        endorsed=endorsed,
        **world.in_database(lambda s: _people(s, world)),
    )


def _stage(world: "World", cycle: dict[str, Any], depth: str) -> Stage:
    draft = world.begin(cycle, product_name=SECRETS[0])
    submission = str(draft["id"])
    world.complete(submission, answers={**ANSWERS, "meaning": f"{SECRETS[1]} dari leluhur di kampung ini."})
    if depth != "draft":
        assert world.producer.act(submission, "submit").status_code == 200
    if depth == "endorsed":
        assert world.officer.act(submission, "endorse", letter=world.letter(submission)).status_code == 200
    evidence = world.producer.get(f"/submissions/{submission}/evidence").json()["items"][0]["id"]
    copies = world.officer.get(f"/copies?submission_id={submission}").json()["items"]
    version = world.producer.get(f"/submissions/{submission}").json()["version"]
    return Stage(submission, evidence, copies[0]["id"] if copies else NOTHING, version)


async def _people(session: AsyncSession, world: "World") -> dict[str, str]:
    """A spare producer at home with a membership, a delegation to them, and a login for everybody (not all routes take an API token)."""
    now = world.clock.now
    spare = Person(id=new_id(), name="Cadangan", email="spare@ovop.example", language="id", created_at=now)
    session.add(spare)
    await session.flush()
    home = UUID(world.enterprise)
    member = Membership(
        id=new_id(), person_id=spare.id, role=Role.PRODUCER, enterprise_id=home, starts_on=date(2020, 1, 1)
    )
    owner = world.producer.person_id
    lent = await session.scalar(select(Membership.id).where(Membership.person_id == owner))
    session.add(member)
    await session.flush()
    delegation = Delegation(
        id=new_id(), membership_id=lent, to_person_id=spare.id, starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31),
        reason="Cuti", created_at=now,
    )  # fmt: skip
    token = ApiToken(
        id=new_id(), person_id=owner, name="spare", token_hash=token_hash(new_token(API_TOKEN_PREFIX)), scopes=["read"],
        created_at=now, expires_at=now + timedelta(days=30),
    )  # fmt: skip
    session.add_all([delegation, token])
    for caller in world.callers.values():
        if caller.token is not None:
            caller.token = new_token(LOGIN_PREFIX)
            session.add(
                Login(
                    id=new_id(), person_id=caller.person_id, token_hash=token_hash(caller.token), created_at=now, renewed_at=now,
                    expires_at=now + timedelta(days=1),
                )
            )  # fmt: skip
    office = await session.scalar(
        select(Office.id).where(Office.kind == "regency", Office.region_code == HOME)
    )
    centre = await session.scalar(select(Enterprise.centre_id).where(Enterprise.id == home))
    ids = {
        "office": office, "centre": centre, "enterprise": home, "person": spare.id, "membership": member.id,
        "delegation": delegation.id, "token": token.id,
    }  # fmt: skip
    return {name: str(value) for name, value in ids.items()}


def questions(at: Scene, depth: str, caller: str) -> dict[str, Asked]:
    """How every operation is asked about the submission of one depth."""
    stage: Stage = getattr(at, depth)
    of = f"/submissions/{stage.submission}"
    old = {"version": 0}
    name = {"id": "Nama", "en": "Name"}
    window = {"opens_at": "2026-03-01T00:00:00Z", "closes_at": "2026-05-01T00:00:00Z"}
    file = {"files": {"file": ("a.pdf", pdf("x"), "application/pdf")}}

    def get(path: str) -> Asked:
        return Asked("GET", path, {})

    def send(method: str, path: str, body: Any = None, **rest: Any) -> Asked:
        return Asked(method, path, {**({} if body is None else {"json": body}), **rest})

    return {
        "list_submissions": get("/submissions"),
        "get_submission": get(of),
        "list_findings": get(f"{of}/findings"),
        "list_revisions": get(f"{of}/revisions"),
        "get_revision": get(f"{of}/revisions/1"),
        "list_decisions": get(f"{of}/decisions"),
        "list_submission_events": get(f"{of}/events"),
        "list_evidence": get(f"{of}/evidence"),
        "read_evidence": get(f"{of}/evidence/{stage.evidence}/content"),
        "begin_submission": send(
            "POST",
            "/submissions",
            {
                "cycle_id": at.cycle,
                "commodity": "sample",
                "enterprise_id": at.enterprise,
                "product_name": "Produk",
                "consent": "",
            },
        ),
        "list_advice": get(f"{of}/guidance"),
        "list_score_hints": get(f"{of}/score-hints"),
        "get_catalogue_card": get(f"{of}/catalogue-card"),
        "list_guidance": get("/commodities/sample/guidance"),
        "get_guidance": get("/commodities/sample/guidance/step"),
        "list_aims": get("/commodities/sample/aims"),
        "save_answers": send("PATCH", f"{of}/answers", {"answers": {}}, **old),
        "take_action": send(
            "POST", f"{of}/actions", ACTIONS[depth], key=f"walk {depth}", version=stage.version
        ),
        "add_evidence": send("POST", f"{of}/evidence", data={"evidence": "nothing"}, **file),
        "describe_evidence": send("PATCH", f"{of}/evidence/{stage.evidence}", {"role": "nothing"}, **old),
        "remove_evidence": send("DELETE", f"{of}/evidence/{new_id()}", **old),
        "attach_letter": send("POST", f"{of}/letters", files={"file": ("a.pdf", b"no", "application/pdf")}),
        "list_copies": get("/copies"),
        "get_copy": get(f"/copies/{stage.copy}"),
        "acknowledge_copy": send("POST", f"/copies/{stage.copy}/acknowledgement"),
        "answer_copy": send("POST", f"/copies/{stage.copy}/opinion", {"opinion": " "}),
        "get_queue": get("/queue"),
        "list_events": get("/events"),
        "list_failed_notices": get("/notices"),
        "list_cycles": get("/cycles"),
        "create_cycle": send("POST", "/cycles", {"year": 2026, "name": name, **window}),
        "get_cycle": get(f"/cycles/{at.cycle}"),
        "amend_cycle": send("PATCH", f"/cycles/{at.cycle}", {"name": name}, **old),
        "choose_commodities": send("PUT", f"/cycles/{at.cycle}/commodities", {"commodities": []}, **old),
        "open_cycle": send("POST", f"/cycles/{at.cycle}/opening", **old),
        "extend_cycle": send(
            "POST",
            f"/cycles/{at.cycle}/extensions",
            {"closes_at": "2026-06-01T00:00:00Z", "reason": "Coba"},
            **old,
        ),
        "close_cycle": send("POST", f"/cycles/{at.cycle}/closing", {"reason": "Coba"}, **old),
        "list_cycle_commodities": get(f"/cycles/{at.cycle}/commodities"),
        "get_form": get(f"/cycles/{at.cycle}/commodities/sample/form"),
        "list_corrections": get(f"/cycles/{at.cycle}/commodities/sample/corrections"),
        "get_correction": get(f"/cycles/{at.cycle}/commodities/sample/corrections/{NOTHING}"),
        "propose_correction": send(
            "POST", f"/cycles/{at.cycle}/commodities/sample/corrections", {"reason": "Coba"}
        ),
        "approve_correction": send(
            "POST", f"/cycles/{at.cycle}/commodities/sample/corrections/{NOTHING}/approve", {}, **old
        ),
        "reject_correction": send(
            "POST",
            f"/cycles/{at.cycle}/commodities/sample/corrections/{NOTHING}/reject",
            {"reason": "Coba"},
            **old,
        ),
        "list_commodities": get("/commodities"),
        "get_me": get("/me"),
        "sign_in": send(
            "POST", "/logins", {"email": f"{caller}@nowhere.example", "password": "not a password"}
        ),
        "renew_login": send("POST", "/logins/current/renewal", headers={"sec-fetch-site": "none"}),
        "sign_out": send("DELETE", "/logins/current"),
        "change_password": send("POST", "/me/password", {"current": "not the password", "new": "short"}),
        "list_api_tokens": get("/api-tokens"),
        "create_api_token": send(
            "POST", "/api-tokens", {"name": "x", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z"}
        ),
        "revoke_api_token": send("DELETE", f"/api-tokens/{at.token}"),
        "list_persons": get("/persons"),
        "get_person": get(f"/persons/{at.person}"),
        "register_person": send(
            "POST",
            "/persons",
            {
                "name": "X",
                "email": "spare@ovop.example",
                "membership": {"role": "producer", "enterprise_id": at.enterprise, "starts_on": "2026-01-01"},
            },
        ),
        "update_person": send("PATCH", f"/persons/{at.person}", {"language": "id"}),
        "reveal_person_field": send(
            "POST", f"/persons/{at.person}/reveal", {"field": "phone", "reason": "Perlu dihubungi"}
        ),
        "set_person_password": send("POST", f"/persons/{at.person}/password", {"password": "short"}),
        "disable_person": send("POST", f"/persons/{at.person}/disable", {"reason": "Keluar"}),
        "list_offices": get("/offices"),
        "create_office": send(
            "POST", "/offices", {"kind": "regency", "name": "Kantor", "region_code": "0000"}
        ),
        "get_office": get(f"/offices/{at.office}"),
        "list_centres": get("/industry-centres"),
        "register_centre": send(
            "POST",
            "/industry-centres",
            {
                "name": "S",
                "region_code": HOME,
                "product": "P",
                "members": 7,
                "decree_number": "1",
                "decree_issuer": "W",
                "decree_date": "2020-01-02",
            },
        ),
        "update_centre": send("PATCH", f"/industry-centres/{at.centre}", {"members": 7}, **old),
        "get_centre": get(f"/industry-centres/{at.centre}"),
        "list_enterprises": get("/enterprises"),
        "register_enterprise": send(
            "POST",
            "/enterprises",
            {"name": "X", "owner_name": "Y", "size": "micro", "region_code": HOME, "address": "Z"},
        ),
        "get_enterprise": get(f"/enterprises/{at.enterprise}"),
        "update_enterprise": send("PATCH", f"/enterprises/{at.enterprise}", {"address": "Baru"}, **old),
        "list_regions": get("/regions"),
        "get_region": get(f"/regions/{HOME}"),
        "list_holidays": get("/holidays?year=2026"),
        "decree_holiday": send("POST", "/holidays", {"day": "2026-12-31", "name": name, "kind": "national"}),
        "list_memberships": get("/memberships"),
        "give_membership": send(
            "POST",
            "/memberships",
            {
                "person_id": at.person,
                "role": "producer",
                "enterprise_id": at.enterprise,
                "starts_on": "2026-02-01",
            },
        ),
        "end_membership": send(
            "POST", f"/memberships/{at.membership}/end", {"ends_on": "2019-01-01", "reason": "Coba"}
        ),
        "list_delegations": get("/delegations"),
        "delegate": send(
            "POST",
            "/delegations",
            {
                "membership_id": at.membership,
                "to_email": "spare@ovop.example",
                "starts_on": "2026-02-01",
                "ends_on": "2026-01-01",
                "reason": "Cuti",
            },
        ),
        "revoke_delegation": send("POST", f"/delegations/{at.delegation}/end", {"reason": "Kembali"}),
        "health_live": get("/health/live"),
        "health_ready": get("/health/ready"),
        "health_metrics": get("/health/metrics"),
    }


def ask(world: "World", caller: str, asked: Asked) -> "httpx.Response":
    """One request, without a cookie that an earlier answer left in the client."""
    world.client.cookies.clear()
    answer = world.callers[caller].send(asked.method, asked.path, **asked.rest)
    if asked.path == "/logins/current/renewal" and answer.status_code == 200:
        world.callers[caller].token = answer.json()["token"]
    return answer


def walk(world: "World", at: Scene) -> Iterator[tuple[str, str, str, "httpx.Response"]]:
    """Every operation asked by every caller: about the draft, and those of a submission at each further depth; leaving comes last."""
    for depth in DEPTHS:
        for operation in sorted(questions(at, depth, ""), key=lambda name: name == "sign_out"):
            for caller in CALLERS:
                asked = questions(at, depth, caller)[operation]
                if depth == DEPTHS[-1] or depends_on_depth(asked):
                    yield depth, operation, caller, ask(world, caller, asked)


def depends_on_depth(asked: Asked) -> bool:
    return asked.path.startswith(("/submissions/", "/copies/"))


def specified() -> dict[tuple[str, str], str]:
    """The table: depth (empty where it does not matter) and operation -> one sign for each caller."""
    rows = (line.split() for line in TABLE.strip().splitlines() if not line.startswith("#"))
    found = {}
    for depth, operation, *signs in rows:
        assert len(signs) == len(CALLERS), operation
        found["" if depth == "*" else depth, operation] = "".join(signs)
    return found


def test_every_route_answers_every_role_as_the_table_says(world: "World") -> None:
    at = scene(world)
    ids = (part for depth in (at.draft, at.submitted, at.endorsed) for part in depth[:3])
    home = {*ids, at.enterprise, at.person, at.membership, at.delegation, at.token} - {NOTHING}
    seen: dict[tuple[str, str], str] = {}
    leaks = []
    for depth, operation, caller, answer in walk(world, at):
        key = depth if depends_on_depth(questions(at, depth, caller)[operation]) else "", operation
        seen[key] = seen.get(key, "") + SIGNS.get(answer.status_code, f"[{answer.status_code}]")
        if caller in (*FOREIGN, "nobody", "assessor"):
            leaks += [(depth, operation, caller, word) for word in (*SECRETS, *home) if word in answer.text]
    assert leaks == []
    assert seen == specified()


def test_table_names_every_operation_of_the_app(world: "World") -> None:
    nothing = Stage("", "", "", 0)
    at = Scene("", nothing, nothing, nothing, "", "", "", "", "", "", "")
    routes = {name for name, _ in handlers(world)}
    documents = {name for name in routes if name.startswith(("/static/", "/assets/", "/docs"))}
    operations = set(questions(at, "draft", ""))
    assert routes - documents - RESUMABLE == operations
    assert {operation for _, operation in specified()} == operations


def test_only_health_sign_in_documents_and_guidance_are_public(world: "World") -> None:
    public = {name for name, handler in handlers(world) if handler.opt.get("public")}
    assert public == {
        "health_live",
        "health_ready",
        "sign_in",
        "/static/{file_path}",
        "/assets/{file_path}",
        "list_guidance",
        "get_guidance",
        "list_aims",
    }


async def _counts(session: AsyncSession) -> dict[str, int]:
    """How many rows of each protected table a session sees."""
    return {
        table.__tablename__: await session.scalar(select(func.count()).select_from(table)) or 0
        for table in RULES
    }


def test_session_without_actor_sees_no_protected_row(world: "World") -> None:
    at = scene(world)

    async def through(actor: object) -> dict[str, int]:
        database: Database = world.client.app.state.platform.database
        async with database.session(read_only=True, **({"actor": actor} if actor else {})) as session:
            return await _counts(session)

    call = world.client.blocking_portal.call
    everything = call(through, SYSTEM)
    assert at.submitted.submission
    assert min(everything.values()) > 0, everything
    assert call(through, None) == dict.fromkeys(everything, 0)
    assert call(through, "somebody") == dict.fromkeys(everything, 0)


def test_session_without_actor_reaches_no_protected_row_in_any_other_way(world: "World") -> None:
    submission = UUID(world.submitted(world.open_cycle()))
    other = aliased(Submission)
    attempts = (
        select(Submission.answers),
        select(other),
        select(other.id).where(other.id == submission),
        select(Revision.content).join(Submission, Submission.id == Revision.submission_id),
        select(Enterprise.name).where(Enterprise.id.in_(select(Submission.enterprise_id))),
        select(Event.payload).where(Event.submission_id == submission),
    )

    async def work() -> list[int]:
        database: Database = world.client.app.state.platform.database
        async with database.transaction() as session:
            assert await session.get(Submission, submission) is None
            changed = await session.execute(update(Submission).values(product_name="Diganti"))
            assert changed.rowcount == 0  # type: ignore[attr-defined]  # a cursor's result
            return [len((await session.execute(query)).all()) for query in attempts]

    assert world.client.blocking_portal.call(work) == [0] * len(attempts)
    assert world.producer.get(f"/submissions/{submission}").json()["product_name"] == "Produk contoh"


def test_every_table_that_hangs_on_a_submission_is_protected() -> None:
    protected = {table.__tablename__ for table in RULES}
    hanging = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "submission"
    }
    assert hanging <= protected
