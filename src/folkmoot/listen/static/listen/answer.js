// What makes answering easier where scripts run. Without them every page works as it stands.
"use strict";

(() => {
  const page = document.querySelector("[data-answering]");
  if (!page) return;
  // Of this seat alone: what somebody typed is not shown to the next person at the same device.
  const seat = "folkmoot-" + page.dataset.answering + "-", place = seat + page.dataset.step;
  const stored = (key, empty) => {
    try { return JSON.parse(sessionStorage.getItem(place + key)) ?? empty; } catch { return empty; }
  };
  const store = (key, value) => {
    try { sessionStorage.setItem(place + key, JSON.stringify(value)); } catch { /* private mode: pages work without */ }
  };

  // Typed words survive a lost connection and an expired form. They are forgotten when the server has taken
  // them in: the page they were sent from has led on to another one, or to the statement that they became.
  const arrived = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  const cameFrom = (path) => Boolean(document.referrer) && new URL(document.referrer).pathname === path;
  try {
    for (const key of Object.keys(sessionStorage).filter((one) => one.startsWith(seat) && one.includes("-text-"))) {
      const kept = JSON.parse(sessionStorage.getItem(key));
      const ledOn = !key.startsWith(place + "-") && cameFrom(kept.path);
      const became = key.startsWith(place + "-") && kept.adds && location.search.includes("show=");
      if (kept.sent && arrived && (ledOn || became)) sessionStorage.removeItem(key);
    }
  } catch { /* private mode */ }
  for (const form of page.querySelectorAll("form[data-keep]")) {
    for (const field of form.querySelectorAll("textarea")) {
      const key = "-text-" + field.name, kept = stored(key, null);
      // What the server holds: not what it shows back because it did not take it in.
      const base = kept && "shownBack" in form.dataset ? kept.base : field.defaultValue;
      const keep = (sent) => store(key, {
        text: field.value, base: base, sent: sent, path: location.pathname, adds: "adds" in form.dataset,
      });
      if (kept && kept.base === base && kept.text.trim() !== base.trim()) field.value = kept.text;
      if (kept) keep(false);
      field.addEventListener("input", () => keep(false));
      form.addEventListener("submit", () => keep(true));
    }
  }

  for (const counter of page.querySelectorAll("[data-left-of]")) {
    const field = counter.closest("form").querySelector("textarea");
    const show = () => {
      const number = Number(counter.dataset.leftOf) - field.value.length;
      counter.hidden = number > 1000;
      const words = number < 0 ? counter.dataset.over : counter.dataset.words;
      counter.textContent = words.replace("%s", Math.abs(number).toLocaleString(document.documentElement.lang));
    };
    field.addEventListener("input", show);
    show();
  }

  for (const share of page.querySelectorAll("[data-share]")) {
    const fields = [...share.closest("form").querySelectorAll("input[type=number]")];
    const show = () => {
      const given = fields.reduce((sum, field) => sum + (Number(field.value) || 0), 0);
      share.hidden = false;
      share.textContent = share.dataset.words.replace("%s", Number(share.dataset.share) - given);
    };
    fields.forEach((field) => field.addEventListener("input", show));
    show();
  }

  const voting = page.querySelector("form[data-voting]");
  if (!voting || !window.fetch) return;
  const part = (name) => page.querySelector(`[data-${name}]`);
  const status = part("status"), text = part("text"), author = part("author"), progress = part("progress");
  const BATCH = 5, MOST = 50, IDLE = 2500, RETRY = 5000;
  let ahead = JSON.parse(document.getElementById("upcoming").textContent);
  let pending = stored("-votes", {});
  const [voted, total] = (progress.textContent.match(/\d+/g) || [0, 0]).map(Number);
  let counted = voted, there = total, timer = 0, sending = false, size = MOST;
  const sent = new Set(Object.keys(pending));

  const say = (words) => { if (status.textContent !== words) status.textContent = words; };

  const tell = () => {
    progress.textContent = progress.dataset.words.replace("%1", counted).replace("%2", Math.max(there, counted));
  };

  const show = (focus) => {
    ahead = ahead.filter((one) => !sent.has(one.id));
    const one = ahead[0];
    voting.hidden = !one;
    part("all-done").hidden = Boolean(one) || sending || left() > 0;
    tell();
    if (!one) return;
    voting.elements.statement.value = one.id;
    text.textContent = one.text;
    author.textContent = one.byOrganisers ? author.dataset.organisers : author.dataset.participant;
    if (focus) text.parentElement.focus({ preventScroll: true });
  };

  const body = (votes) => {
    const form = new FormData();
    form.append("csrfmiddlewaretoken", voting.elements.csrfmiddlewaretoken.value);
    form.append("version", voting.elements.version.value);
    form.append("ahead", "1");
    for (const [id, choice] of Object.entries(votes)) form.append("vote-" + id, choice);
    return form;
  };

  const left = () => Object.keys(pending).length;

  // What the server said to these votes: milliseconds until the rest is sent; none where a new page is needed.
  // Nothing is called saved before the server has said so, and nothing is dropped unless it has said why.
  const heard = async (answer, votes) => {
    if (answer.status === 403) { say(voting.dataset.expired); return null; }
    // A full disk, say: they are kept here and sent again.
    if (answer.status >= 500) throw new Error(answer.status);
    if (!(answer.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error(answer.status);
    const found = await answer.json();
    if (answer.status === 422 && Object.keys(votes).length > 1) {
      // One of them is refused: one at a time tells which.
      size = 1;
      return 0;
    }
    for (const id of Object.keys(votes)) if (pending[id] === votes[id]) delete pending[id];
    store("-votes", pending);
    if (!answer.ok) { say(found.problem); return 0; }
    counted = found.voted + left();
    there = found.total;
    tell();
    const known = new Set(ahead.map((one) => one.id));
    ahead.push(...found.ahead.filter((one) => !known.has(one.id)));
    say(found.late ? voting.dataset.late : voting.dataset.saved);
    return left() >= BATCH || size === 1 ? 0 : IDLE;
  };

  const flush = async (leaving) => {
    clearTimeout(timer);
    const votes = Object.fromEntries(Object.entries(pending).slice(0, size));
    if (!Object.keys(votes).length || (sending && !leaving)) return;
    sending = true;
    say(voting.dataset.saving);
    // A hall of phones does not come back all at the same moment.
    let wait = RETRY * (1 + Math.random());
    try {
      wait = await heard(await fetch(voting.action, {
        method: "POST", body: body(votes), keepalive: true, credentials: "same-origin",
        headers: { Accept: "application/json" },
      }), votes);
    } catch {
      say(voting.dataset.failed);
    }
    sending = false;
    if (!left()) size = MOST;
    if (voting.hidden) show(false);
    if (left() && wait !== null) timer = setTimeout(flush, wait);
  };

  const cast = (choice) => {
    const id = voting.elements.statement.value;
    if (voting.hidden || !id) return;
    if (!(id in pending)) counted += 1;
    pending[id] = choice;
    sent.add(id);
    store("-votes", pending);
    show(true);
    clearTimeout(timer);
    if (left() >= BATCH || ahead.length < 2) flush();
    else timer = setTimeout(flush, IDLE);
  };

  voting.addEventListener("submit", (event) => {
    const choice = event.submitter && event.submitter.value;
    if (!choice) return;
    event.preventDefault();
    cast(choice);
  });
  window.addEventListener("pagehide", () => flush(true));
  document.addEventListener("visibilitychange", () => { if (document.hidden) flush(true); });
  page.querySelectorAll("[data-leave]").forEach((link) => link.addEventListener("click", async (event) => {
    if (!left()) return;
    event.preventDefault();
    await flush(true);
    // Once she is told that something is not saved yet; pressing again goes on.
    if (!left() || link.dataset.leave) location.href = link.href;
    link.dataset.leave = "told";
  }));

  // Single keys are an extra that one has to ask for (WCAG 2.1.4).
  const keys = part("use-keys"), CHOICES = { a: "agree", d: "disagree", n: "unsure" };
  // A telephone has none to press.
  part("keys").hidden = !window.matchMedia("(any-pointer: fine)").matches;
  try { keys.checked = localStorage.getItem("folkmoot-keys") === "on"; } catch { /* off */ }
  keys.addEventListener("change", () => {
    try { localStorage.setItem("folkmoot-keys", keys.checked ? "on" : "off"); } catch { /* for this page only */ }
  });
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("textarea, input:not([type=checkbox]), select");
    const choice = CHOICES[event.key.toLowerCase()];
    if (keys.checked && choice && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      cast(choice);
    }
  });
  show(false);
  if (left()) flush();
})();
