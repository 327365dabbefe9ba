// Shares that wait in this browser until they can go out: kept by pages and by the worker, sent by whoever is first.
// No module, since a worker takes one in nowhere but in the newest browsers: it is `self.Waiting` in both.
// Sent once, however often it is tried: each goes out under the key its form had, and the server keeps one of a key
// (docs/why/offline.md).

self.Waiting = (() => {
  const NOT_KEPT = /^(csrfmiddlewaretoken|popup)$/;
  const MOST_FROM_OUTSIDE = 20;
  const MOST_TRIES = 8;
  const QUICK = 60000;
  const SLOW = 900000;

  const open = () => new Promise((done, failed) => {
    const asked = indexedDB.open("passalong", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("shares", { keyPath: "id" });
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });

  /** One transaction; what `act` asked of the shares. */
  async function shares(how, act) {
    const kept = await open();
    try {
      return await new Promise((done, failed) => {
        const turn = kept.transaction("shares", how);
        const asked = act(turn.objectStore("shares"));
        turn.oncomplete = () => done(asked?.result);
        turn.onabort = () => failed(turn.error);
      });
    } finally {
      kept.close();
    }
  }

  /** Says to every open page that what waits is another now, and what went out. */
  function tell(said = {}) {
    const channel = new BroadcastChannel("passalong");
    channel.postMessage(said);
    channel.close();
  }

  const fresh = () => [...crypto.getRandomValues(new Uint8Array(12))].map((each) => each.toString(16).padStart(2, "0")).join("");
  const valueOf = (one, name) => one.fields.find((field) => field[0] === name)?.[1] ?? "";
  const filesOf = (one) => one.fields.filter((field) => field[0] === "files").map((field) => field[1]);

  const all = async (who) => (await shares("readonly", (store) => store.getAll()))
    .filter((one) => one.who === who).sort((one, other) => one.at - other.at);
  const get = (id) => shares("readonly", (store) => store.get(id));
  const drop = async (id) => { await shares("readwrite", (store) => store.delete(id)); tell(); };

  /** Keeps what a form says. `state` is "waiting" (it goes out by itself) or "look" (it wants a press of the person's). */
  async function keep(form, who, state = "waiting") {
    const fields = [...form].filter(([name, value]) => !NOT_KEPT.test(name) && !(value instanceof File && !value.size && !value.name));
    const one = { id: fresh(), who, at: Date.now(), state, why: "", tries: 0, taken: false, fields };
    if (!valueOf(one, "key")) fields.push(["key", fresh()]);
    if (state === "look" && (await all(who)).filter((each) => each.state === "look").length >= MOST_FROM_OUTSIDE) throw new Error("enough");
    await shares("readwrite", (store) => store.put(one));
    await settle(who, valueOf(one, "key"));
    tell();
    return one;
  }

  /** What was taken back into the box to be changed has left it again. */
  async function settle(who, key) {
    for (const one of await all(who)) if (one.taken && valueOf(one, "key") === key) await drop(one.id);
  }

  /** Changes one where it is still there: another tab may have sent or discarded it. */
  async function change(id, to) {
    await shares("readwrite", (store) => {
      const asked = store.get(id);
      asked.onsuccess = () => { if (asked.result) store.put({ ...asked.result, ...to }); };
      return asked;
    });
    tell();
  }

  /** Who the server says I am, and a token; throws where nothing answers. */
  async function ready() {
    const answer = await fetch("/share/ready", { headers: { Accept: "application/json" }, cache: "no-store", signal: AbortSignal.timeout(QUICK) });
    if (answer.status === 401) return { who: "" };
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status}`);
    return answer.json();
  }

  const said = async (answer) => {
    try { return (await answer.json()).error ?? ""; } catch { return ""; }
  };

  async function send(one, token) {
    const form = new FormData();
    for (const [name, value] of one.fields) form.append(name, value);
    form.set("csrfmiddlewaretoken", token);
    form.set("asked", "1");
    const signal = AbortSignal.timeout(filesOf(one).length ? SLOW : QUICK);
    let answer;
    try {
      answer = await fetch("/share", { method: "POST", body: form, headers: { Accept: "application/json" }, redirect: "error", signal });
    } catch (problem) {
      const tries = one.tries + 1;
      await change(one.id, tries < MOST_TRIES ? { tries } : { tries: 0, state: "look", why: "lost" });
      throw problem;
    }
    if (answer.status === 201) {
      await drop(one.id);
      tell({ sent: new URL((await answer.json()).url).pathname });
    } else if (answer.status === 401) await change(one.id, { why: "signed-out" });
    else if (answer.status >= 500) await change(one.id, { why: "broken", words: await said(answer) });
    else if (answer.status !== 403) await change(one.id, { state: "look", why: "refused", words: await said(answer) });
  }

  /** One at a time, in one place at a time: the others that want to send find nothing left to do. */
  const alone = (act) => (navigator.locks ? navigator.locks.request("passalong-waiting", act) : act());

  /** Sends what waits for `who`. Throws where nothing answers: then all of it waits on. */
  const sendAll = (who) => alone(async () => {
    const waits = async () => (await all(who)).filter((one) => one.state === "waiting");
    if (!(await waits()).length) return;
    const there = await ready();
    for (const one of await waits()) {
      if (there.who === who) await send(one, there.token);
      else if (one.why !== "signed-out") await change(one.id, { why: "signed-out" });
    }
  });

  return { all, get, keep, drop, change, settle, sendAll, fresh, valueOf, filesOf };
})();
