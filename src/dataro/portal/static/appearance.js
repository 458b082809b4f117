// Runs before the page is painted, so that a chosen appearance does not flash.
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("with-script");
  let chosen = null;
  try { chosen = localStorage.getItem("look"); } catch { /* storage may be switched off */ }
  if (chosen) root.dataset.theme = chosen;

  document.addEventListener("DOMContentLoaded", () => {
    const group = document.querySelector(".looks");
    const buttons = [...group.querySelectorAll("button")];
    const mark = () => buttons.forEach((button) =>
      button.setAttribute("aria-pressed", String(button.dataset.look === root.dataset.theme)));
    buttons.forEach((button) => button.addEventListener("click", () => {
      const look = button.dataset.look;
      if (root.dataset.theme === look) delete root.dataset.theme;
      else root.dataset.theme = look;
      try {
        if (root.dataset.theme) localStorage.setItem("look", look);
        else localStorage.removeItem("look");
      } catch { /* the page has changed; it is only not remembered */ }
      mark();
      document.dispatchEvent(new Event("looks-changed"));
    }));
    mark();
    group.hidden = false;
    if (matchMedia("(max-width: 60rem)").matches) {
      document.querySelectorAll("details[data-fold]").forEach((one) => { one.open = false; });
    }
    document.querySelectorAll("form[data-working]").forEach((form) =>
      form.addEventListener("submit", () => {
        form.querySelector("[data-status]").textContent = form.dataset.working;
      }));
  });
})();
