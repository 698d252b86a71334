"""The API document: OpenAPI 3.1, its problem responses, and the page that shows it without any foreign request."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from litestar.openapi import OpenAPIConfig, ResponseSpec
from litestar.openapi.plugins import ScalarRenderPlugin
from litestar.openapi.spec import Components, License, Schema, SecurityScheme, Tag
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from msgspec import Struct

from ovop import __version__
from ovop.problems import Problem

if TYPE_CHECKING:
    from litestar._openapi.schema_generation import SchemaCreator

MEANING = {
    400: "The request cannot be read.",
    401: "No valid login or token.",
    403: "The actor lacks the power, or duties must stay separate.",
    404: "No such thing, or not one that the actor may see.",
    409: "The state does not allow this.",
    412: "It was changed since it was read.",
    413: "Too large.",
    415: "The body is of another media type than the one named here.",
    422: "Not valid; `findings` lists every field at fault.",
    429: "Too many attempts.",
}

READING = (400, 401, 403, 404, 422)
WRITING = (400, 401, 403, 404, 409, 412, 413, 415, 422)


PAGE_PATH = "/docs"
PAGE_HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    )
}
"""For the page that shows the API document: it starts from inline scripts and styles, and nothing in it comes from elsewhere."""


NO_LOGIN: tuple[dict[str, list[str]], ...] = ({},)
"""`security` of an operation that asks for no login; the same operation has `opt={"public": True}`."""


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


class StructsAsTheyAre(OpenAPISchemaPlugin):
    """Corrects what the framework says of a Struct: one that refuses unknown keys says so, and a tuple of any length has one kind of item."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Every Struct."""
        return not field_definition.is_union and field_definition.is_subclass_of(Struct)

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: "SchemaCreator") -> Schema:
        """The framework's schema of the Struct, corrected."""
        plugins = [plugin for plugin in schema_creator.plugins if plugin is not self]
        framework = next(p for p in plugins if schema_creator.plugin_supports_field(p, field_definition))
        schema = framework.to_openapi_schema(field_definition, schema_creator)
        if field_definition.type_.__struct_config__.forbid_unknown_fields:
            schema.additional_properties = False
        for member in (schema.properties or {}).values():
            if isinstance(member, Schema) and isinstance(member.items, Schema) and member.items.one_of:
                kinds = [kind for kind in member.items.one_of if kind != Schema()]
                member.items = kinds[0] if len(kinds) == 1 else member.items
        return schema


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
        path=PAGE_PATH,
        render_plugins=[
            ScalarRenderPlugin(
                js_url="/static/scalar/standalone.js",
                css_url="/static/scalar/scalar.css",
                favicon="<link rel=icon href=/static/icon.svg>",
                options={
                    "withDefaultFonts": False,
                    "telemetry": False,
                    "agent": {"disabled": True},
                    "showDeveloperTools": "never",  # they lead to the maker's own service
                },
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
            Tag(
                name="guidance",
                description="Product development: the library of each commodity, advice on a submission, what a rubric serves.",
            ),
            Tag(name="catalogue", description="How a product will be shown to the public."),
            Tag(name="approvals", description="Actions of the chain, work queues, carbon copies."),
            Tag(name="identities", description="Persons, offices, enterprises, industry centres, logins."),
            Tag(name="operation", description="Health and the event log."),
        ],
    )
