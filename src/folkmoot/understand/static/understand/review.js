// Keys for whoever reads a thousand answers: j and k go from one to the next, x ticks, m moves, r renames,
// Enter marks the theme as read. Without this script everything is done with the same forms.
"use strict";

const answers = [...document.querySelectorAll("[data-answer]")];
const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea, button, a, summary");

function go(step) {
  const at = answers.findIndex((answer) => answer.contains(document.activeElement));
  const next = answers[at < 0 ? 0 : Math.min(answers.length - 1, Math.max(0, at + step))];
  if (next) {
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center" });
  }
}

function ticks() {
  const answer = answers.find((one) => one.contains(document.activeElement));
  return answer ? [...answer.querySelectorAll("[name=point]")] : [];
}

function tick(on) {
  for (const box of ticks()) box.checked = on === undefined ? !box.checked : on;
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => tick(),
  m: () => {
    tick(true);
    document.querySelector("[name=move-to]").focus();
  },
  r: () => {
    const rename = document.querySelector("[data-rename]");
    if (!rename) return;
    rename.open = true;
    const name = rename.querySelector("[name=rename-name]");
    name.focus();
    name.select();
  },
  Enter: () => document.querySelector("[data-review]").requestSubmit(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
  // In a field the keys are letters; from a choice of theme Enter sends the form that it stands in.
  if (event.key === "Enter" && event.target.matches("[name=move-to]")) {
    event.preventDefault();
    event.target.form.requestSubmit();
  } else if (!typing(event.target)) {
    event.preventDefault();
    keys[event.key]();
  }
});

for (const help of document.querySelectorAll("[data-keys]")) help.hidden = false;
