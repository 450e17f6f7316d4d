// 业扩通 desk: a menu closes when one looks elsewhere; what was revealed is gone when its dialog closes.
const close = (but) => document.querySelectorAll("details.more[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
document.addEventListener("click", (event) => close(event.target.closest?.("details.more")));
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
document.getElementById("whole")?.addEventListener("close", (event) => { event.target.querySelector("#revealed")?.replaceChildren(); });

// 回到清单: the steps above a page lead back to a list with the filters it was left with (see lists-1.js).
for (const step of document.querySelectorAll(".crumbs a[href]")) {
  let left = "";
  try { left = sessionStorage.getItem(`list:${step.pathname}`) || ""; } catch { /* forbidden: the list opens whole */ }
  if (left && !step.search) step.search = left;
}
