// Keys for whoever is here all day; nothing needs them. "/" goes to the search field, "j" and "k" go down and up the
// rows of a page, "?" shows the keys.
(() => {
  const ROWS = "[data-rows] a.row-link, main table tbody th a, main ul.work li a:first-of-type";
  const FIELDS = "input, textarea, select, [contenteditable]";

  // The next row by so many; the first one from anywhere else.
  const row = (by) => {
    const rows = [...document.querySelectorAll(ROWS)].filter((one) => one.getClientRects().length);
    const at = rows.indexOf(document.activeElement);
    return rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  };

  const leadsTo = {
    "/": () => document.querySelector("#find"),
    j: () => row(1),
    k: () => row(-1),
    "?": () => document.querySelector("dialog#keys"),
  };

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest(FIELDS) || document.querySelector("dialog[open]");
    if (busy || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(leadsTo, event.key)) return;
    const there = leadsTo[event.key]();
    if (!there) return;
    event.preventDefault();
    if (there.matches("dialog")) there.showModal();
    else there.focus();
  });
})();
