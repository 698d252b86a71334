"""The API document: OpenAPI 3.1, its problem responses, and the page that shows it without any foreign request."""

from collections.abc import Mapping

from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import ScalarRenderPlugin
from litestar.openapi.spec import Components, License, SecurityScheme, Tag

from ovop import __version__
from ovop.problems import Problem

MEANING = {
    400: "The request cannot be read.",
    401: "No valid login or token.",
    403: "The actor lacks the power, or duties must stay separate.",
    404: "No such thing, or not one that the actor may see.",
    409: "The state does not allow this.",
    412: "It was changed since it was read.",
    413: "Too large.",
    422: "Not valid; `findings` lists every field at fault.",
    429: "Too many attempts.",
}

READING = (400, 401, 403, 404, 422)
WRITING = (400, 401, 403, 404, 409, 412, 413, 422)


def problems(*statuses: int) -> Mapping[int, ResponseSpec]:
    """Responses of an operation that are problem documents."""
    return {
        status: ResponseSpec(
            Problem,
            generate_examples=False,
            description=MEANING[status],
            media_type="application/problem+json",
        )
        for status in sorted(set(statuses))
    }


def openapi_config() -> OpenAPIConfig:
    """The document's head; everything else comes from the handlers."""
    return OpenAPIConfig(
        title="OVOP",
        version=__version__,
        description=(
            "One Village One Product: cycles, submissions and the approval chain. Every commodity of a cycle is served as a form "
            "(JSON Schema 2020-12, presentation and rules), so a client can render a commodity that it has never seen. "
            "Messages follow Accept-Language (id, en)."
        ),
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        path="/docs",
        render_plugins=[
            ScalarRenderPlugin(
                js_url="/static/scalar/standalone.js",
                css_url="/static/scalar/scalar.css",
                favicon="<link rel=icon href=/static/icon.svg>",
                options={"withDefaultFonts": False, "telemetry": False, "agent": {"disabled": True}},
            )
        ],
        components=Components(
            security_schemes={
                "token": SecurityScheme(
                    type="http", scheme="bearer", description="A login's token or an API token."
                )
            }
        ),
        security=[{"token": []}],
        tags=[
            Tag(name="cycles", description="Rounds of the programme and their frozen commodities."),
            Tag(name="submissions", description="Drafts, answers, evidence, findings and revisions."),
            Tag(name="approvals", description="Actions of the chain, work queues, carbon copies."),
            Tag(name="identities", description="Persons, offices, enterprises, industry centres, logins."),
            Tag(name="operation", description="Health and the event log."),
        ],
    )
