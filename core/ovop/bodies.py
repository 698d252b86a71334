"""Every request is looked at before its handler: a body is read strictly, and every place at fault is named at once.

The framework alone would turn `"5"` into 5 and stop at the first fault. It still asks for a body that is missing, after the login.
"""

import re
from typing import Any

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.exceptions import ClientException
from litestar.status_codes import HTTP_400_BAD_REQUEST

from ovop.contract.vocabulary import Finding, Text
from ovop.errors import Malformed, WrongMediaType
from ovop.shapes import fault_of, faults, unusable

NUL_IN_ADDRESS = Text(
    id="Alamat berisi karakter NUL (%00). Hapus karakter itu.",
    en="The address contains a NUL character (%00). Remove it.",
)
SHAPE = Text(
    id="Isi permintaan tidak sesuai dokumen API. Perbaiki setiap isian yang disebut di `findings`.",
    en="The body does not follow the API document. Correct every field named in `findings`.",
)
TOO_DEEP = Text(
    id="Isi permintaan bersarang terlalu dalam. Kirim objek yang lebih datar.",
    en="The body is nested too deeply. Send a flatter object.",
)
NOT_TEXT = Text(
    id="Isi permintaan berisi byte yang bukan UTF-8. Kirim teks dalam UTF-8.",
    en="The body contains bytes that are not UTF-8. Send texts in UTF-8.",
)
BROKEN_FORM = Text(
    id="Formulir multipart tidak utuh. Kirim lagi sampai selesai, dengan boundary yang sama di header dan di isi.",
    en="The multipart form is incomplete. Send it again to its end, with the same boundary in the header and the body.",
)
NOT_JSON = Text(
    id="Isi permintaan harus JSON. Kirim dengan header Content-Type: application/json.",
    en="The body must be JSON. Send it with the header Content-Type: application/json.",
)
_JSON = re.compile(r"application/(json|[a-z0-9.+-]+\+json)$")


async def look_at_request(request: Request[Any, Any, Any]) -> None:
    """Raise `Malformed` or `WrongMediaType` for a request that no handler should see."""
    if b"%00" in request.scope["query_string"] or "\x00" in request.scope["path"]:
        raise Malformed("nul_in_address", NUL_IN_ADDRESS)
    data = request.route_handler.parsed_fn_signature.parameters.get("data")
    if data is None:
        return
    if request.route_handler.opt.get("upload"):
        await _look_at_form(request)
    elif body := await request.body():
        if not _JSON.fullmatch(request.content_type[0]):
            raise WrongMediaType("not_json", NOT_JSON)
        look_at_body(body, data.annotation)


async def _look_at_form(request: Request[Any, Any, Any]) -> None:
    if request.content_type[0] != RequestEncodingType.MULTI_PART:
        return
    try:
        form = await request.form()
    except UnicodeDecodeError:
        raise Malformed("not_utf8", NOT_TEXT) from None
    except ClientException as error:
        if error.status_code != HTTP_400_BAD_REQUEST:
            raise
        raise Malformed("form_broken", BROKEN_FORM) from None
    for name, value in form.multi_items():
        text = value.filename if isinstance(value, UploadFile) else value
        if fault := unusable({name: text}):
            raise _malformed([fault])


def look_at_body(body: bytes, kind: Any) -> None:
    """Raise `Malformed` unless `body` is JSON of this kind (a handler's annotation) that can be stored."""
    content = _decoded(body)
    try:
        value = msgspec.convert(content, kind)
    except msgspec.ValidationError:
        raise _malformed(faults(kind, content)) from None
    if fault := unusable(value):
        raise _malformed([fault])


def _decoded(body: bytes) -> object:
    try:
        return msgspec.json.decode(body)
    except msgspec.ValidationError as error:
        raise _malformed([fault_of(error)]) from None
    except msgspec.DecodeError as error:
        raise Malformed("not_json", _broken(error)) from None
    except UnicodeDecodeError:
        raise Malformed("not_utf8", NOT_TEXT) from None
    except RecursionError:
        raise Malformed("too_deep", TOO_DEEP) from None


def _malformed(findings: list[Finding]) -> Malformed:
    return Malformed("malformed", SHAPE, findings=findings)


def _broken(error: msgspec.DecodeError) -> Text:
    where = re.search(r"byte (\d+)", str(error))
    at = f" (byte {where[1]})" if where else ""
    return Text(
        id=f"Isi permintaan bukan JSON yang utuh{at}. Periksa tanda kutip, koma dan kurungnya.",
        en=f"The body is no complete JSON{at}. Check its quotes, commas and brackets.",
    )
