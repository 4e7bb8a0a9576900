// Whoever comes back to a page sees how things stand now: where something else would be shown, it is shown, and said.
// A page on which something has been typed or pressed stays as it is: what is sent from it is judged as things stand.
// Only where reading a page twice changes nothing, and it shows nothing that is shown once: see _partials/fresh.html.
(() => {
  const words_told = document.currentScript.dataset.told;
  let left = false;
  let touched = false;
  const main = () => document.querySelector("#main");
  const words = (of) => of.textContent.replace(/\s+/g, " ").trim();
  const told = (of) => [...of.querySelectorAll(":scope > [role=status]")];
  const bare = (of) => {
    const copy = of.cloneNode(true);
    for (const one of told(copy)) one.remove();
    return words(copy);
  };
  const isFilled = (field) => {
    if (field.matches("[type=checkbox], [type=radio]")) return field.checked !== field.defaultChecked;
    if (field.matches("select")) return [...field.options].some((one) => one.defaultSelected && !one.selected);
    return field.value !== field.defaultValue;
  };
  const anyFilled = () => [...main().querySelectorAll("input, select, textarea")].some(isFilled); // by a browser, too
  const wasAskedFor = () => performance.getEntriesByType("navigation")[0]?.responseStatus === 200;
  const focused = () => main().contains(document.activeElement) && document.activeElement;
  const isBusy = () => touched || anyFilled() || document.querySelector("dialog[open]") || (focused() && !focused().id);

  const now = async () => {
    const headers = { Accept: "text/html", "X-Fresh": "1" }; // nobody has seen the answer yet: nothing is ticked off
    const answer = await fetch(location.href, { headers, redirect: "error" });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#main");
  };

  const show = (fresh) => {
    const said = document.createElement("div");
    said.className = "ds-alert";
    said.dataset.color = "info";
    said.setAttribute("role", "status");
    said.textContent = words_told;
    fresh.prepend(said);
    const place = focused() && focused().id;
    main().replaceWith(fresh);
    if (place) document.getElementById(place)?.focus({ preventScroll: true });
    htmx.process(fresh);
  };

  const readAnew = async () => {
    if (!left || isBusy() || !wasAskedFor()) return;
    left = false;
    const fresh = await now().catch(() => null); // signed out, or without a network: the next press tells
    if (fresh && !isBusy() && bare(fresh) !== bare(main())) show(fresh);
  };
  const comeBack = async () => {
    await readAnew();
    document.dispatchEvent(new Event("fresh")); // for whoever waits for it
  };

  for (const kind of ["input", "click"]) {
    document.addEventListener(kind, (event) => { touched ||= main().contains(event.target); }, true);
  }
  window.addEventListener("blur", () => { left = true; });
  window.addEventListener("focus", comeBack);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) left = true;
    else comeBack();
  });
})();
