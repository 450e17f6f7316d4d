// 业扩通: guards every page has. Everything works without this file; it only makes typing safer.
const own = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)];
const copyOf = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);

// 输入法: half-typed pinyin is nobody's input; Enter that chooses a word sends nothing.
for (const kind of ["input", "keyup"]) {
  window.addEventListener(kind, (event) => event.isComposing && event.stopImmediatePropagation(), true);
}
window.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) { event.preventDefault(); event.stopImmediatePropagation(); }
}, true);
window.addEventListener("compositionend", (event) => event.target.dispatchEvent(new Event("input", { bubbles: true })));

// 防重复提交: the second click on the same form sends nothing, until the page comes back or the answer is a file.
const free = (form) => { delete form.dataset.busy; form.removeAttribute("aria-busy"); };
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.busy) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  form.dataset.busy = "1";
  form.setAttribute("aria-busy", "true");
  setTimeout(free, 15000, form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach(free));
document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("form") && free(event.target.closest("form")));

// 草稿: what a person changed stays in this browser until the server has taken it (data-draft-done), seven days at most.
const WEEK = 7 * 24 * 3600 * 1000;
const person = document.documentElement.dataset.who || "";
const drawer = (name) => `draft:${person}:${name}`;
const read = (name) => { try { return JSON.parse(localStorage.getItem(drawer(name))); } catch { return null; } };
const write = (name, draft) => { try { localStorage.setItem(drawer(name), JSON.stringify(draft)); } catch { /* full or forbidden: the form still works */ } };
const drop = (name) => { try { localStorage.removeItem(drawer(name)); } catch { /* forbidden */ } };
const keepable = (control) => control.name && !control.closest("[data-private]")
  && !["hidden", "password", "file", "submit", "button", "reset", "image"].includes(control.type);
const ticks = (control) => control.type === "checkbox" || control.type === "radio";
const slot = (control) => (ticks(control) ? `${control.name}=${control.value}` : control.name);
const born = (control) => (ticks(control) ? control.defaultChecked
  : control.options ? [...control.options].filter((o) => o.defaultSelected).map((o) => o.value).join("\n") || (control.multiple ? "" : control.options[0]?.value ?? "")
  : control.defaultValue);
const now = (control) => (ticks(control) ? control.checked
  : control.options ? [...control.selectedOptions].map((o) => o.value).join("\n") : control.value);
const put = (control, value) => {
  if (ticks(control)) control.checked = value;
  else if (control.options) for (const option of control.options) option.selected = value.split("\n").includes(option.value);
  else control.value = value;
};
const changes = (form) => Object.fromEntries([...form.elements].filter((c) => keepable(c) && now(c) !== born(c)).map((c) => [slot(c), now(c)]));

function keepDraft(form) {
  const name = form.dataset.draft;
  const kept = read(name);
  if (kept && Date.now() - kept.at > WEEK) drop(name);
  else if (kept && !form.hasAttribute("data-bound")) {
    const back = [...form.elements].filter((c) => keepable(c) && slot(c) in kept.fields && kept.fields[slot(c)] !== now(c));
    const was = back.map(now);
    back.forEach((control) => put(control, kept.fields[slot(control)]));
    const note = back.length && copyOf("draft-note");
    if (note) {
      const time = note.querySelector("time");
      if (time) time.textContent = new Date(kept.at).toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", dateStyle: "short", timeStyle: "short" });
      note.querySelector("button")?.addEventListener("click", () => { back.forEach((control, i) => put(control, was[i])); drop(name); note.remove(); form.elements[0]?.focus(); });
      form.prepend(note);
    }
    back.forEach((control) => control.dispatchEvent(new Event("change", { bubbles: true })));
  }
  let timer = 0;
  const save = () => {
    clearTimeout(timer);
    timer = 0;
    const fields = { ...(form.hasAttribute("data-bound") && read(name)?.fields), ...changes(form) };
    if (Object.keys(fields).length) write(name, { at: Date.now(), fields }); else drop(name);
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(save, 300); };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", save);
  addEventListener("pagehide", () => timer && save());
}

// 弹窗: a link with data-dialog opens the dialog of that id; without this file it stays a link.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog?.showModal) { event.preventDefault(); dialog.showModal(); }
  if (event.target.nodeName === "DIALOG") event.target.close();
  for (const menu of document.querySelectorAll("details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
});

// 键盘: / goes to the search, j and k walk the rows, Enter follows the link as always, Esc closes the menu.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") document.querySelectorAll("details.me[open]").forEach((menu) => { menu.open = false; });
  if (event.target.closest?.("input,select,textarea,[contenteditable]")) return;
  if (event.key === "/") { const find = document.querySelector(".find input"); if (find) { event.preventDefault(); find.focus(); } }
  if (event.key === "j" || event.key === "k") {
    const rows = [...document.querySelectorAll("a.row")];
    const here = rows.findIndex((row) => row.closest("tr")?.contains(document.activeElement));
    rows[Math.min(rows.length - 1, Math.max(0, here + (event.key === "j" ? 1 : -1)))]?.focus();
  }
});

// 筛选: a choice in a form with data-auto is an answer in itself (its button stays for pages without this file).
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-auto]") && event.target.matches("select,[type=checkbox],[type=radio],[type=date]")) form.requestSubmit();
});

// 网络: a fragment that did not come says so instead of doing nothing; signed out meanwhile, the page is asked for again (the draft stays).
for (const kind of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(kind, (event) => {
    const place = document.getElementById("messages");
    const note = copyOf(event.detail.xhr?.status === 401 ? "out-note" : "lost-note");
    note?.querySelector("button")?.addEventListener("click", () => location.reload());
    if (place && note && !place.querySelector("[data-lost]")) { note.dataset.lost = ""; place.append(note); }
  });
}

function wake(root) {
  own(root, "[data-draft-done]").forEach((done) => drop(done.dataset.draftDone));
  own(root, "form[data-draft]").forEach((form) => { if (!form.dataset.awake) { form.dataset.awake = "1"; keepDraft(form); } });
}
wake(document.documentElement);
document.addEventListener("htmx:load", (event) => wake(event.target));
const problems = document.querySelectorAll(".problems");
if (problems.length === 1) problems[0].focus();
