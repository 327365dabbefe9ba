// Everything here only makes quicker what links and forms already do: each page works without it.
// No library: what would be one is the two functions `part` and `put` (docs/why/front-end.md).

const first = (what, within = document) => within.querySelector(what);
const all = (what, within = document) => [...within.querySelectorAll(what)];
const PART = { "X-Part": "1" };

/** Says it to those who listen instead of looking. */
function say(words) {
  const live = first("#live");
  live.textContent = "";
  setTimeout(() => { live.textContent = words; }, 60);
}

/** A piece of a page of ours, as elements; throws where the answer is none. */
async function part(address, sent) {
  const answer = await fetch(address, sent ? { method: "POST", headers: PART, body: sent } : { headers: PART });
  if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
  return document.createRange().createContextualFragment(await answer.text());
}

// ---- What one does with a card, in place ----

function remembered(form, button) {
  const sent = new FormData(form);
  if (button?.name) sent.set(button.name, button.value);
  return sent;
}

async function act(button) {
  const card = button.closest("[data-item]");
  const here = card.contains(document.activeElement);
  button.disabled = true;
  try {
    const piece = await part(button.formAction, remembered(button.form, button));
    const fresh = first("article", piece);
    if (fresh) {
      card.replaceWith(fresh);
      retryPictures(fresh);
      if (here) (first(`[data-act="${button.dataset.act}"]`, fresh) ?? fresh).focus();
    } else {
      const cards = all("article.card");
      const place = cards.indexOf(card);
      const near = cards[place + 1] ?? cards[place - 1] ?? first("#main");
      const did = first("[data-did]", piece);
      if (did) {
        card.replaceWith(did);
        say(first("p", did).textContent.trim());
      } else card.remove();
      if (here) near.focus();
    }
  } catch {
    button.disabled = false;
    button.dataset.plain = "1";
    button.click();
  }
}

document.addEventListener("allauth.error", (event) => {
  const words = first("[data-no-passkey]");
  if (!words) return;
  event.preventDefault();
  words.hidden = false;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button || button.dataset.plain || !button.closest("article.card:not(.reading)")) return;
  event.preventDefault();
  act(button);
});

/** Opening is seeing: sent by the form's own key, so that no link of a stranger's can do it. */
function opened(id) {
  const form = first("#act");
  if (form) fetch(`/items/${id}/seen`, { method: "POST", headers: PART, body: new FormData(form), keepalive: true }).catch(() => {});
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-open]");
  const card = link?.closest("[data-item].new");
  if (card && !link.pathname.startsWith("/read/")) {
    opened(card.dataset.item);
    card.classList.remove("new");
    first(".dot", card)?.remove();
  }
});
const reading = first("[data-opened]");
if (reading) opened(reading.dataset.item);

// ---- Load more, in place ----

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-load-more]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await part(link.href);
    const piece = document.createDocumentFragment();
    piece.append(...(first("[data-cards]", answer) ?? answer).childNodes);
    const cards = all("article", piece);
    retryPictures(piece);
    link.closest(".load-more").replaceWith(piece);
    cards[0]?.focus();
    say((link.dataset.said ?? "+ %s").replace("%s", number(cards.length)));
  } catch {
    location.href = link.href;
  }
});

// ---- Pictures that were not ready: asked again, a few times ----

function retryPictures(within) {
  for (const picture of all('img[src^="/picture/"]', within)) {
    let tries = 0;
    const look = () => {
      picture.classList.remove("waiting");
      if (picture.naturalHeight === 1 && !picture.matches(".face")) (picture.closest(".shot") ?? picture).hidden = true;
    };
    picture.addEventListener("load", look);
    picture.addEventListener("error", () => {
      tries += 1;
      picture.classList.add("waiting");
      if (tries < 5) setTimeout(() => { picture.src = picture.getAttribute("src"); }, 1000 * 2 ** tries);
    });
    if (picture.complete && picture.naturalWidth) look();
    else if (picture.complete && picture.loading !== "lazy") picture.src = picture.getAttribute("src");
  }
}
retryPictures(document);

// ---- The box ----

const LONE = /^\s*(https?:\/\/[^\s]+|www\.[^\s]+\.[^\s]+)\s*$/i;
const WAIT = 5;

/** What was typed and not shared yet is there again when one comes back, in this tab. */
function remember(box, what) {
  if (location.search || location.hash || box.getAttribute("action") !== "/share") return;
  try {
    what.value ||= sessionStorage.typed ?? "";
    what.addEventListener("input", () => { sessionStorage.typed = what.value; });
  } catch { /* this browser keeps nothing */ }
}
const forget = () => { try { sessionStorage.removeItem("typed"); } catch { /* it kept nothing */ } };
if (first("[data-undo-for]")) forget();
document.addEventListener("submit", ({ target }) => { if (target.getAttribute("action") === "/sign-out") forget(); });

function useBox(box) {
  const what = first("textarea", box);
  remember(box, what);
  const files = first('input[type="file"]', box);
  const line = first("[data-countdown]", box);
  const text = first("[data-countdown-text]", box);
  let timer = 0;
  let sent = false;

  const stop = () => {
    clearInterval(timer);
    timer = 0;
    if (line) line.hidden = true;
  };
  const share = () => {
    stop();
    if (!sent && (what.value.trim() || files?.files.length)) box.requestSubmit();
  };
  const count = () => {
    if (!line) return;
    stop();
    let left = WAIT;
    const show = () => { text.textContent = text.dataset.words.replace("%s", number(left)); };
    show();
    line.hidden = false;
    say(text.textContent);
    timer = setInterval(() => {
      left -= 1;
      if (left > 0) show();
      else share();
    }, 1000);
  };

  what.addEventListener("paste", () => setTimeout(() => { if (LONE.test(what.value) && !files?.files.length) count(); }));
  what.addEventListener("input", (event) => { if (event.inputType !== "insertFromPaste") stop(); });
  what.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && timer) { event.preventDefault(); stop(); }
    if (event.key !== "Enter" || event.isComposing || event.shiftKey) return;
    if (event.ctrlKey || event.metaKey || LONE.test(what.value)) { event.preventDefault(); share(); }
  });
  first("[data-wait]", box)?.addEventListener("click", () => { stop(); what.focus(); });
  box.addEventListener("submit", (event) => {
    stop();
    if (sent) event.preventDefault();
    sent = true;
    setTimeout(() => { sent = false; }, 4000);
  });
  box.addEventListener("reset", () => { sent = false; });

  what.addEventListener("input", () => sayLimits(box));
  if (!files) return;
  const add = (found) => { addFiles(box, found); stop(); };
  files.addEventListener("change", () => add(files.files));
  what.addEventListener("paste", (event) => {
    if (event.clipboardData?.files.length) { event.preventDefault(); add(event.clipboardData.files); }
  });
  box.addEventListener("dragover", (event) => {
    if ([...event.dataTransfer.types].includes("Files")) { event.preventDefault(); box.classList.add("dropping"); }
  });
  box.addEventListener("dragleave", () => box.classList.remove("dropping"));
  box.addEventListener("drop", (event) => {
    box.classList.remove("dropping");
    if (event.dataTransfer.files.length) { event.preventDefault(); add(event.dataTransfer.files); }
  });
  if (files.files.length) add(files.files);
}

// ---- The files in the box: a row for each, and what a picture shows ----

const chosen = new WeakMap();
const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
/** In the digits that the rest of the page has: Django writes 0 to 9 in every language. */
const number = (count, how) =>
  new Intl.NumberFormat(document.documentElement.lang, { numberingSystem: "latn", ...how }).format(count);

function addFiles(box, found) {
  const rows = chosen.get(box) ?? [];
  const fresh = [...found].filter((file) => !rows.some((row) => same(row.file, file)));
  chosen.set(box, [...rows, ...fresh.map((file) => ({ file, row: rowOf(box, file) }))]);
  showFiles(box);
  if (!fresh.length || !first("[data-near]", box)?.hidden) return;
  const { added, shows } = first("[data-chosen]", box).dataset;
  const words = fresh.some((file) => file.type.startsWith("image/")) ? shows : added;
  say(words.replace("%s", fresh.map((file) => file.name).join(", ")));
}

/** The rows are what counts: the field that is sent follows them, and each description the place of its file. */
function showFiles(box) {
  const held = new DataTransfer();
  const list = first("[data-chosen]", box);
  chosen.get(box).forEach(({ file, row }, place) => {
    held.items.add(file);
    const shows = first("input", row);
    if (shows) shows.name = `alt-new-${place}`;
    list.append(row);
  });
  first('input[type="file"]', box).files = held.files;
  list.hidden = !list.children.length;
  sayLimits(box);
}

function rowOf(box, file) {
  const row = first("li", first("[data-chosen-row]", box).content.cloneNode(true));
  const mega = file.size >= 1e6;
  first("[data-name]", row).textContent = file.name;
  first("[data-size]", row).textContent = number(mega ? file.size / 1e6 : Math.ceil(file.size / 1e3),
    { style: "unit", unit: mega ? "megabyte" : "kilobyte", maximumFractionDigits: 1 });
  if (file.type.startsWith("image/")) draw(file, first("canvas", row));
  else for (const part of all("canvas, .chosen-shows", row)) part.remove();
  const out = first("[data-leave-out]", row);
  out.setAttribute("aria-label", out.dataset.words.replace("%s", file.name));
  out.addEventListener("click", () => {
    chosen.set(box, chosen.get(box).filter((each) => each.row !== row));
    row.remove();
    showFiles(box);
    first('input[type="file"]', box).focus();
  });
  return row;
}

async function draw(file, canvas) {
  try {
    const picture = await createImageBitmap(file);
    const side = Math.min(picture.width, picture.height);
    const [left, top] = [(picture.width - side) / 2, (picture.height - side) / 2];
    canvas.getContext("2d").drawImage(picture, left, top, side, side, 0, 0, canvas.width, canvas.height);
    picture.close();
  } catch { /* not a picture that this browser draws: its name stands beside it */ }
}

const tooLarge = (box) => {
  const most = first("[data-near]", box)?.dataset.mostBytes ?? Infinity;
  return (chosen.get(box) ?? []).map((each) => each.file).find((file) => file.size > most);
};
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form.box") || !tooLarge(event.target)) return;
  event.preventDefault(); // it would travel for minutes only to be refused
  event.stopImmediatePropagation();
  say(first("[data-near]", event.target).textContent);
}, true);

/** What fits is said when it comes near, before anything is sent. */
function sayLimits(box) {
  const near = first("[data-near]", box);
  if (!near) return;
  const { mostWords, mostFiles, left, over, many, big } = near.dataset;
  const large = tooLarge(box);
  const extra = (chosen.get(box) ?? []).length - mostFiles;
  const written = first("textarea", box).value;
  const fit = mostWords - (written.length > mostWords * 0.9 ? [...written].length : 0);
  let said = "";
  if (large) said = big.replace("%s", large.name);
  else if (extra > 0) said = many.replace("%s", number(extra));
  else if (fit < 0) said = over.replace("%s", number(-fit));
  else if (fit < mostWords / 10) said = left.replace("%s", number(fit));
  if (near.hidden && said) say(said);
  near.textContent = said;
  near.hidden = !said;
}
all("form[data-box]").forEach(useBox);

// ---- Pass along and Thank: done where one is, with the way back ----

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-gesture]");
  const card = button?.closest("article");
  if (!card || button.dataset.plain) return;
  event.preventDefault();
  button.disabled = true;
  try {
    const piece = await part(button.formAction, new FormData(button.form));
    const did = first("[data-did]", piece);
    if (!did) throw new Error("nothing was said");
    first("[data-did]", card)?.remove();
    button.ariaPressed = "true";
    did.tabIndex = -1;
    button.closest(".acts").after(did);
    did.focus();
    say(first("p", did).textContent.trim());
    button.disabled = false;
  } catch {
    button.disabled = false;
    button.dataset.plain = "1";
    button.click();
  }
});

// ---- While a link is in the box: who of my people shared it already ----

const PAUSE = 120;

function watchBox(box) {
  const what = first("textarea[name=what]", box);
  const place = first("[data-nearby]", box);
  const ask = first("[data-ask]", box);
  if (!what || !place) return;
  let last = "";
  let timer = 0;

  const look = async () => {
    const said = what.value.trim();
    if (said === last) return;
    last = said;
    if (!/https?:\/\/|www\./i.test(said)) {
      place.replaceChildren();
      return;
    }
    try {
      const piece = await part(`/share/nearby?url=${encodeURIComponent(said.slice(0, 4000))}`);
      if (said === last) place.replaceChildren(piece);
    } catch { /* what is not known is not said */ }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
    if (ask) ask.hidden = !/[?？؟]/.test(what.value);
  };
  what.addEventListener("input", later);
  if (ask) ask.hidden = !/[?？؟]/.test(what.value);
  last = what.value.trim();
}
all("form[data-box]").forEach(watchBox);

// ---- Shared, and the way back for ten seconds ----

for (const shared of all("[data-undo-for]")) {
  say(first("p", shared).textContent.trim());
  const undo = first("form", shared);
  const until = Date.now() + 1000 * shared.dataset.undoFor;
  const watch = setInterval(() => {
    if (Date.now() < until || shared.contains(document.activeElement) || shared.matches(":hover")) return;
    clearInterval(watch);
    undo?.remove();
  }, 500);
  const clean = new URL(location.href);
  clean.searchParams.delete("shared");
  history.replaceState(null, "", clean);
}

// ---- The button for the browser's bar does nothing here: it says where it belongs ----

document.addEventListener("click", (event) => {
  const button = event.target.closest("a[data-drag]");
  if (!button) return;
  event.preventDefault();
  let said = button.parentElement.querySelector(".hint");
  if (!said) button.after(said = Object.assign(document.createElement("span"), { className: "hint" }));
  said.textContent = ` ${button.dataset.drag}`;
  say(button.dataset.drag);
});

// ---- What folds open closes again ----

document.addEventListener("click", (event) => {
  for (const open of all("details.more[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.more[open]");
  if (open) { open.open = false; first("summary", open).focus(); }
});

// ---- Where the focus goes after what one did: never nowhere (WCAG 2.2: 2.4.3, 2.4.11, 4.1.3) ----

/** A form of a card comes back to that card. */
document.addEventListener("submit", (event) => {
  const card = event.submitter?.closest("article[id]");
  if (event.target.id !== "act" || !card) return;
  const next = event.target.elements.namedItem("next");
  next.value = `${next.value.split("#")[0]}#${card.id}`;
});

/** After a page came: what is wrong, else what was done, unless the page or its address names another place. */
function arrive() {
  const said = first(".said[data-said], .said.shared:not([data-undo-for])");
  const taken = first("[autofocus]") ?? (location.hash && document.getElementById(location.hash.slice(1)));
  const to = first("main [aria-invalid=true]") ?? said;
  if (taken && said) say(said.textContent.trim());
  if (taken || !to) return;
  if (to === said) said.tabIndex = -1;
  to.focus();
}
arrive();

document.addEventListener("focusin", (event) => {
  for (const open of all("details.more[open]")) if (!open.contains(event.target)) open.open = false;
});

// ---- What somebody shared is still on its way: put in place when it comes, without a reload ----

async function waitFor(shared) {
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const came = first("#shared-by", fresh);
    if (answer.ok && came && !("fetching" in came.dataset)) {
      for (const state of all(".place[id] .state")) {
        const now = first(`#${state.closest(".place").id} .state`, fresh);
        if (now) state.replaceWith(now);
      }
      shared.replaceWith(came);
      retryPictures(came);
      say(came.dataset.came);
      return;
    }
  } catch { /* asked again */ }
  setTimeout(() => waitFor(shared), 2000);
}
if (first("#shared-by[data-fetching]")) setTimeout(() => waitFor(first("#shared-by")), 1000);

// ---- Where somebody was before us, we ask again by ourselves ----

all("form[data-again]").forEach((form) => {
  setTimeout(() => form.isConnected && form.requestSubmit(), form.dataset.again * 1000);
});

// ---- One key for each, with an off switch in settings (WCAG 2.1.4) ----

function move(by) {
  const cards = all("article.card");
  if (!cards.length) return;
  const now = cards.findIndex((card) => card.contains(document.activeElement));
  const seen = cards.findIndex((card) => card.getBoundingClientRect().bottom > 80);
  const next = now < 0 ? Math.max(seen, 0) : now + by;
  if (next >= cards.length) first("a[data-load-more]")?.focus();
  else cards[Math.max(next, 0)].focus();
  document.activeElement.scrollIntoView({ block: "nearest" });
}
const current = () => document.activeElement.closest("article.card") ?? first("article.card");
const press = (what) => first(`[data-act="${what}"]`, current() ?? document)?.click();
const go = (field, page) => (first(field) ? first(field).focus() : location.assign(page));
const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => (first("a[data-open]", current() ?? document) ?? first(".original a"))?.click(),
  m: () => press("seen"),
  b: () => press("keep"),
  s: () => go("#what", "/"),
  f: () => go("[data-follow] [name=address]", "/people#address"),
  "/": () => go("[data-find]", "/people#find"),
  "?": () => first("#keys").showModal(),
};
const writes = (where) => where.isContentEditable || /^(textarea|select)$/i.test(where.tagName)
  || (where.tagName === "INPUT" && !/^(checkbox|radio|button|submit|file)$/.test(where.type));

if ("shortcuts" in document.body.dataset) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writes(event.target)) return;
    if (first("dialog[open]") || !Object.hasOwn(KEYS, event.key)) return;
    event.preventDefault();
    KEYS[event.key]();
  });
}

// ---- Where one lives, as the browser says it: once, for whoever has not chosen ----

if ("noZone" in document.body.dataset && first("#act")) {
  const sent = new FormData(first("#act"));
  sent.set("zone", Intl.DateTimeFormat().resolvedOptions().timeZone ?? "");
  fetch("/settings/zone", { method: "POST", headers: PART, body: sent }).catch(() => {});
}

// ---- Who is not signed in has nothing of the owner's in this browser (docs/why/offline.md) ----

const workers = first("#act") ? null : navigator.serviceWorker;
workers?.controller?.postMessage("gone");
workers?.getRegistrations().then((found) => found.forEach((each) => each.unregister()));
if (workers) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
