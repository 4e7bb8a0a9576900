// Keys for whoever is here all day; nothing needs them, and they can be turned off. "/" goes to the search field, "j" and
// "k" go down and up the rows of a page, "?" shows the keys.
(() => {
  const ROWS = "[data-rows] a, main table tbody th a, .board li a, .tasks .task-head a, main ul.work .what > a:first-child";
  const FIELDS = "input, textarea, select, [contenteditable]";
  const KEPT = "keys";
  const are_off = () => localStorage.getItem(KEPT) === "off";

  // The next row by so many; the first one from anywhere else.
  const row = (by) => {
    const rows = [...document.querySelectorAll(ROWS)].filter((one) => one.getClientRects().length);
    const at = rows.indexOf(document.activeElement);
    return rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
  };

  // Where the window is narrow, the field is in the menu.
  const field = () => {
    const found = document.querySelector("#find");
    if (found && !found.getClientRects().length) document.querySelector("#menu").showPopover();
    return found;
  };

  const leads_to = {
    "/": field,
    j: () => row(1),
    k: () => row(-1),
    "?": () => document.querySelector("dialog#keys"),
  };

  document.addEventListener("keydown", (event) => {
    const busy = event.target.closest(FIELDS) || document.querySelector("dialog[open]");
    const ours = !event.ctrlKey && !event.metaKey && !event.altKey && Object.hasOwn(leads_to, event.key);
    if (busy || !ours || are_off()) return;
    const there = leads_to[event.key]();
    if (!there) return;
    event.preventDefault();
    if (there.matches("dialog")) there.showModal();
    else there.focus();
  });

  // Whoever dictates, or presses a key by mistake, can do without them (WCAG 2.1.4).
  const turn = document.querySelector("#keys-switch");
  const show = () => turn.setAttribute("aria-pressed", String(!are_off()));
  if (!turn) return;
  turn.hidden = false;
  show();
  turn.addEventListener("click", () => {
    localStorage.setItem(KEPT, are_off() ? "on" : "off");
    show();
  });
})();
