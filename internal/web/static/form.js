// @ts-check
// Record forms: show-if, pickers that suggest, and a warning before typing is
// lost. The server decides everything again; the form works without this file.

const form = document.querySelector("form[data-record]");
if (form instanceof HTMLFormElement) {
  showIf(form);
  warn(form);
  for (const pick of form.querySelectorAll("[data-suggest]")) if (pick instanceof HTMLElement) suggest(pick);
}

/** Fields appear when the field they depend on says so. @param {HTMLFormElement} form */
function showIf(form) {
  const apply = () => {
    const data = new FormData(form);
    for (const el of form.querySelectorAll("[data-if]")) {
      if (!(el instanceof HTMLElement)) continue;
      const want = (el.dataset.values ?? "").split(" ");
      el.hidden = !data.getAll(el.dataset.if ?? "").some((v) => typeof v === "string" && want.includes(v));
    }
  };
  form.addEventListener("input", apply);
  apply();
}

/** Leaving with unsaved typing asks first. @param {HTMLFormElement} form */
function warn(form) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
}

/**
 * Suggestions appear while typing. The text is sent in the body of a POST, so
 * that no name gets into an address. @param {HTMLElement} pick
 */
function suggest(pick) {
  const input = pick.querySelector("input[data-find]");
  const found = pick.querySelector("[data-found]");
  const model = pick.querySelector("template");
  if (!(input instanceof HTMLInputElement) || !found || !model) return;
  const none = pick.querySelector("[data-none]"), rest = pick.querySelector("[data-more]");
  let timer = 0, turn = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length > 1) timer = setTimeout(look, 180);
  });
  // Enter looks up and saves nothing. The server takes it so too.
  input.addEventListener("keydown", (e) => {
    if (e.key !== "Enter" || e.isComposing) return;
    e.preventDefault();
    clearTimeout(timer);
    look();
  });
  // A choice has used the text up; left there, Enter elsewhere would look again.
  pick.addEventListener("change", (e) => { if (e.target !== input) input.value = ""; });
  async function look() {
    const mine = ++turn;
    const body = new URLSearchParams({ text: /** @type {HTMLInputElement} */ (input).value });
    const res = await fetch(pick.dataset.suggest ?? "", { method: "POST", body, headers: { Accept: "application/json" } });
    if (!res.ok || mine !== turn) return;
    const { items, more } = await res.json();
    const ticked = new Set([...pick.querySelectorAll("input:checked")].map((i) => i instanceof HTMLInputElement ? i.value : ""));
    const rows = items.filter((/** @type {{id: string}} */ i) => !ticked.has(i.id)).map(line);
    found?.replaceChildren(...rows);
    none?.toggleAttribute("hidden", rows.length > 0);
    rest?.toggleAttribute("hidden", !more);
  }
  /** @param {{id: string, title: string}} item */
  function line(item) {
    const row = /** @type {DocumentFragment} */ (/** @type {HTMLTemplateElement} */ (model).content.cloneNode(true));
    const [box, label] = row.querySelectorAll("input"), text = row.querySelector("span");
    if (box) box.value = item.id;
    if (label) label.value = item.id + " " + item.title;
    if (text) text.textContent = item.title;
    return row;
  }
}
