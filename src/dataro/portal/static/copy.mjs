// A button beside each call that puts it on the clipboard. Without this file the calls can be
// selected like any text.

for (const calls of document.querySelectorAll("[data-calls]")) {
  if (!navigator.clipboard) break;
  for (const text of calls.querySelectorAll("pre")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button copy";
    button.textContent = calls.dataset.copy;
    button.setAttribute("aria-describedby", text.getAttribute("aria-labelledby"));
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = calls.dataset.copied;
      setTimeout(() => (button.textContent = calls.dataset.copy), 2000);
    });
    text.after(button);
  }
}
