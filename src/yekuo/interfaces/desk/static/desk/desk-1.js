// 业扩通 desk: a menu closes when one looks elsewhere; what was revealed is gone when its dialog closes.
const close = (but) => document.querySelectorAll("details.more[open]").forEach((menu) => { if (menu !== but) menu.open = false; });
document.addEventListener("click", (event) => close(event.target.closest?.("details.more")));
document.addEventListener("keydown", (event) => event.key === "Escape" && close());
document.getElementById("whole")?.addEventListener("close", (event) => { event.target.querySelector("#revealed")?.replaceChildren(); });
