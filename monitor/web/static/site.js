// Every page works without this; it only saves a few keys.
"use strict";

// Citations: a button copies what its box holds.
for (const button of document.querySelectorAll("button[data-copy]")) {
  const box = document.getElementById(button.dataset.copy);
  box.addEventListener("focus", () => box.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let told = "Copied.";
    try {
      await navigator.clipboard.writeText(box.value);
    } catch {
      box.focus();
      told = "Selected. Copy it with your keyboard.";
    }
    document.getElementById("copied").textContent = told;
    button.firstChild.textContent = "Copied ";
  });
}
