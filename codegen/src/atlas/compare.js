"use strict";
// The page of any two versions: `compare.html?from=1.25&to=1.51`. What they tell was written when the site was made; it
// is in a file for each older version, in pieces that pairs share.
(() => {
  const picker = document.querySelector(".picker");
  const told = document.getElementById("told");
  const asked = new URLSearchParams(location.search);
  const versions = Array.from(picker.elements.from.options, (option) => option.value);
  const places = [asked.get("from"), asked.get("to")].map((version) => versions.indexOf(version));

  // Only a version that the page knows becomes part of a file's name.
  if (places.some((place) => place < 0)) {
    const wrong = asked.has("from") || asked.has("to");
    told.textContent = wrong ? "This site does not have both of these versions: choose two." : "Choose two versions.";
    return;
  }
  picker.elements.from.selectedIndex = places[0];
  picker.elements.to.selectedIndex = places[1];
  const [from, to] = places.sort((one, other) => one - other).map((place) => versions[place]);
  if (from === to) {
    told.textContent = "These are the same version: nothing changed.";
    return;
  }
  document.querySelector("h1").textContent = `From API v${from} to v${to}`;
  document.title = `From API v${from} to v${to} · Docker Engine API`;
  told.textContent = "Loading…";

  const script = document.createElement("script");
  script.src = `from-${from}.js`;
  script.addEventListener("error", () => {
    told.textContent = `The file from-${from}.js of this site could not be read.`;
  });
  script.addEventListener("load", () => {
    const { pieces, pairs } = window.atlasChanges;
    // The pieces are HTML that was written with the site's pages, as safe as those.
    document.getElementById("news").innerHTML = pairs[to].map((piece) => pieces[piece]).join("");
    told.textContent = "";
    // What a link leads to has only come now.
    if (location.hash) location.replace(location.hash);
  });
  document.head.append(script);
})();
