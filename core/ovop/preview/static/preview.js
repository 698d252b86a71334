// The live preview of a commodity. All judging is the server's; this page draws the form, sends what is typed, and shows what follows.

const TEXTS = {
  id: { example: "Contoh", none: "(kosong)", form: "Formulir", findings: "Temuan", sheet: "Lembar nilai", guidance: "Panduan", card: "Kartu katalog",
    add: "Tambah baris", remove: "Hapus", yes: "Ya", no: "Tidak", other: "Sebutkan lainnya", there: "Ada", facts: "Fakta tentang pemohon", evidence: "Bukti",
    clean: "Tidak ada temuan.", points: "nilai", weight: "bobot", level: "Tingkat", byForm: "menurut formulir", off: "tidak berlaku", serves: "Mendukung",
    blocked: "Tidak memenuhi syarat", gates: "Gerbang", acts: "berlaku", idle: "tidak berlaku", open: "belum dapat ditentukan", called: "Sesuai jawaban ini", all: "Semua panduan",
    faults: "Berkas belum sah", saved: "Mengikuti perubahan berkas", lost: "Terputus dari server", number: "Nomor", issuer: "Penerbit", issued_on: "Tanggal terbit", expires_on: "Berlaku sampai",
    story: "Kisah sukses", step: "Langkah", provider: "Penyedia", consent: "Persetujuan", proposed: "usulan", size: "pisahkan angka dengan spasi", limit: "batas deteksi", aims: "Yang didukung rubrik ini", nobody: "tidak ada" },
  en: { example: "Example", none: "(empty)", form: "Form", findings: "Findings", sheet: "Score sheet", guidance: "Guidance", card: "Catalogue card",
    add: "Add a row", remove: "Remove", yes: "Yes", no: "No", other: "Say which other", there: "There", facts: "Facts about the applicant", evidence: "Evidence",
    clean: "No findings.", points: "points", weight: "weight", level: "Level", byForm: "by the form", off: "does not apply", serves: "Serves",
    blocked: "Not eligible", gates: "Gates", acts: "acts", idle: "does not act", open: "cannot be decided yet", called: "Called for by these answers", all: "All guidance",
    faults: "The files are not valid yet", saved: "Following the files", lost: "The server is gone", number: "Number", issuer: "Issuer", issued_on: "Issued on", expires_on: "Valid until",
    story: "Success story", step: "Step", provider: "Provider", consent: "Consent", proposed: "proposed", size: "separate numbers by spaces", limit: "detection limit", aims: "What this rubric serves", nobody: "none" },
};
const THEMES = {
  id: { quality: "mutu", design: "desain", story: "cerita", market: "pasar", packaging: "kemasan", people: "manusia" },
  en: { quality: "quality", design: "design", story: "story", market: "market", packaging: "packaging", people: "people" },
};
const PANELS = ["form", "findings", "sheet", "guidance", "card"];
const DAY = new Date().toISOString().slice(0, 10);

const kept = JSON.parse(sessionStorage.getItem("preview") ?? "{}");
const state = { language: "id", width: "full", panel: "form", answers: {}, evidence: {}, facts: {}, levels: {}, ...kept };
let told = { faults: [] };
let outcome = null;

const $ = (id) => document.getElementById(id);
const t = (key) => TEXTS[state.language][key];
const say = (text) => (text ? text[state.language] : "");

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null && child !== ""));
  return node;
}

const keep = () => sessionStorage.setItem("preview", JSON.stringify(state));
let waiting;
function changed() {
  keep();
  clearTimeout(waiting);
  waiting = setTimeout(judge, 120);
}

function put(holder, key, value) {
  const empty = value === "" || value == null || (typeof value === "number" && Number.isNaN(value)) || (typeof value === "object" && !Array.isArray(value) && !Object.keys(value).length);
  if (empty) delete holder[key];
  else holder[key] = value;
  changed();
}

const number = (text) => (text.trim() === "" ? "" : Number(text));
const input = (type, value, write, more = {}) => make("input", { type, value: value ?? "", oninput: (e) => write(e.target.value), ...more });
const numeric = (value, write, more = {}) => input("number", value, (text) => write(number(text)), { step: "any", ...more });
function select(options, value, write, more = {}) {
  const node = make("select", { onchange: (e) => write(e.target.value), ...more }, make("option", { value: "" }, "–"));
  for (const [code, label] of options) node.append(make("option", { value: code, selected: code === value }, label));
  return node;
}
const named = (options) => options.map((option) => [option.value, say(option.label)]);
const unitName = (unit) => (unit.label ? say(unit.label) : unit.code);
const units = (list) => list.map((unit) => [unit.code, unitName(unit)]);

// One drawer a field type: how an answer is typed in. `holder[field.id]` is the answer.
const DRAW = {
  text: (f, h) => input("text", h[f.id], (v) => put(h, f.id, v), { placeholder: f.example ?? "" }),
  longtext: (f, h) => make("textarea", { oninput: (e) => put(h, f.id, e.target.value) }, h[f.id] ?? ""),
  integer: (f, h) => withUnit(numeric(h[f.id], (v) => put(h, f.id, v), { step: 1 }), f.unit),
  money: (f, h) => withUnit(numeric(h[f.id], (v) => put(h, f.id, v), { step: 1 }), { code: f.currency ?? "IDR" }),
  percent: (f, h) => withUnit(numeric(h[f.id], (v) => put(h, f.id, v)), { code: "%" }),
  decimal: (f, h) => ((f.units ?? []).length > 1 ? measured(f, h, units(f.units)) : withUnit(numeric(h[f.id]?.value ?? h[f.id], (v) => put(h, f.id, v)), f.units?.[0])),
  duration: (f, h) => measured(f, h, ["day", "week", "month", "year"].map((code) => [code, code])),
  date: (f, h) => input("date", h[f.id], (v) => put(h, f.id, v)),
  boolean: (f, h) => select([["true", t("yes")], ["false", t("no")]], h[f.id] == null ? "" : String(h[f.id]), (v) => put(h, f.id, v === "" ? "" : v === "true")),
  select: (f, h) => choice(f, h, f.options),
  code: (f, h) => choice(f, h, told.definition.code_lists.find((list) => list.id === f.code_list).item),
  multiselect: (f, h) => ticks(f, h),
  checklist: (f, h) => ticks(f, h),
  grade: (f, h) => select((f.scale ?? ["1", "1-2", "2", "2-3", "3", "3-4", "4", "4-5", "5"]).map((code) => [code, code]), h[f.id], (v) => put(h, f.id, v)),
  dimensions: (f, h) => {
    const value = { ...h[f.id] };
    const set = (key, given) => { if (given === "") delete value[key]; else value[key] = given; put(h, f.id, { ...value }); };
    const parts = f.parts.map((part) => make("label", {}, make("span", { class: "hint" }, say(part.label)), numeric(value[part.id], (v) => set(part.id, v))));
    return make("div", { class: "row2" }, ...parts, f.units.length > 1 ? make("label", {}, make("span", { class: "hint" }, "unit"), select(units(f.units), value.unit, (v) => set("unit", v))) : make("span", { class: "hint" }, unitName(f.units[0])));
  },
  declaration: (f, h) => make("label", { class: "tick" }, make("input", { type: "checkbox", checked: h[f.id] === true, onchange: (e) => put(h, f.id, e.target.checked || "") }), say(f.statement)),
  location: (f, h) => several(f, h, [["region", "text"], ["latitude", "number"], ["longitude", "number"]]),
  sample: (f, h) => several(f, h, [["count", "number"], ["lot", "text"], ["expires_on", "date"]]),
  reading: (f, h) => {
    if (h[f.id]?.category !== undefined || (f.categories ?? []).length && !(f.units ?? []).length) return select(named(f.categories), h[f.id]?.category, (v) => put(h, f.id, v && { category: v }));
    const value = { ...h[f.id] };
    const set = (key, given) => { if (given === "") delete value[key]; else value[key] = given; put(h, f.id, { ...value }); };
    return make("div", { class: "row2" }, select([["=", "="], ["<", "<"], [">", ">"], ["nd", "nd"]], value.operator, (v) => set("operator", v)), numeric(value.value, (v) => set("value", v)),
      numeric(value.detection_limit, (v) => set("detection_limit", v), { placeholder: t("limit") }), (f.units ?? []).length > 1 ? select(units(f.units), value.unit, (v) => set("unit", v)) : make("span", { class: "hint" }, f.units?.[0] ? unitName(f.units[0]) : ""));
  },
  series: (f, h) => make("div", {}, input("text", (h[f.id] ?? []).join(" "), (v) => put(h, f.id, v.trim() ? v.trim().split(/[\s;]+/).map(Number).filter((n) => !Number.isNaN(n)) : ""), { placeholder: t("size") }), make("p", { class: "hint" }, `${unitName(f.unit)} · ${f.min_items ?? 1}+`)),
  identifier: (f, h) => input("text", h[f.id], (v) => put(h, f.id, v), { placeholder: f.example }),
  file: (f, h) => input("text", h[f.id], (v) => put(h, f.id, v), { placeholder: "id" }),
  reference: (f, h) => input("text", h[f.id], (v) => put(h, f.id, v), { placeholder: f.to }),
  computed: () => make("output", {}, "–"),
  group: (f, h, path) => {
    h[f.id] ??= {};
    return make("div", { class: "group" }, ...f.fields.map((inner) => field(inner, h[f.id], `${path}.`)));
  },
  rows: (f, h, path) => {
    const box = make("div", { class: "rows" });
    const draw = () => {
      const rows = h[f.id] ?? [];
      box.replaceChildren(...rows.map((row, index) => make("div", { class: "one", "data-path": `${path}[${index}]` },
        make("header", {}, `${say(f.label)} ${index + 1}`, make("button", { type: "button", onclick: () => { rows.splice(index, 1); if (!rows.length) delete h[f.id]; draw(); changed(); } }, t("remove"))),
        make("div", { class: "tell" }), ...f.fields.map((inner) => field(inner, row, `${path}[${index}].`)))),
        make("button", { type: "button", onclick: () => { (h[f.id] ??= []).push({}); draw(); changed(); } }, `+ ${t("add")}`));
      if (outcome) show();
    };
    draw();
    return box;
  },
};

const withUnit = (node, unit) => (unit ? make("div", { class: "row2" }, node, make("span", { class: "hint" }, unitName(unit))) : node);
function measured(f, h, choices) {
  const value = typeof h[f.id] === "object" ? { ...h[f.id] } : { value: h[f.id], unit: choices[0][0] };
  const set = (key, given) => { value[key] = given; put(h, f.id, value.value == null || value.value === "" ? "" : { value: value.value, unit: value.unit || choices[0][0] }); };
  return make("div", { class: "row2" }, numeric(value.value, (v) => set("value", v)), select(choices, value.unit ?? choices[0][0], (v) => set("unit", v)));
}
function several(f, h, parts) {
  const value = { ...h[f.id] };
  return make("div", { class: "row2" }, ...parts.map(([key, type]) => input(type, value[key], (text) => {
    const given = type === "number" ? number(text) : text;
    if (given === "") delete value[key]; else value[key] = given;
    put(h, f.id, { ...value });
  }, { placeholder: key, step: "any" })));
}
function choice(f, h, options) {
  const other = make("input", { type: "text", placeholder: t("other"), value: h[`${f.id}_other`] ?? "", oninput: (e) => put(h, `${f.id}_other`, e.target.value) });
  const shown = (value) => (other.hidden = !options.find((option) => option.value === value)?.other);
  shown(h[f.id]);
  return make("div", {}, select(named(options), h[f.id], (v) => { shown(v); put(h, f.id, v); }), other);
}
function ticks(f, h) {
  const options = f.options;
  const picked = new Set(h[f.id] ?? []);
  const other = make("input", { type: "text", placeholder: t("other"), value: h[`${f.id}_other`] ?? "", oninput: (e) => put(h, `${f.id}_other`, e.target.value) });
  const shown = () => (other.hidden = !options.some((option) => option.other && picked.has(option.value)));
  shown();
  const boxes = options.map((option) => make("label", {}, make("input", { type: "checkbox", checked: picked.has(option.value), onchange: (e) => {
    if (e.target.checked) picked.add(option.value); else picked.delete(option.value);
    shown();
    put(h, f.id, options.map((one) => one.value).filter((value) => picked.has(value)));
  } }), say(option.label)));
  return make("div", {}, make("div", { class: "choices" }, ...boxes), other);
}

function field(f, holder, prefix) {
  const path = prefix + f.id;
  const marks = [f.status === "proposed" && t("proposed"), f.blind && "blind", f.public && "public"].filter(Boolean).map((mark) => make("span", { class: "tag" }, mark));
  return make("div", { class: "field", "data-path": path }, make("span", { class: "label" }, say(f.label), " ", ...marks), f.help ? make("span", { class: "help" }, say(f.help)) : "", DRAW[f.type](f, holder, path), make("div", { class: "tell" }));
}

function slot(item, role) {
  const key = role ? `${item.id}[${role.id}]` : item.id;
  const given = () => state.evidence[key];
  const boxes = make("div", { class: "row2", hidden: !given() }, ...(item.asks ?? []).map((ask) => make("label", {}, make("span", { class: "hint" }, t(ask)), input(ask.endsWith("_on") ? "date" : "text", given()?.[ask], (v) => { if (v === "") delete given()[ask]; else given()[ask] = v; changed(); }))));
  const tick = make("input", { type: "checkbox", checked: Boolean(given()), onchange: (e) => {
    if (e.target.checked) state.evidence[key] = sample(item, role, key); else delete state.evidence[key];
    boxes.hidden = !e.target.checked;
    changed();
  } });
  return make("div", { class: "field", "data-path": `evidence.${key}` }, make("label", { class: "tick" }, tick, role ? say(role.label) : t("there")), boxes, make("div", { class: "tell" }));
}
function sample(item, role, key) {
  const kind = item.kind ?? "document";
  const media = item.media?.[0] ?? { document: "application/pdf", photo: "image/jpeg", video: "video/mp4" }[kind];
  const size = kind === "photo" ? { width_px: Math.max(3000, item.min_pixels ?? 0), height_px: Math.max(3000, item.min_pixels ?? 0) } : {};
  return { evidence: item.id, id: `${key}-1`, role: role?.id ?? "", media_type: media, size_bytes: 400000, ...size, ...(kind === "video" ? { seconds: Math.max(60, item.min_seconds ?? 0) } : {}) };
}
function evidence(item) {
  return make("div", { class: "field", "data-path": `evidence.${item.id}` }, make("span", { class: "label" }, say(item.label)), item.help ? make("span", { class: "help" }, say(item.help)) : "",
    ...(item.roles?.length ? item.roles.map((role) => slot(item, role)) : [slot(item, null)]), make("div", { class: "tell" }));
}

function facts() {
  const asked = told.definition.manifest.facts ?? ["today"];
  state.facts.today ??= DAY;
  const write = (name, value) => { if (value === "" || Number.isNaN(value)) delete state.facts[name]; else state.facts[name] = value; changed(); };
  const draw = {
    today: () => input("date", state.facts.today, (v) => write("today", v)),
    enterprise_size: () => select(["micro", "small", "medium", "large"].map((code) => [code, code]), state.facts.enterprise_size, (v) => write("enterprise_size", v)),
    kbli: () => input("text", (state.facts.kbli ?? []).join(" "), (v) => write("kbli", v.trim() ? v.trim().split(/\s+/) : ""), { placeholder: "2020:13134" }),
    centre_members: () => numeric(state.facts.centre_members, (v) => write("centre_members", v)),
  };
  return make("fieldset", { class: "section" }, make("legend", {}, t("facts")), make("div", { class: "row2" }, ...asked.map((name) => make("label", {}, make("span", { class: "hint" }, name), (draw[name] ?? (() => input("text", state.facts[name], (v) => write(name, v))))()))));
}

function drawForm() {
  const form = told.definition.form;
  const sections = form.section.map((section) => make("fieldset", { class: "section", "data-section": section.id }, make("legend", {}, say(section.title)), section.intro ? make("p", { class: "hint" }, say(section.intro)) : "",
    ...(section.fields ?? []).map((f) => field(f, state.answers, "")), ...(form.evidence ?? []).filter((item) => item.section === section.id).map(evidence)));
  $("form").replaceChildren(facts(), ...sections);
}

function drawHead() {
  document.documentElement.lang = state.language;
  document.body.dataset.width = state.width;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = t(node.dataset.text);
  for (const node of document.querySelectorAll("[data-language]")) node.setAttribute("aria-pressed", String(node.dataset.language === state.language));
  for (const node of document.querySelectorAll("[data-width]")) if (node !== document.body) node.setAttribute("aria-pressed", String(node.dataset.width === state.width));
  if (told.definition) {
    const { manifest, examples = [] } = told.definition;
    $("name").textContent = `${say(manifest.name)} ${manifest.version}`;
    $("summary").textContent = say(manifest.summary);
    $("example").replaceChildren(make("option", { value: "" }, t("none")), ...examples.map((example) => make("option", { value: example.id, selected: example.id === state.example }, `${example.kind}: ${say(example.title)}`)));
  }
}

function drawTabs() {
  const count = outcome ? outcome.findings.filter((finding) => finding.severity === "error").length : 0;
  const total = outcome?.score ? outcome.score.total.toFixed(2) : "";
  const extra = { findings: count || "", sheet: total, guidance: outcome?.advice.length || "" };
  $("tabs").replaceChildren(...PANELS.map((name) => make("button", { type: "button", role: "tab", "data-panel": name, "aria-selected": String(state.panel === name), onclick: () => { state.panel = name; keep(); drawTabs(); } }, `${t(name)} ${extra[name] ?? ""}`.trim())));
  const broken = told.faults.length > 0;
  $("faults").hidden = !broken;
  for (const name of PANELS) $(name).hidden = broken || state.panel !== name;
}

function drawFaults() {
  $("faults").replaceChildren(make("h2", {}, `${t("faults")} (${told.faults.length})`), make("ul", { class: "list" }, ...told.faults.map((fault) => make("li", { class: "error" },
    make("p", {}, make("code", {}, `${fault.file}${fault.line ? `:${fault.line}` : ""} ${fault.path}`)), make("p", {}, typeof fault.reason === "string" ? fault.reason : say(fault.reason)), fault.caret ? make("pre", {}, fault.caret) : ""))));
}

function show() {
  const visible = new Set(outcome.visible);
  const required = new Set(outcome.required);
  const byPath = Map.groupBy ? Map.groupBy(outcome.findings, (finding) => finding.path) : outcome.findings.reduce((map, finding) => map.set(finding.path, [...(map.get(finding.path) ?? []), finding]), new Map());
  for (const node of $("form").querySelectorAll("[data-path]")) {
    const path = node.dataset.path;
    if (node.classList.contains("field")) {
      const whole = path.replace(/^(evidence\.[^[]*)\[.*$/, "$1");
      node.hidden = !visible.has(path) && !(path.startsWith("evidence.") && visible.has(whole));
      node.dataset.required = String(required.has(path));
    }
    const here = byPath.get(path) ?? [];
    node.classList.toggle("wrong", here.some((finding) => finding.severity === "error"));
    node.classList.toggle("doubtful", here.length > 0 && !here.some((finding) => finding.severity === "error"));
    node.querySelector(":scope > .tell")?.replaceChildren(...here.map((finding) => make("p", { class: `told ${finding.severity}` }, say(finding.message), " ", say(finding.remedy))));
    const shown = node.querySelector(":scope > output");
    if (shown) shown.textContent = path in outcome.computed ? [outcome.computed[path]].flat().map((value) => (typeof value === "number" ? +value.toFixed(4) : value)).join(", ") || "–" : "–";
  }
  for (const section of $("form").querySelectorAll("[data-section]")) section.hidden = ![...section.querySelectorAll(":scope > .field")].some((node) => !node.hidden);
  drawFindings();
  drawSheet();
  drawGuidance();
  drawCard();
  drawTabs();
}

function drawFindings() {
  const items = outcome.findings.map((finding) => make("li", { class: finding.severity }, make("p", {}, make("code", {}, `${finding.path || "–"} · ${finding.code}`)), make("p", {}, say(finding.message)), make("p", { class: "hint" }, say(finding.remedy))));
  const code = outcome.code.filter((asked) => asked.failure || asked.slow || asked.printed).map((asked) => make("li", { class: "warning" }, make("p", {}, make("code", {}, `${asked.hook || "plugin"}${asked.slow ? " (slow)" : ""}`)), make("p", {}, asked.failure), asked.printed ? make("pre", {}, asked.printed) : ""));
  $("findings").replaceChildren(...(code.length ? [make("ul", { class: "list" }, ...code)] : []), items.length ? make("ul", { class: "list" }, ...items) : make("p", {}, t("clean")));
}

function drawSheet() {
  const { rubric, gates = [] } = told.definition;
  const byId = new Map(outcome.criteria.map((criterion) => [criterion.id, criterion]));
  const scored = new Map((outcome.score?.criteria ?? []).map((line) => [line.id, line]));
  const scale = rubric.scale_max ?? 5;
  const groups = rubric.group.map((group) => make("div", { class: "sheet" }, make("h2", {}, `${group.id} ${say(group.name)}`, " ", make("span", { class: "tag" }, `${t("weight")} ${group.weight}`)),
    ...group.criterion.map((criterion) => {
      const now = byId.get(criterion.id);
      const line = scored.get(criterion.id);
      const levels = Array.from({ length: scale + 1 }, (_, level) => [String(level), String(level)]);
      const choose = make("label", {}, `${t("level")} `, select(levels, state.levels[criterion.id]?.toString() ?? "", (v) => { if (v === "") delete state.levels[criterion.id]; else state.levels[criterion.id] = Number(v); changed(); }));
      return make("div", { class: now.applies ? "criterion" : "criterion off" }, make("div", { class: "line" }, make("h3", {}, `${criterion.id} ${say(criterion.name)}`), make("span", {}, line && now.applies ? `${line.points.toFixed(2)} / ${line.weight.toFixed(2)}` : `${t("weight")} ${criterion.weight}`)),
        make("div", { class: "line" }, now.applies ? choose : make("span", { class: "tag" }, t("off")), now.band != null ? make("span", { class: "tag" }, `${t("byForm")}: ${now.band}`) : ""),
        ...outcome.hints.filter((hint) => hint.criterion === criterion.id).map((hint) => make("p", { class: "hint" }, `${t("level")} ${hint.level}? ${say(hint.reason)}`)),
        ...now.anchors.map((anchors) => make("ul", { class: "anchors" }, ...anchors.map((anchor) => make("li", {}, `${anchor.level}: ${say(anchor.text)}`)))),
        make("p", { class: "hint" }, `${t("serves")}: ${(criterion.serves ?? []).map((aim) => say(told.aims.find((one) => one.aim === aim).name)).join(", ") || t("nobody")}`));
    })));
  const acting = make("div", { class: "sheet" }, make("h2", {}, t("gates")), ...gates.map((gate) => {
    const now = outcome.gates.find((one) => one.id === gate.id);
    return make("p", {}, make("b", {}, `${gate.id} `), `${say(gate.message)} `, make("span", { class: "tag" }, now.acts ? t("acts") : now.determined ? t("idle") : t("open")));
  }));
  const aims = make("div", { class: "sheet" }, make("h2", {}, t("aims")), ...told.aims.map((aim) => make("p", {}, make("b", {}, say(aim.name)), `: ${aim.criteria.join(", ") || t("nobody")} (${aim.weight})`)));
  const total = outcome.score ? make("p", { class: "total" }, outcome.score.blocked ? t("blocked") : `${outcome.score.total.toFixed(2)} / 100`) : make("p", { class: "told warning" }, say(outcome.note));
  $("sheet").replaceChildren(total, ...groups, acting, aims);
}

function drawGuidance() {
  const items = told.definition.guidance ?? [];
  const called = new Map(outcome.advice.map((advice) => [advice.id, advice.because]));
  const draw = (item, because) => make("details", { class: "sheet", open: Boolean(because) }, make("summary", {}, make("b", {}, say(item.title)), " ", make("span", { class: "tag" }, THEMES[state.language][item.theme]), " ", make("span", { class: "tag" }, item.kind === "success_story" ? t("story") : t("step")), " ", ...(item.criteria ?? []).map((code) => make("span", { class: "tag" }, code))),
    ...(because ?? []).map((reason) => make("p", { class: "hint" }, `${say(reason.label)}${reason.level != null ? `: ${t("level")} ${reason.level} (−${reason.points})` : reason.finding ? `: ${say(reason.finding)}` : ""}`)),
    make("p", { class: "body" }, say(item.body)), item.provider ? make("p", { class: "hint" }, `${t("provider")}: ${say(item.provider)}`) : "", item.source ? make("p", { class: "hint" }, item.source) : "",
    item.consent ? make("p", { class: "hint" }, `${t("consent")}: ${item.consent.maker}, ${item.consent.basis} (${item.consent.record})`) : "");
  $("guidance").replaceChildren(make("h2", {}, `${t("called")} (${called.size})`), ...outcome.advice.map((advice) => draw(items.find((item) => item.id === advice.id), advice.because)),
    make("h2", {}, `${t("all")} (${items.length})`), ...items.filter((item) => !called.has(item.id)).map((item) => draw(item, null)));
}

function drawCard() {
  $("card").replaceChildren(make("div", { class: "sheet" }, make("h2", {}, outcome.card.title), ...outcome.card.lines.map((line) => make("p", {}, say(line)))));
}

const CONTAINERS = new Set(["group"]);
function sent(fields, answers) {
  // Groups that nobody began are left out, so that they do not read as begun.
  const copy = structuredClone(answers);
  for (const f of fields) if (CONTAINERS.has(f.type) && copy[f.id] && !Object.keys(copy[f.id]).length) delete copy[f.id];
  return copy;
}

async function judge() {
  if (!told.definition || told.faults.length) return;
  const fields = told.definition.form.section.flatMap((section) => section.fields ?? []);
  const trial = { answers: sent(fields, state.answers), evidence: Object.values(state.evidence), facts: state.facts, levels: state.levels, product_name: "Produk contoh" };
  const answer = await fetch("/judgement", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(trial) });
  if (!answer.ok) return void ($("state").textContent = `${answer.status}`);
  outcome = await answer.json();
  if (outcome) show();
}

function load(example) {
  state.example = example?.id ?? "";
  state.answers = structuredClone(example?.answers ?? {});
  state.facts = { today: DAY, ...(example?.facts ?? {}) };
  state.levels = { ...(example?.levels ?? {}) };
  state.evidence = {};
  for (const item of example?.evidence ?? []) {
    const key = item.role ? `${item.evidence}[${item.role}]` : item.evidence;
    state.evidence[state.evidence[key] ? `${key}#${item.id}` : key] = structuredClone(item);
  }
  keep();
  drawForm();
  judge();
}

async function reload() {
  const fresh = await (await fetch("/definition")).json();
  told = fresh.faults.length ? { ...told, faults: fresh.faults } : fresh;
  if (told.faults.length) drawFaults();
  drawHead();
  if (told.definition && !told.faults.length) { drawForm(); await judge(); }
  drawTabs();
}

function redraw() {
  keep();
  drawHead();
  if (told.faults.length) drawFaults();
  if (told.definition) { drawForm(); if (outcome) show(); }
  drawTabs();
}

for (const node of document.querySelectorAll("[data-language]")) node.addEventListener("click", () => { state.language = node.dataset.language; redraw(); });
for (const node of document.querySelectorAll("button[data-width]")) node.addEventListener("click", () => { state.width = node.dataset.width; redraw(); });
$("example").addEventListener("change", (e) => load((told.definition.examples ?? []).find((example) => example.id === e.target.value)));

const changes = new EventSource("/changes");
changes.onmessage = () => { $("state").textContent = t("saved"); reload(); };
changes.onerror = () => { $("state").textContent = t("lost"); };
