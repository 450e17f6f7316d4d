// 业扩通 desk: the minutes of a number run on between two looks at the server, by the server's own clock.
const served = new Date(document.querySelector("[data-now]")?.dataset.now ?? Date.now());
const ahead = Number.isNaN(served.getTime()) ? 0 : served.getTime() - Date.now();
const words = (ms) => { const s = Math.max(0, Math.floor(ms / 1000)); return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`; };
const tick = () => {
  const now = Date.now() + ahead;
  document.querySelectorAll("[data-left]").forEach((one) => {
    const left = new Date(one.dataset.left) - now;
    one.textContent = words(Math.abs(left));
    if (left < 0) { one.closest(".due")?.classList.add("overdue"); one.previousSibling && (one.previousSibling.textContent = "超 "); }
  });
  document.querySelectorAll("[data-over]").forEach((one) => { one.textContent = words(now - new Date(one.dataset.over)); });
  document.querySelectorAll("[data-since]").forEach((one) => { one.textContent = words(now - new Date(one.dataset.since)); });
};
if (document.querySelector("[data-left],[data-over],[data-since]")) { tick(); setInterval(tick, 1000); }
