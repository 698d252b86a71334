"""The main job, played over HTTP: a proposal travels from a producer's draft to the ministry's selection, and every step is printed."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import httpx

from ovop.contract import loader
from ovop.contract.vocabulary import Definition
from ovop.demo.accounts import Account
from ovop.demo.samples import Sample, best_example, moved_to, pdf, samples_of

Say = Callable[[str], None]

FIRST_PART = 0.5
"""Share of the answers that the first save sends; the rest follows, as with a form that is filled in page by page."""


class UnexpectedAnswer(Exception):
    """A step did not answer as the main job needs it."""


class Player:
    """One account at the API: sends requests with its token and prints each with its answer."""

    def __init__(self, client: httpx.Client, account: Account, say: Say) -> None:
        self.account = account
        self._client = client
        self._say = say
        answer = self.send(
            "POST", "/api/v1/logins", {"email": account.email, "password": account.password}, expect=201
        )
        self._token = str(answer["token"])

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        expect: int = 200,
        version: int | None = None,
        key: str | None = None,
        sample: Sample | None = None,
        note: str = "",
    ) -> dict[str, Any]:
        """Send one request, print it with its answer, and return the answer; any other status than the expected one ends the walk."""
        headers = {"accept-language": "id"}
        if hasattr(self, "_token"):
            headers["authorization"] = f"Bearer {self._token}"
        if version is not None:
            headers["if-match"] = f'"{version}"'
        if key is not None:
            headers["idempotency-key"] = key
        if sample is not None:
            answer = self._client.post(path, headers=headers, data=_fields(sample), files=_file(sample))
        else:
            answer = self._client.request(method, path, headers=headers, json=body)
        self._say(f"    {method} {path} -> {answer.status_code} {note}".rstrip())
        if answer.status_code != expect:
            raise UnexpectedAnswer(
                f"{method} {path}: expected {expect}, got {answer.status_code}: {answer.text[:2000]}"
            )
        content: dict[str, Any] = answer.json() if answer.content else {}
        return content


def walk(
    client: httpx.Client, accounts: Mapping[str, Account], *, commodity: str, today: date, say: Say
) -> str:
    """Play the whole main job with one commodity; returns the id of the submission. Raises `UnexpectedAnswer` at the first wrong answer."""
    say("1  The producer signs in, looks at the open cycle and its form, and begins a draft.")
    producer = Player(client, accounts["producer"], say)
    cycle = next(c for c in producer.send("GET", "/api/v1/cycles")["items"] if c["state"] == "open")
    say(
        f"       cycle {cycle['year']}, open until {cycle['closes_at']}, commodities: {', '.join(cycle['commodities'])}"
    )
    form = producer.send("GET", f"/api/v1/cycles/{cycle['id']}/commodities/{commodity}/form")
    say(f"       form {form['commodity']} {form['version']}, SHA-256 {form['sha256'][:16]}…")
    enterprise = producer.send("GET", "/api/v1/enterprises")["items"][0]
    draft = _begin(producer, cycle["id"], commodity, enterprise)
    path = f"/api/v1/submissions/{draft['id']}"
    say(f"       draft {draft['id']} for “{draft['product_name']}”")

    say("2  The form is filled in: answers in two saves, then the evidence. Findings show what is missing.")
    definition = _definition(client, accounts, form)
    example = moved_to(best_example(definition), today)
    _fill_in(producer, path, dict(example.answers), draft["version"], say)
    missing = producer.send("GET", f"{path}/findings")
    say(
        f"       {len(missing['items'])} findings before the evidence, the first: {missing['items'][0]['message']['id']}"
    )
    samples = samples_of(definition, example)
    for sample in samples:
        producer.send(
            "POST",
            f"{path}/evidence",
            sample=sample,
            expect=201,
            note=f"({sample.item.evidence} {sample.item.role})",
        )
    findings = producer.send("GET", f"{path}/findings")
    say(f"       complete: {findings['complete']}, {len(findings['items'])} findings left")

    say("3  The producer hands it in. The same request sent twice has one effect and one answer.")
    handed_in = _act(producer, path, {"action": "submit"}, say, twice=True)
    say(f"       number {handed_in['number']}, stage {handed_in['stage']}, due {handed_in['stage_due_on']}")

    say("4  The regency office finds it in its queue and returns one section.")
    officer = Player(client, accounts["regency_officer"], say)
    queue = officer.send("GET", "/api/v1/queue")
    say(f"       waiting: {[(c['stage'], c['waiting']) for c in queue['counts']]}")
    section, field = _correctable(definition, dict(example.answers))
    returned = {
        "action": "return",
        "sections": [section],
        "reason": f"Lengkapi bagian {section}: uraian terlalu singkat.",
        "due_on": (today + timedelta(days=14)).isoformat(),
    }
    say(f"       returned: section {section}, stage {_act(officer, path, returned, say)['stage']}")

    say("5  The producer corrects that section (another one stays closed) and hands in again.")
    state = producer.send("GET", path)
    other = next(s.fields[0].id for s in definition.form.sections if s.id != section and s.fields)
    producer.send(
        "PATCH",
        f"{path}/answers",
        {"answers": {other: None}},
        version=state["version"],
        expect=422,
        note="(closed section)",
    )
    longer = f"{example.answers[field]} Dilengkapi setelah pemeriksaan dinas."
    producer.send("PATCH", f"{path}/answers", {"answers": {field: longer}}, version=state["version"])
    _act(producer, path, {"action": "submit"}, say)

    say("6  The regency office sees exactly what changed, uploads its letter and endorses.")
    for change in officer.send("GET", f"{path}/revisions/2")["changes"]:
        say(f"       changed: {change['path']}")
    letter = _upload_letter(client, officer, path, today)
    endorsed = _act(officer, path, {"action": "endorse", "letter": letter}, say)
    say(f"       stage {endorsed['stage']}")

    say(
        "7  Province and governor receive their numbered copies; the province gives an opinion. Nothing waits for them."
    )
    for role in ("province_officer", "governor_officer"):
        reader = Player(client, accounts[role], say)
        copy = next(
            c for c in reader.send("GET", "/api/v1/copies")["items"] if c["submission_id"] == draft["id"]
        )
        reader.send("POST", f"/api/v1/copies/{copy['id']}/acknowledgement", note=copy["number"])
        if role == "province_officer":
            opinion = {"opinion": "Mendukung: produk unggulan daerah dengan bahan baku setempat."}
            reader.send("POST", f"/api/v1/copies/{copy['id']}/opinion", opinion)

    say("8  The secretariat verifies; the selection team passes it. One person may not do both.")
    verifier = Player(client, accounts["verifier"], say)
    verifier.send("GET", "/api/v1/queue")
    say(f"       stage {_act(verifier, path, {'action': 'verify'}, say)['stage']}")
    selector = Player(client, accounts["selector"], say)
    say(f"       stage {_act(selector, path, {'action': 'select'}, say)['stage']}")

    say("9  The log proves every step.")
    for event in producer.send("GET", f"{path}/events?limit=100")["items"]:
        if event["type"] != "submission.evidence_added":
            say(
                f"       #{event['position']:<3} {event['type']:<28} {event['role']:<18} {event['hash'][:12]}…"
            )
    return str(draft["id"])


def _begin(producer: Player, cycle_id: str, commodity: str, enterprise: Mapping[str, Any]) -> dict[str, Any]:
    body = {
        "cycle_id": cycle_id,
        "commodity": commodity,
        "enterprise_id": enterprise["id"],
        "product_name": f"Produk unggulan {enterprise['name']}",
    }
    return producer.send("POST", "/api/v1/submissions", body, expect=201)


def _definition(client: httpx.Client, accounts: Mapping[str, Account], form: Mapping[str, Any]) -> Definition:
    """The frozen definition, with the worked examples of the installed package that has the same id and version."""
    from ovop.contract.registry import Registry

    installed = Registry.discover().commodities[form["commodity"]].definition
    if loader.digest(loader.encode(installed)) != form["sha256"]:
        raise UnexpectedAnswer(
            "the installed commodity is not the one that the cycle froze; its examples may not fit"
        )
    return installed


def _fill_in(producer: Player, path: str, answers: Mapping[str, Any], version: int, say: Say) -> None:
    names = list(answers)
    cut = int(len(names) * FIRST_PART)
    for part in (names[:cut], names[cut:]):
        body = {"answers": {name: answers[name] for name in part}}
        saved = producer.send(
            "PATCH", f"{path}/answers", body, version=version, note=f"({len(part)} answers)"
        )
        stale, version = version, saved["version"]
    late = {"answers": {names[0]: answers[names[0]]}}
    producer.send(
        "PATCH", f"{path}/answers", late, version=stale, expect=412, note="(an old version: refused)"
    )
    say(f"       version {version}")


def _act(
    player: Player, path: str, body: Mapping[str, Any], say: Say, *, twice: bool = False
) -> dict[str, Any]:
    version = player.send("GET", path)["version"]
    key = str(uuid4())
    answer = player.send(
        "POST", f"{path}/actions", body, version=version, key=key, note=f"({body['action']})"
    )
    if twice:
        again = player.send(
            "POST", f"{path}/actions", body, version=version, key=key, note="(the same request again)"
        )
        say(f"       same answer: {again == answer}")
    return answer


def _upload_letter(client: httpx.Client, officer: Player, path: str, today: date) -> dict[str, Any]:
    from ovop.contract.vocabulary import EvidenceItem

    scan = Sample(
        item=EvidenceItem(evidence="letter"),
        file_name="surat-usulan.pdf",
        media_type="application/pdf",
        content=pdf(f"Surat usulan OVOP {today.isoformat()}"),
    )
    file_id = officer.send("POST", f"{path}/letters", sample=scan, expect=201)["id"]
    return {"number": f"530/OVOP/{today.year}", "date": today.isoformat(), "file_id": file_id}


def _correctable(definition: Definition, answers: Mapping[str, Any]) -> tuple[str, str]:
    """A section with a long text in it, and that text's field: what an office would ask to be fuller."""
    from ovop.contract.vocabulary import LongTextField

    for section in definition.form.sections:
        for field in section.fields:
            if isinstance(field, LongTextField) and field.id in answers:
                return section.id, field.id
    raise UnexpectedAnswer("the form has no long text to correct")


def _fields(sample: Sample) -> dict[str, str]:
    item = sample.item
    fields = {"evidence": item.evidence, "role": item.role, "number": item.number, "issuer": item.issuer}
    fields |= {"issued_on": item.issued_on.isoformat()} if item.issued_on else {}
    fields |= {"expires_on": item.expires_on.isoformat()} if item.expires_on else {}
    return {name: value for name, value in fields.items() if value and value != "letter"}


def _file(sample: Sample) -> dict[str, tuple[str, bytes, str]]:
    return {"file": (sample.file_name, sample.content, sample.media_type)}
