"use strict";
// The search: what is asked for stands in the address, so that what was found can be shared.
(() => {
  const { versions, kinds, things } = window.atlasIndex;
  const field = document.getElementById("q");
  const found = document.getElementById("found");
  const results = document.getElementById("results");
  const most = 200;

  // Everything as one flat list, with all texts that it is found by.
  const all = things.flatMap(([kind, name, path, form, rust, parts]) => [
    { kind: kinds[kind], name, href: path, form, texts: [name, form, rust] },
    ...parts.map(([partKind, part, anchor, partForm]) => ({
      kind: kinds[partKind],
      name: `${name}.${part}`,
      href: `${path}#${anchor}`,
      form: partForm,
      texts: [part, `${name}.${part}`],
    })),
  ]);
  for (const thing of all) thing.texts = thing.texts.filter(Boolean).map((text) => text.toLowerCase());

  // 0 is the thing itself, 1 begins with the words, 2 has a word that does, 3 has them somewhere.
  const rank = (text, word) => {
    if (text === word) return 0;
    if (text.startsWith(word)) return 1;
    const at = text.indexOf(word);
    if (at < 0) return 4;
    return /[^a-z0-9]/.test(text[at - 1]) ? 2 : 3;
  };

  const find = (asked) => {
    const words = asked.toLowerCase().split(/\s+/);
    return all
      .map((thing) => {
        const best = (word) => Math.min(...thing.texts.map((text) => rank(text, word)));
        const whole = best(asked.toLowerCase());
        return { thing, rank: whole < 4 ? whole : Math.max(...words.map(best)) + 1 };
      })
      .filter((hit) => hit.rank <= 4)
      .sort(
        (one, other) =>
          one.rank - other.rank ||
          one.thing.name.length - other.thing.name.length ||
          (one.thing.name < other.thing.name ? -1 : 1),
      )
      .map((hit) => hit.thing);
  };

  // `1.43 1.44`, `v1.43..1.51`: the changes between two versions.
  const pairs = (asked) => {
    const named = (asked.match(/\d+\.\d+/g) ?? []).filter((version) => versions.includes(version));
    const places = [...new Set(named.map((version) => versions.indexOf(version)))].sort((one, other) => one - other);
    if (places.length === 1 && places[0] > 0) places.unshift(places[0] - 1);
    if (places.length !== 2) return [];
    const [from, to] = places.map((place) => versions[place]);
    const page = places[1] - places[0] === 1 ? `${from}-${to}.html` : `compare.html?from=${from}&to=${to}`;
    return [{ kind: "changes", name: `From API v${from} to v${to}`, href: `changes/${page}`, form: null }];
  };

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const show = () => {
    const asked = field.value.trim();
    const hits = asked ? [...pairs(asked), ...find(asked)] : [];
    results.replaceChildren(
      ...hits.slice(0, most).map((thing) => {
        const item = document.createElement("li");
        const link = element("a", thing.name);
        link.href = thing.href;
        item.append(link, " ", element("span", thing.kind, "kind"));
        if (thing.form) item.append(" ", element("small", thing.form));
        return item;
      }),
    );
    const more = hits.length > most ? `, the best ${most} are listed` : "";
    found.textContent = asked ? `${hits.length || "Nothing"} found for “${asked}”${more}.` : "";
    document.title = asked ? `${asked} · Search · Docker Engine API` : "Search · Docker Engine API";
  };

  field.value = new URLSearchParams(location.search).get("q") ?? "";
  show();
  field.focus();
  field.addEventListener("input", () => {
    const address = new URL(location.href);
    address.searchParams.set("q", field.value);
    try {
      history.replaceState(null, "", address);
    } catch {
      // Some browsers refuse this for a page that was opened from a folder; the search works all the same.
    }
    show();
  });
})();
