// What makes answering easier where scripts run. Without them every page works as it stands.
"use strict";

(() => {
  const page = document.querySelector("[data-answering]");
  if (!page) return;
  const place = "folkmoot-" + page.dataset.answering;
  const stored = (key, empty) => {
    try { return JSON.parse(sessionStorage.getItem(place + key)) ?? empty; } catch { return empty; }
  };
  const store = (key, value) => {
    try { sessionStorage.setItem(place + key, JSON.stringify(value)); } catch { /* private mode: pages work without */ }
  };

  // Typed words survive a closed tab, a lost connection and an expired form.
  for (const form of page.querySelectorAll("form[data-keep]")) {
    for (const field of form.querySelectorAll("textarea")) {
      const key = "-text-" + field.name;
      const kept = stored(key, null);
      if (kept !== null && !field.value) field.value = kept;
      field.addEventListener("input", () => store(key, field.value));
      form.addEventListener("submit", () => window.addEventListener("pagehide", () => store(key, null)));
    }
  }

  for (const left of page.querySelectorAll("[data-left-of]")) {
    const field = left.closest("form").querySelector("textarea");
    const show = () => {
      const number = Number(left.dataset.leftOf) - field.value.length;
      left.hidden = number > 1000;
      left.textContent = left.dataset.words.replace("%s", number.toLocaleString(document.documentElement.lang));
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
  const BATCH = 5, IDLE = 2500, RETRY = 5000;
  let ahead = JSON.parse(document.getElementById("upcoming").textContent);
  let pending = stored("-votes", {});
  const [voted, total] = (progress.textContent.match(/\d+/g) || [0, 0]).map(Number);
  let counted = voted, there = total, timer = 0, sending = false;
  const sent = new Set(Object.keys(pending));

  const say = (words) => { if (status.textContent !== words) status.textContent = words; };

  const show = (focus) => {
    ahead = ahead.filter((one) => !sent.has(one.id));
    const one = ahead[0];
    voting.hidden = !one;
    part("all-done").hidden = Boolean(one) || sending || Object.keys(pending).length > 0;
    progress.textContent = progress.dataset.words.replace("%1", counted).replace("%2", Math.max(there, counted));
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

  const flush = async (leaving) => {
    clearTimeout(timer);
    const votes = { ...pending };
    if (!Object.keys(votes).length || (sending && !leaving)) return;
    sending = true;
    say(voting.dataset.saving);
    try {
      const answer = await fetch(voting.action, {
        method: "POST", body: body(votes), keepalive: true, credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      const found = await answer.json();
      // Nothing is called saved before the server has said so.
      if (!answer.ok) {
        say(found.problem || voting.dataset.failed);
        if (answer.status < 500 && answer.status !== 429) { pending = {}; store("-votes", pending); }
        else timer = setTimeout(flush, RETRY);
        return;
      }
      for (const id of Object.keys(votes)) if (pending[id] === votes[id]) delete pending[id];
      store("-votes", pending);
      counted = found.voted + Object.keys(pending).length;
      there = found.total;
      const known = new Set(ahead.map((one) => one.id));
      ahead.push(...found.ahead.filter((one) => !known.has(one.id)));
      say(found.late ? voting.dataset.late : voting.dataset.saved);
    } catch {
      say(voting.dataset.failed);
      timer = setTimeout(flush, RETRY);
    } finally {
      sending = false;
      if (voting.hidden) show(false);
      if (Object.keys(pending).length >= BATCH) flush();
    }
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
    if (Object.keys(pending).length >= BATCH || ahead.length < 2) flush();
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
    if (!Object.keys(pending).length) return;
    event.preventDefault();
    await flush(true);
    location.href = link.href;
  }));

  // Single keys are an extra that one has to ask for (WCAG 2.1.4).
  const keys = part("use-keys"), CHOICES = { a: "agree", d: "disagree", n: "unsure" };
  part("keys").hidden = false;
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
  if (Object.keys(pending).length) flush();
})();
