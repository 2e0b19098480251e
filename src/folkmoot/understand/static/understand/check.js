// Keys for whoever judges a hundred answers: y, n and u press the three buttons.
"use strict";

const verdicts = { y: "yes", n: "no", u: "unsure" };

document.addEventListener("keydown", (event) => {
  const verdict = verdicts[event.key];
  if (!verdict || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  event.preventDefault();
  document.querySelector(`[data-judge] [value=${verdict}]`).click();
});

for (const help of document.querySelectorAll("[data-keys]")) help.hidden = false;
