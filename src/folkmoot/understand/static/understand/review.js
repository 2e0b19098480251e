// Keys for whoever reads a thousand answers: j and k go from one to the next, x ticks, m moves, r renames, s splits,
// p puts together, / searches, a accepts the rest; Enter goes to the next page, and from the last marks the theme as
// read. Without this script everything is done with the same forms.
"use strict";

const answers = [...document.querySelectorAll("[data-answer]")];
const typing = (target) => target.closest("input:not([type=checkbox]), select, textarea, button, a, summary");
const here = () => answers.findIndex((answer) => answer.contains(document.activeElement));

function onward() {
  const next = document.querySelector("[data-next]");
  if (next) next.click();
  return Boolean(next);
}

function go(step) {
  const at = here();
  if (step > 0 && at === answers.length - 1 && onward()) return;
  const next = answers[at < 0 ? 0 : Math.min(answers.length - 1, Math.max(0, at + step))];
  if (next) {
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "center", behavior: "instant" });
  }
}

function tick(on) {
  const answer = answers[here()];
  const boxes = answer ? [...answer.querySelectorAll("[name=point]")] : [];
  for (const box of boxes) box.checked = on === undefined ? !box.checked : on;
}

// Opens one of the forms above the answers, and goes to its field.
function unfold(form, field) {
  const folded = document.querySelector(`[data-${form}]`);
  if (!folded) return;
  folded.open = true;
  const input = folded.querySelector(field);
  input.focus();
  if (input.select && input.type === "text") input.select();
}

const keys = {
  j: () => go(1),
  k: () => go(-1),
  x: () => tick(),
  m: () => {
    // What was ticked goes; else the answer one is at.
    if (!document.querySelector("[name=point]:checked")) tick(true);
    document.querySelector("[name=move-to]")?.focus();
  },
  r: () => unfold("rename", "[name=rename-name]"),
  p: () => unfold("merge", "[name=merge-others]"),
  s: () => unfold("split", "[name=split-phrase]"),
  "/": () => unfold("search", "#q"),
  a: () => document.querySelector("[data-accept]")?.requestSubmit(),
  Enter: () => {
    if (!onward()) document.querySelector("[data-review]")?.requestSubmit();
  },
};

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.ctrlKey || event.metaKey || event.altKey || !keys[key]) return;
  // Held down, Enter would mark one theme after the other as read.
  if (key === "Enter" && event.repeat) return event.preventDefault();
  // In a field the keys are letters; from a choice of theme Enter sends the form that it stands in.
  if (key === "Enter" && target.matches("[name=move-to]")) {
    event.preventDefault();
    // A new theme needs a name first.
    if (target.value === "new") document.querySelector("[name=move-name]").focus();
    else target.form.requestSubmit();
  } else if (!typing(target) && !(key === "Enter" && target.matches("[type=checkbox]:not([name=point])"))) {
    event.preventDefault();
    keys[key]();
  }
});

// From one page to the next one goes on with its first answer.
if (new URLSearchParams(location.search).has("page") && !location.hash) go(1);

for (const help of document.querySelectorAll("[data-keys]")) help.hidden = false;
