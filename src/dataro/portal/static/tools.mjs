// What stands under a figure: its link to the clipboard, the whole screen. Without this file the
// link is an ordinary one and the figure stays where it is.
export function tools(figure) {
  const copy = figure.querySelector("[data-copy]");
  const status = figure.querySelector("[data-copy-status]");
  if (copy && navigator.clipboard) {
    copy.textContent = copy.dataset.words;
    copy.addEventListener("click", async (event) => {
      event.preventDefault();
      const address = new URL(copy.href);
      const moment = new URL(location.href).searchParams.get("at");
      if (moment && figure.querySelector(".moments")) address.searchParams.set("at", moment);
      try {
        await navigator.clipboard.writeText(address.href);
        history.replaceState(null, "", address);
        status.textContent = copy.dataset.copied;
      } catch {
        status.textContent = copy.dataset.failed;
        location.href = address;
      }
      status.classList.remove("hidden");
    });
  }
  const full = figure.querySelector("[data-full]");
  if (full && document.fullscreenEnabled) {
    const words = full.textContent;
    full.closest("li").hidden = false;
    full.addEventListener("click", () => {
      if (document.fullscreenElement) document.exitFullscreen();
      else figure.requestFullscreen();
    });
    figure.addEventListener("fullscreenchange", () => {
      const on = document.fullscreenElement === figure;
      full.textContent = on ? full.dataset.leave : words;
      full.setAttribute("aria-pressed", String(on));
    });
  }
}

// The switch of language keeps the place in the page.
const other = document.getElementById("switch");
if (other) other.addEventListener("click", () => { other.href = other.href.split("#")[0] + location.hash; });
