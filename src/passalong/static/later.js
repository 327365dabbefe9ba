// For the owner's pages when the connection goes: registers the worker, keeps a share that cannot go out, says what
// waits, and sends it when it can (docs/why/offline.md). What waits is in waiting.js, which the worker uses too.

const first = (what, within = document) => within.querySelector(what);
const all = (what, within = document) => [...within.querySelectorAll(what)];
const words = first("#later");
const { who, waiting } = words.dataset;
const shelf = document.body.dataset;
const AGAIN = 30000;

await import(waiting);
const Waiting = self.Waiting;
const lang = document.documentElement.lang;
navigator.serviceWorker?.register(`/sw.js?${new URLSearchParams({ who, lang })}`).catch(() => {});

const piece = (name) => first(`[data-piece="${name}"]`, words.content).cloneNode(true);
const sentence = (name) => first(`[data-say="${name}"]`, words.content).textContent;

function say(said) {
  const live = first("#live");
  live.textContent = "";
  setTimeout(() => { live.textContent = said; }, 60);
}

/** The connection is there, and nobody answers at its end: so it was when what has just been shared had to be kept. */
let silent = /[?&]kept=1/.test(location.search);
const isSilent = () => silent && navigator.onLine;

// ---- What stands above the page ----

/** Shows a note above the page, in place of the one of the same kind. */
function note(name, kind = name) {
  all(`[data-note="${kind}"]`).forEach((each) => each.remove());
  if (!name) return null;
  const shown = piece(name);
  shown.dataset.note = kind;
  first("main").prepend(shown);
  say(first("p", shown).textContent.trim());
  return shown;
}

/** The clock is the reader's country's, where that speaks the page's language: 23:05 in Britain, 11:05 PM in America. */
const country = navigator.languages.find((each) => each.split("-")[0] === lang) ?? lang;

/** The time; before today, the day as well. */
function at(time) {
  const then = new Date(time);
  const day = then.toDateString() === new Date().toDateString() ? undefined : "medium";
  return new Intl.DateTimeFormat(country, { dateStyle: day, timeStyle: "short", numberingSystem: "latn" }).format(then);
}

function sayAge() {
  if (!shelf.kept || first("[data-shares]")) return;
  const what = first("form[data-box]") ? "box" : location.pathname === "/river" ? "river" : "page";
  const said = sentence(`${navigator.onLine ? "silent" : "offline"}-${what}`).replace("%s", at(shelf.kept));
  first("p", note("old")).textContent = said;
  say(said);
}

async function sayWaiting() {
  const waits = await Waiting.all(who);
  listShares(waits);
  if (first("[data-shares]")) return;
  const others = waits.filter((one) => location.hash !== `#take-${one.id}`);
  const any = (name, what) => others.some(what) && name;
  const name = any("look", (one) => one.state === "look") || any("signed-out", (one) => one.why === "signed-out")
    || any("waits", (one) => one.state === "waiting") || "";
  const shown = first('[data-note="waits"]')?.dataset.piece ?? "";
  if (name !== shown && !(name === "waits" && shown === "kept")) note(name, "waits");
}

// ---- A share that cannot go out ----

/** A box that was kept here, or shared from here, is empty again and has a key of its own. */
function renew(box) {
  all("[data-leave-out]", box).forEach((each) => each.click());
  first("[data-chosen]", box)?.replaceChildren();
  box.reset();
  box.key.value = Waiting.fresh();
  first("textarea", box).value = "";
  first("textarea", box).dispatchEvent(new Event("input"));
}

async function keep(box, button) {
  const form = new FormData(box);
  if (button?.name) form.set(button.name, button.value);
  if (!form.get("what").trim() && !box.files?.files.length && !/(like|repost)_of/.test([...form.keys()])) return;
  const one = await Waiting.keep(form, who);
  renew(box);
  const shown = note("kept", "waits");
  first("[data-discard]", shown).addEventListener("click", async () => {
    await Waiting.drop(one.id);
    first("textarea", box).value = Waiting.valueOf(one, "what");
    first("textarea", box).focus();
  });
  const known = await navigator.serviceWorker?.getRegistration();
  known?.sync?.register("passalong-shares").catch(() => {});
}

document.addEventListener("submit", (event) => {
  const box = event.target.closest("form[data-box]");
  if (!box || event.defaultPrevented || navigator.onLine) return;
  event.preventDefault();
  keep(box, event.submitter);
});

/** What waits goes out: now, when the connection is back, when one comes back to the page, and now and then. */
async function send() {
  try { await Waiting.sendAll(who); silent = false; } catch { silent = true; /* it waits on */ }
  await showOffline();
}
addEventListener("offline", showOffline);
addEventListener("online", () => { send(); if (shelf.kept && !first("[data-shares]")) note("back", "old"); });
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
setInterval(() => { if (navigator.onLine && !document.hidden) send(); }, AGAIN);

new BroadcastChannel("passalong").addEventListener("message", async ({ data }) => {
  await sayWaiting();
  if (data.sent) first("a", note("sent")).href = data.sent;
});

// ---- The page of what waits ----

const why = (one) => {
  if (one.words && one.why) return one.words;
  return sentence(one.why || (one.taken ? "taken" : one.state === "waiting" && isSilent() ? "silent-waiting" : one.state));
};

function rowOf(one) {
  const row = piece("share");
  row.id = `w-${one.id}`;
  const what = ["what", "text", "url", "title"].map((name) => Waiting.valueOf(one, name)).filter(Boolean);
  first("[data-what]", row).textContent = Waiting.valueOf(one, "what") || [...new Set(what)].join("\n") || sentence("wordless");
  const files = Waiting.filesOf(one).map((each) => each.name).join(", ");
  first("[data-files]", row).textContent = files;
  first("[data-files]", row).hidden = !files;
  const state = first("[data-state]", row);
  state.textContent = why(one);
  state.classList.toggle("error", one.state === "look" && Boolean(one.why));
  first("time", row).dateTime = new Date(one.at).toISOString();
  first("time", row).textContent = at(one.at);
  first("[data-now]", row).addEventListener("click", async () => {
    await Waiting.change(one.id, { state: "waiting", why: "", words: "", tries: 0, taken: false });
    await send();
    if (!navigator.onLine) say(sentence("waiting"));
  });
  first("[data-discard]", row).addEventListener("click", async () => {
    await Waiting.drop(one.id);
    first("#waits-h").focus();
  });
  first("[data-change]", row).href = `/share#take-${one.id}`;
  return row;
}

function listShares(waits) {
  const list = first("[data-shares]");
  if (!list) return;
  const drawn = JSON.stringify(waits.map((one) => [one.id, one.state, one.taken, why(one)]));
  if (drawn === list.dataset.drawn) return; // nothing moves under a hand that is about to press
  list.dataset.drawn = drawn;
  list.replaceChildren(...waits.map(rowOf));
  first("[data-nothing]").hidden = waits.length > 0;
}

async function showOffline() {
  if (!first("[data-shares]")) return;
  const another = shelf.kept && location.pathname !== "/offline" && "other";
  const how = shelf.keptHow === "unsent" ? "unsent" : another || (!navigator.onLine ? "offline" : silent ? "silent" : "online");
  for (const each of all("[data-on]")) each.hidden = each.dataset.on !== how;
  listShares(await Waiting.all(who));
}
first("[data-again]")?.addEventListener("click", () => location.reload());

// ---- Back into the box, to be changed ----

const HERE = /^#take-([0-9a-f]+)$/;

async function take() {
  const id = HERE.exec(location.hash)?.[1];
  const box = first("form[data-box]");
  const one = id && box && (await Waiting.get(id));
  if (!one || one.who !== who) return;
  await Waiting.change(id, { state: "look", taken: true });
  for (const [name, value] of one.fields) if (typeof value === "string") fill(box, name, value);
  if (!Waiting.valueOf(one, "what")) {
    const said = ["url", "text"].map((name) => Waiting.valueOf(one, name)).filter(Boolean);
    first("textarea", box).value = said.join("\n\n") || Waiting.valueOf(one, "title");
  }
  const held = new DataTransfer();
  for (const file of Waiting.filesOf(one)) held.items.add(file);
  if (held.files.length) {
    box.files.files = held.files;
    box.files.dispatchEvent(new Event("change"));
    for (const [name, value] of one.fields) if (name.startsWith("alt-new-")) fill(box, name, value);
  }
  first("textarea", box).dispatchEvent(new Event("input"));
}

function fill(box, name, value) {
  const field = box.elements[name];
  if (field?.type === "checkbox") field.checked = true;
  else if (field && field.type !== "submit" && "value" in field) field.value = value;
  else if (!field && !name.startsWith("alt-new-") && !/^(url|text)$/.test(name)) box.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
}

/** A box from the worker's shelf may have been used before: it gets a key of its own, and what its address says. */
function freshen() {
  if (!shelf.kept) return;
  for (const box of all("form[data-box]")) {
    box.key.value = Waiting.fresh();
    const query = new URLSearchParams(location.search);
    const said = ["url", "text"].map((name) => query.get(name)).filter(Boolean).join("\n\n");
    if (said) first("textarea", box).value = said;
  }
}

// ---- Signing out takes everything along: what would be lost is said first ----

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (new URL(form.action).pathname !== "/sign-out" || form.dataset.sure) return;
  event.preventDefault();
  form.dataset.sure = "1";
  await send();
  if ((await Waiting.all(who)).length) {
    const warned = piece("sign-out");
    form.before(warned);
    say(first("p", warned).textContent.trim());
    return;
  }
  form.requestSubmit(event.submitter);
});

freshen();
await showOffline();
sayAge();
await take();
await sayWaiting();
send();
