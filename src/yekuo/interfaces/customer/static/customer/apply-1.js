// 申请: shows only what the answers so far ask for. Everything can be filled in without this file.
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

// 上传: a chosen file goes up at once, so that nobody forgets the button.
for (const form of document.querySelectorAll("form[data-upload]")) {
  form.addEventListener("change", (event) => {
    if (event.target.type === "file" && event.target.files.length) form.requestSubmit(form.querySelector("button[value=stay]"));
  });
}
