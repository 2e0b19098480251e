// A button to copy beside each sentence that is there to be quoted. Without it one selects and copies.
"use strict";

for (const quote of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary";
  button.textContent = quote.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(quote.textContent.trim());
    button.textContent = quote.dataset.copied;
  });
  const line = document.createElement("p");
  line.setAttribute("aria-live", "polite");
  line.append(button);
  if (navigator.clipboard) quote.after(line);
}
