// 业扩通 lists: ? shows the keys, x ticks a row, the ticked are counted, and a list is found again as it was left.
const typing = (event) => event.target.closest?.("input:not([type=checkbox]),select,textarea,[contenteditable]");
const list = document.querySelector("[data-list]");
const ticks = () => [...document.querySelectorAll('input[name="case"][form="chosen"]')];
const all = document.querySelector("[data-all]");
const told = document.querySelector("[data-chosen]");
const nothing = told?.textContent;

function count() {
  const chosen = ticks().filter((one) => one.checked).length;
  if (told) told.textContent = chosen ? `已选 ${chosen} 件` : nothing;
  if (all) { all.checked = chosen > 0 && chosen === ticks().length; all.indeterminate = chosen > 0 && !all.checked; }
}

document.addEventListener("change", (event) => {
  if (event.target === all) ticks().forEach((one) => { one.checked = all.checked; });
  if (event.target === all || event.target.name === "case") count();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); }
  if (event.key === "x") { document.activeElement?.closest("tr")?.querySelector('input[name="case"]')?.click(); }
});

// 回到清单: the way back from a case leads to the list with the filters it was left with.
try { if (list) sessionStorage.setItem(`list:${location.pathname}`, location.search); } catch { /* forbidden: the list opens whole */ }
addEventListener("pageshow", count);
