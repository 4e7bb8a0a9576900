// Where the timeline is wider than its window, it begins with today in the middle. Without this it begins at its start.
(() => {
  const show_today = () => {
    const today = document.querySelector(".timeline .lane .today");
    const window_of_it = today?.closest(".scroll");
    if (!window_of_it) return;
    const names = today.closest("tr").querySelector("th").offsetWidth; // they stay where they are
    const middle = window_of_it.getBoundingClientRect().left + (names + window_of_it.clientWidth) / 2;
    window_of_it.scrollLeft += today.getBoundingClientRect().left - middle;
  };

  document.addEventListener("htmx:afterSettle", show_today); // filters put in another timeline
  show_today();
})();
