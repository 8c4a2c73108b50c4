"use strict";
// On all pages: `/` leads to the search, pickers of two versions work, filters leave what is asked for, and a table that
// is wider than the screen shows its newest versions. Everything is there without it, but for what is asked.
(() => {
  const search = document.getElementById("q");

  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(document.activeElement.tagName);
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    }
  });

  // What a step tells has a page of its own; all other pairs share one, with the pair in its address.
  for (const picker of document.querySelectorAll(".picker")) {
    picker.hidden = false;
    const { from, to } = picker.elements;
    const same = () => to.setCustomValidity(from.value === to.value ? "Choose two different versions." : "");
    from.addEventListener("change", same);
    to.addEventListener("change", same);
    picker.addEventListener("submit", (event) => {
      const [older, newer] = [from.selectedIndex, to.selectedIndex].sort((one, other) => one - other);
      event.preventDefault();
      const [old, last] = [from.options[older].value, from.options[newer].value];
      const page = newer - older === 1 ? `${old}-${last}.html` : `compare.html?from=${old}&to=${last}`;
      location.href = new URL(page, picker.action).href;
    });
  }

  for (const filter of document.querySelectorAll(".filter")) {
    filter.hidden = false;
    const field = filter.querySelector("input");
    const rows = Array.from(document.querySelectorAll(".matrix tbody tr:not(.group)"), (row) => ({
      row,
      text: row.cells[0].textContent.toLowerCase(),
    }));
    const show = () => {
      const wanted = field.value.trim().toLowerCase();
      let left = 0;
      for (const { row, text } of rows) {
        row.hidden = !text.includes(wanted);
        if (!row.hidden) left += 1;
      }
      for (const body of document.querySelectorAll(".matrix tbody")) {
        body.hidden = !body.querySelector("tr:not(.group):not([hidden])");
      }
      filter.querySelector("output").value = wanted ? `${left} of ${rows.length}` : "";
    };
    field.addEventListener("input", show);
    filter.addEventListener("submit", (event) => event.preventDefault());
    show();
  }

  for (const box of document.querySelectorAll(".scroll")) box.scrollLeft = box.scrollWidth;

  // A row that an address leads to is shown with the head of its table.
  const showTarget = () => {
    const box = document.querySelector(".scroll tr:target")?.closest(".scroll");
    if (box && box.scrollHeight > box.clientHeight) box.scrollIntoView();
  };
  window.addEventListener("hashchange", showTarget);
  window.addEventListener("load", showTarget);
})();
