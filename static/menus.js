// The header's menus close as menus do: by Escape, by a press elsewhere, and when the focus leaves them. Without this they
// close by their own button.
(() => {
  const open_ones = () => [...document.querySelectorAll("details.drop[open]")];

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const one of open_ones()) {
      one.open = false;
      one.querySelector("summary").focus();
    }
  });
  for (const left of ["pointerdown", "focusin"]) {
    document.addEventListener(left, (event) => {
      for (const one of open_ones()) if (!one.contains(event.target)) one.open = false;
      const menu = document.querySelector("#menu:popover-open");
      if (menu && left === "focusin" && !menu.contains(event.target)) menu.hidePopover();
    });
  }
})();
