// Where on the map people agree with a statement: at each place a disc, parted like a cake. Without scripts
// the tables beside the map say the same by group.
"use strict";

(() => {
  const SVG = "http://www.w3.org/2000/svg", TENTHS = "0123456789X";

  const element = (name, attributes) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  // A part of a cake from one tenth to another, clockwise from the top.
  const slice = (x, y, radius, from, to, name) => {
    if (to - from >= 10) return element("circle", { class: name, cx: x, cy: y, r: radius });
    const at = (tenth) => {
      const angle = Math.PI * (tenth / 5 - 0.5);
      return (x + radius * Math.cos(angle)).toFixed(1) + " " + (y + radius * Math.sin(angle)).toFixed(1);
    };
    const wide = to - from > 5 ? 1 : 0;
    return element("path", { class: name, d: `M${x} ${y}L${at(from)}A${radius} ${radius} 0 ${wide} 1 ${at(to)}Z` });
  };

  for (const figure of document.querySelectorAll("figure[data-places]")) {
    const map = figure.querySelector(".opinion-map"), told = figure.querySelector("[data-told][role=status]");
    const places = figure.dataset.places.split(";").map((place) => place.split(" ").map(Number));
    const largest = Math.max(...places.map((place) => place[2]));
    const layer = map.appendChild(element("g", { class: "discs" }));
    const opening = told.textContent;
    let chosen = null;

    const draw = (button) => {
      layer.replaceChildren();
      map.classList.toggle("looked-at", Boolean(button));
      told.textContent = button ? button.dataset.told : opening;
      if (!button) return;
      places.forEach(([x, y, people], number) => {
        const [agree, disagree] = [...button.dataset.signs.slice(2 * number, 2 * number + 2)].map((sign) => TENTHS.indexOf(sign));
        if (agree < 0) return;
        const radius = 8 + 12 * Math.sqrt(people / largest);
        layer.append(element("circle", { class: "ground", cx: x, cy: y, r: radius }));
        if (agree) layer.append(slice(x, y, radius, 0, agree, "agree"));
        if (disagree) layer.append(slice(x, y, radius, agree, Math.min(agree + disagree, 10), "disagree"));
      });
    };

    const choose = (button) => {
      chosen?.setAttribute("aria-pressed", "false");
      chosen = button === chosen ? null : button;
      chosen?.setAttribute("aria-pressed", "true");
      draw(chosen);
    };

    const patterns = figure.querySelector(".patterns");
    patterns.hidden = false;
    for (const button of patterns.querySelectorAll("button")) {
      button.addEventListener("click", () => choose(button));
      button.addEventListener("focus", () => draw(button));
      button.addEventListener("mouseenter", () => draw(button));
      button.addEventListener("mouseleave", () => draw(chosen));
      button.addEventListener("blur", () => draw(chosen));
    }
    patterns.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && chosen) choose(chosen);
    });
  }
})();
