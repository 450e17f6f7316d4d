// 申请: shows only what the answers so far ask for, and adds up appliances. Everything can be filled in without this file.
const chosen = (form, name) => {
  const control = form.elements[name];
  return control ? control.value : "";
};
function sift(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, wanted] = part.dataset.when.split("=");
    part.hidden = !wanted.split(",").includes(chosen(form, name));
  }
}
for (const form of document.querySelectorAll("form")) {
  if (!form.querySelector("[data-when]")) continue;
  sift(form);
  form.addEventListener("change", () => sift(form));
  addEventListener("pageshow", () => sift(form));
}

// 证件: who applies usually settles which number they have; a choice made by hand stays.
const kind = document.querySelector("form#apply")?.elements.kind;
const type = document.getElementById("id_id_type");
if (kind && type) {
  let byHand = false;
  type.addEventListener("change", () => { byHand = true; });
  for (const one of document.querySelectorAll("input[name=kind]")) {
    one.addEventListener("change", () => { if (!byHand) type.value = one.value === "resident" ? "resident_id" : "credit_code"; });
  }
}

for (const box of document.querySelectorAll("[data-adder]")) {
  const line = box.querySelector("[data-adder-line]");
  const sum = box.querySelector("[data-adder-sum]");
  const rows = [...box.querySelectorAll("tr[data-kw]")];
  for (const part of box.querySelectorAll("[data-adder-head],[data-adder-cell],[data-adder-line]")) part.hidden = false;
  const total = () => Math.round(10 * rows.reduce((all, row) => all + Number(row.dataset.kw) * (Number(row.querySelector("input").value) || 0), 0)) / 10;
  box.addEventListener("input", (event) => { sum.textContent = String(total()); event.stopPropagation(); });
  line.querySelector("[data-adder-use]").addEventListener("click", () => {
    const field = document.getElementById(box.dataset.adder);
    field.value = String(total());
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

// 上传: a chosen file goes up at once, so that nobody forgets the button.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) form.requestSubmit(form.querySelector("button[value=stay]"));
  });
}
