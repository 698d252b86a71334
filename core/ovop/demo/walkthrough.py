"""The main job, played over HTTP: a proposal travels from a producer's draft to administrative selection, and every step is printed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import httpx

from ovop.contract import loader
from ovop.contract.registry import Registry
from ovop.contract.vocabulary import Definition, EvidenceItem, Example, LongTextField
from ovop.demo.accounts import Account
from ovop.demo.player import Player, Say, UnexpectedAnswer
from ovop.demo.samples import Sample, best_example, moved_to, pdf, samples_of, with_files


class Walk:
    """The main job with one commodity: `play` runs its acts one after the other."""

    def __init__(
        self, client: httpx.AsyncClient, accounts: Mapping[str, Account], *, today: date, say: Say
    ) -> None:
        self._client = client
        self._accounts = accounts
        self._today = today
        self._say = say
        self._path = ""

    async def play(self, definition: Definition) -> None:
        """Play everything; raises `UnexpectedAnswer` at the first wrong answer."""
        example = moved_to(best_example(definition), self._today)
        producer = await self._draft(definition)
        await self._fill_in(producer, definition, example)
        await self._hand_in(producer)
        section, field = correctable(definition, example)
        officer = await self._return(section)
        await self._correct(producer, definition, section, field, str(example.answers[field]))
        await self._endorse(officer)
        await self._copies()
        await self._verify_and_select()
        await self._log(producer)

    async def _player(self, role: str) -> Player:
        account = self._accounts[role]
        return await Player.sign_in(self._client, account.email, account.password, self._say)

    async def _draft(self, definition: Definition) -> Player:
        self._say("1  The producer signs in, looks at the open cycle and its form, and begins a draft.")
        producer = await self._player("producer")
        cycle = next(c for c in (await producer.send("GET", "/cycles"))["items"] if c["state"] == "open")
        self._say(
            f"       cycle {cycle['year']}, open until {cycle['closes_at']}: {', '.join(cycle['commodities'])}"
        )
        commodity = definition.manifest.id
        form = await producer.send("GET", f"/cycles/{cycle['id']}/commodities/{commodity}/form")
        self._say(f"       form {form['commodity']} {form['version']}, SHA-256 {form['sha256'][:16]}…")
        if loader.digest(loader.encode(definition)) != form["sha256"]:
            raise UnexpectedAnswer(
                "the installed commodity is not the one that the cycle froze; its examples may not fit"
            )
        draft = await producer.begin(cycle_id=cycle["id"], commodity=commodity)
        self._path = f"/submissions/{draft['id']}"
        self._say(f"       draft for “{draft['product_name']}”")
        return producer

    async def _fill_in(self, producer: Player, definition: Definition, example: Example) -> None:
        self._say(
            "2  The form is filled in: answers in two saves, then the evidence. Findings show what is missing."
        )
        names = list(example.answers)
        half = len(names) // 2
        first = {name: example.answers[name] for name in names[:half]}
        second = {name: example.answers[name] for name in names[half:]}
        version = await producer.save(self._path, first, version=1)
        await producer.save(self._path, second, version=version)
        late = {"answers": first}
        await producer.send(
            "PATCH", f"{self._path}/answers", late, version=1, expect=412, note="(an old version)"
        )
        missing = (await producer.send("GET", f"{self._path}/findings"))["items"]
        self._say(
            f"       {len(missing)} findings before the evidence, the first: {missing[0]['message']['id']}"
        )
        files = await producer.attach(self._path, samples_of(definition, example))
        named = with_files(example.answers, files)
        naming = {name: value for name, value in named.items() if value != example.answers[name]}
        if naming:
            version = (await producer.send("GET", self._path))["version"]
            await producer.save(self._path, naming, version=version)
        findings = await producer.send("GET", f"{self._path}/findings")
        self._say(f"       complete: {findings['complete']}, {len(findings['items'])} findings left")

    async def _hand_in(self, producer: Player) -> None:
        self._say("3  The producer hands it in. The same request sent twice has one effect and one answer.")
        state = await producer.act(self._path, "submit", twice=True)
        self._say(f"       number {state['number']}, stage {state['stage']}, due {state['stage_due_on']}")

    async def _return(self, section: str) -> Player:
        self._say("4  The regency office finds it in its queue and returns one section.")
        officer = await self._player("regency_officer")
        counts = (await officer.send("GET", "/queue"))["counts"]
        waiting = ", ".join(f"{c['waiting']} at {c['stage']}" for c in counts)
        self._say(f"       waiting: {waiting}")
        state = await officer.act(
            self._path,
            "return",
            sections=[section],
            reason=f"Lengkapi bagian {section}: uraian terlalu singkat.",
            due_on=(self._today + timedelta(days=14)).isoformat(),
        )
        self._say(f"       returned: section {section}, stage {state['stage']}, due {state['stage_due_on']}")
        return officer

    async def _correct(
        self, producer: Player, definition: Definition, section: str, field: str, text: str
    ) -> None:
        self._say("5  The producer corrects that section (another one stays closed) and hands in again.")
        version = (await producer.send("GET", self._path))["version"]
        closed = next(s.fields[0].id for s in definition.form.sections if s.id != section and s.fields)
        body: dict[str, Any] = {"answers": {closed: None}}
        await producer.send(
            "PATCH", f"{self._path}/answers", body, version=version, expect=422, note="(closed section)"
        )
        await producer.save(
            self._path, {field: f"{text} Dilengkapi setelah pemeriksaan dinas."}, version=version
        )
        await producer.act(self._path, "submit")

    async def _endorse(self, officer: Player) -> None:
        self._say("6  The regency office sees exactly what changed, uploads its letter and endorses.")
        for change in (await officer.send("GET", f"{self._path}/revisions/2"))["changes"]:
            self._say(f"       changed: {change['path']}")
        scan = Sample(
            item=EvidenceItem(evidence=""),
            file_name="surat-usulan.pdf",
            media_type="application/pdf",
            content=pdf(f"Surat usulan OVOP {self._today.isoformat()}"),
        )
        scanned = await officer.send("POST", f"{self._path}/letters", sample=scan, expect=201)
        number = f"530/OVOP/{self._today.year}"
        letter = {"number": number, "date": self._today.isoformat(), "file_id": scanned["id"]}
        state = await officer.act(self._path, "endorse", letter=letter)
        self._say(f"       letter {number}, stage {state['stage']}")

    async def _copies(self) -> None:
        self._say(
            "7  Province and governor receive their numbered copies; the province gives an opinion. Nothing waits for them."
        )
        for role in ("province_officer", "governor_officer"):
            reader = await self._player(role)
            copies = (await reader.send("GET", "/copies?unread=true"))["items"]
            copy = next(c for c in copies if self._path.endswith(c["submission_id"]))
            await reader.send("POST", f"/copies/{copy['id']}/acknowledgement", note=copy["number"])
            if role == "province_officer":
                opinion = {"opinion": "Mendukung: produk unggulan daerah dengan bahan baku setempat."}
                await reader.send("POST", f"/copies/{copy['id']}/opinion", opinion)

    async def _verify_and_select(self) -> None:
        self._say(
            "8  The ministry's secretariat verifies, the selection team passes it; one person may not do both."
        )
        for role, action in (("verifier", "verify"), ("selector", "select")):
            player = await self._player(role)
            await player.send("GET", "/queue")
            self._say(f"       stage {(await player.act(self._path, action))['stage']}")

    async def _log(self, producer: Player) -> None:
        self._say("9  The log proves every step.")
        for event in (await producer.send("GET", f"{self._path}/events?limit=100"))["items"]:
            if event["type"] != "submission.evidence_added":
                self._say(
                    f"       #{event['position']:<3} {event['type']:<28} {event['role']:<17} {event['hash'][:12]}…"
                )


def correctable(definition: Definition, example: Example) -> tuple[str, str]:
    """A section with a long text in it, and that text's field: what an office would ask to be fuller."""
    for section in definition.form.sections:
        for field in section.fields:
            if isinstance(field, LongTextField) and field.id in example.answers:
                return section.id, field.id
    raise LookupError(f"the form of {definition.manifest.id} has no long text to correct")


def installed(commodity: str | None) -> Definition:
    """The definition to play with: the one named, or the first that is installed; raises `LookupError`."""
    commodities = Registry.discover().commodities
    if not commodities or (commodity is not None and commodity not in commodities):
        raise LookupError(f"not installed: {commodity or 'any commodity'}")
    return commodities[commodity or next(iter(commodities))].definition
