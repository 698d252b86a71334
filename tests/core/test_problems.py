"""Errors on the wire: problem documents in the language asked for, and nothing about the inside."""

from typing import TYPE_CHECKING

import pytest
from structlog.testing import capture_logs

if TYPE_CHECKING:
    from tests.factories import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "id"),
        ("id", "id"),
        ("en", "en"),
        ("en-US,en;q=0.9", "en"),
        ("id;q=0.3, en; q=0.7", "en"),
        ("en;q=0.3,id;q=0.7", "id"),
        ("en;q=0", "id"),
        ("fr, de", "id"),
        ("fr, en;q=0.1", "en"),
        ("en;q=much", "id"),
        ("*", "id"),
    ],
)
def test_problem_speaks_the_language_asked_for(world: "World", header: str, language: str) -> None:
    answer = world.nobody.get("/me", language=header)
    assert answer.headers["content-language"] == language
    assert answer.json()["title"] == {"id": "Belum masuk", "en": "Not signed in"}[language]


def test_findings_speak_the_language_asked_for(world: "World") -> None:
    def finding(language: str) -> dict[str, str]:
        answer = world.admin.post("/cycles", {"year": "2026"}, language=language)
        assert answer.status_code == 400
        return next(f for f in answer.json()["findings"] if f["path"] == "year")

    assert finding("en")["message"] == "“year” must be a whole number, not a text."
    assert finding("en")["remedy"] == "Send a value of that kind."
    assert finding("id")["message"] == "“year” harus bilangan bulat, bukan teks."
    assert finding("id")["remedy"] == "Kirim nilai dari jenis itu."


def test_unforeseen_error_says_nothing_and_logs_its_cause(
    world: "World", monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("secret of the inside")

    monkeypatch.setattr("ovop.cycles.service.list_cycles", broken)
    with capture_logs() as logs:
        answer = world.admin.get("/cycles")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "unforeseen"
    assert answer.json()["detail"].startswith("Something unforeseen went wrong.")
    assert "secret" not in answer.text
    [entry] = [log for log in logs if log["event"] == "unforeseen error"]
    assert str(entry["exc_info"]) == "secret of the inside"
    assert (entry["method"], entry["path"]) == ("GET", "/api/v1/cycles")


def test_unknown_address_and_method_are_problems(world: "World") -> None:
    unknown = world.admin.get("/nothing")
    assert unknown.status_code == 404
    assert unknown.json()["detail"].startswith("There is nothing at this address.")
    wrong = world.admin.put("/cycles", {}, language="id")
    assert wrong.status_code == 405
    assert wrong.json()["detail"].startswith("Metode ini tidak berlaku")
    assert "GET" in wrong.headers["allow"]


def test_body_over_one_megabyte_is_too_large(world: "World") -> None:
    answer = world.admin.post("/cycles", {"year": 2026, "name": "x" * 1024 * 1024})
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Too large"


def test_answers_of_the_api_may_load_nothing(world: "World") -> None:
    for answer in (world.admin.get("/cycles"), world.nobody.get("/me"), world.nobody.get("/health/live")):
        assert answer.headers["content-security-policy"] == (
            "default-src 'none'; frame-ancestors 'none'; base-uri 'none'"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_form_is_not_sent_again_to_who_has_it(world: "World") -> None:
    path = f"/cycles/{world.open_cycle()['id']}/commodities/sample/form"
    first = world.producer.get(path)
    assert first.status_code == 200
    etag = first.headers["etag"]
    for known in (etag, f'"other", W/{etag}', "*"):
        again = world.producer.get(path, headers={"if-none-match": known})
        assert again.status_code == 304, known
        assert again.content == b""
        assert again.headers["etag"] == etag
    assert world.producer.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    assert world.nobody.get(path, headers={"if-none-match": etag}).status_code == 401
