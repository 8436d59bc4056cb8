// Every page works without this; it only saves a few keys.
"use strict";

// A button copies a text that is meant to be pasted elsewhere. Without JavaScript it stays hidden.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const text = document.getElementById(button.dataset.copy);
  const said = document.querySelector(`[data-copied="${button.dataset.copy}"]`) || document.getElementById("copied");
  if ("value" in text) text.addEventListener("focus", () => text.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText("value" in text ? text.value : text.textContent);
      said.textContent = "Copied.";
      button.firstChild.textContent = "Copied ";
    } catch {
      text.focus();
      said.textContent = "The browser would not copy it. Select the text and copy it with your keyboard.";
    }
  });
}
