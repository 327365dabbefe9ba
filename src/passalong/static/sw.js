// The worker: keeps the last pages for when nothing answers, and a share that cannot go out (docs/why/offline.md).
// site/offline.py puts HOUSE before it: the files of this version. Whose browser it is stands in its own address, so
// that another person, or another language, is another worker, which throws away what this one kept.

importScripts(HOUSE.waiting);

const asked = new URL(self.location.href).searchParams;
const WHO = asked.get("who") ?? "";
const FILES = `passalong-files-${HOUSE.version}`;
const PAGES = `passalong-pages-${WHO}-${asked.get("lang")}`;
const PICTURES = `passalong-pictures-${WHO}`;
/** Pages of the owner's alone: a stranger is sent to sign in from each, so none of theirs is ever kept. */
const KEPT = /^\/(river|came-back|people|share|offline|read\/\d+)$/;
const ALWAYS = ["/offline", "/share", "/river"];
const MOST_PAGES = 40;
const MOST_PICTURES = 150;
const LARGEST_PICTURE = 2e6;
const PATIENCE = 4000;
const SHARE_PATIENCE = 20000;

// ---- Coming and going ----

self.addEventListener("install", (event) => event.waitUntil(stock().then(() => self.skipWaiting())));

async function stock() {
  await (await caches.open(FILES)).addAll(HOUSE.files);
  for (const path of ALWAYS) await keepPage(path, await fetch(path, { redirect: "manual", cache: "no-store" }));
  if (!(await pageOf("/offline"))) throw new Error("nobody is signed in");
}

self.addEventListener("activate", (event) => event.waitUntil(settleIn()));

async function settleIn() {
  for (const name of await caches.keys()) {
    if (name.startsWith("passalong-") && ![FILES, PAGES, PICTURES].includes(name)) await caches.delete(name);
  }
  await self.clients.claim();
}

/** A page that no longer knows the owner says so: from then on nothing is put back that it threw away. */
let gone = false;
self.addEventListener("message", (event) => { gone ||= event.data === "gone"; });

self.addEventListener("sync", (event) => event.waitUntil(Waiting.sendAll(WHO)));

// ---- What is kept ----

async function bounded(cache, most) {
  const kept = (await cache.keys()).filter((each) => !ALWAYS.includes(nameOf(each.url)));
  for (const old of kept.slice(0, Math.max(0, kept.length - most))) await cache.delete(old);
}

const nameOf = (address) => new URL(address, self.location.href).href.slice(self.location.origin.length);

/** A page as it came, and when. The last that was opened is the last that goes. */
async function keepPage(name, answer) {
  if (gone || answer.status !== 200 || answer.redirected || !answer.headers.get("Content-Type")?.startsWith("text/html")) return;
  const headers = new Headers(answer.headers);
  headers.set("X-Kept", new Date().toISOString());
  for (const gone of ["Content-Encoding", "Content-Length", "Vary", "Set-Cookie"]) headers.delete(gone);
  const cache = await caches.open(PAGES);
  const page = new Response(await answer.arrayBuffer(), { headers });
  await cache.delete(name);
  await cache.put(name, page);
  await bounded(cache, MOST_PAGES);
}

/** Looks without making a shelf where there is none. */
const pageOf = (name) => caches.match(name, { cacheName: PAGES });

/** A kept page says since when, for later.js to put into words; `how` is "page", "other" or "unsent". */
async function asKept(page, how) {
  const text = await page.text();
  const since = page.headers.get("X-Kept");
  return new Response(text.replace("<body", `<body data-kept="${since}" data-kept-how="${how}"`), { headers: page.headers });
}

// ---- Pages: the network first, for as long as one waits gladly ----

/** What stands in for a page that cannot be had. A box is a box, whatever address it was asked by. */
async function instead(url) {
  const same = await pageOf(url.pathname + url.search);
  if (same) return asKept(same, "page");
  const like = url.pathname === "/" ? "/share" : url.pathname;
  const near = ["/share", "/river"].includes(like) && (await pageOf(like));
  if (near) return asKept(near, "page");
  return offline("other");
}

const offline = async (how) => {
  const page = await pageOf("/offline");
  return page ? asKept(page, how) : Response.error();
};

const broken = (answer) => answer.status >= 502 && answer.status <= 504;

async function page(event) {
  const url = new URL(event.request.url);
  const box = url.pathname === "/share" && url.search;
  const coming = fetch(event.request);
  if (KEPT.test(url.pathname) && !box) {
    event.waitUntil(coming.then((answer) => keepPage(url.pathname + url.search, answer.clone())).catch(() => {}));
  }
  try {
    const known = await pageOf(url.pathname + url.search);
    const answer = await (known ? Promise.race([coming, tooLate(PATIENCE)]) : coming);
    return broken(answer) ? await instead(url) : answer;
  } catch {
    return instead(url);
  }
}

const tooLate = (after) => new Promise((_, failed) => { setTimeout(() => failed(new Error("too late")), after); });

// ---- What pages are made of ----

async function file(request) {
  const kept = await caches.match(request, { cacheName: FILES });
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request, { cacheName: FILES, ignoreSearch: true })) ?? Response.error();
  }
}

async function picture(event) {
  try {
    const answer = await fetch(event.request);
    const small = Number(answer.headers.get("Content-Length") ?? 0) < LARGEST_PICTURE;
    if (answer.status === 200 && small && !gone) event.waitUntil(keepPicture(event.request.url, answer.clone()).catch(() => {}));
    return answer;
  } catch {
    return (await caches.match(event.request.url, { cacheName: PICTURES })) ?? Response.error();
  }
}

async function keepPicture(address, answer) {
  const cache = await caches.open(PICTURES);
  await cache.put(address, answer);
  await bounded(cache, MOST_PICTURES);
}

// ---- Shares ----

const away = () => Response.redirect("/offline?kept=1", 303);

async function keepShare(form, state) {
  await Waiting.keep(form, WHO, state);
  try { await self.registration.sync?.register("passalong-shares"); } catch { /* it goes out with the next page instead */ }
  return away();
}

/** What is sent goes out, or is kept: also where the answer was lost, since its key lets the server keep it once. */
async function share(request) {
  const form = await request.formData();
  const patient = [...form.values()].some((value) => value instanceof File && value.size);
  const signal = patient ? undefined : AbortSignal.timeout(SHARE_PATIENCE);
  let answer;
  try {
    answer = await fetch(request.url, { method: "POST", body: form, redirect: "manual", headers: { Accept: "text/html" }, signal });
  } catch {
    return keepShare(form, "waiting");
  }
  if (broken(answer)) return keepShare(form, "waiting");
  if (answer.type === "opaqueredirect") await Waiting.settle(WHO, form.get("key"));
  return answer;
}

/** From another app: it carries no sign of who sent it, so it waits for a press of the person's. */
async function fromOutside(request) {
  try { return await keepShare(await request.formData(), "look"); } catch { return offline("unsent"); }
}

/** Only what a form of ours sends may go through here: a worker's own request would vouch for a stranger's. */
const isOurs = (request) => request.referrer.startsWith(`${self.location.origin}/`);

function sent(event) {
  const { pathname } = new URL(event.request.url);
  const without = !navigator.onLine;
  if (pathname === "/share/target") { if (without) event.respondWith(fromOutside(event.request)); return; }
  if (!isOurs(event.request)) return;
  if (pathname === "/share") event.respondWith(share(event.request));
  else if (without) event.respondWith(offline("unsent"));
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (request.method === "POST") sent(event);
    else if (request.method === "GET" && !/^\/(hello|sign-in|sign-out|oauth|account|file|sw\.js)(\/|$)/.test(pathname)) event.respondWith(page(event));
  } else if (request.method !== "GET") return;
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.destination === "image" && /^\/(picture|file)\//.test(pathname)) event.respondWith(picture(event));
});
