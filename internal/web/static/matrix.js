// @ts-check
// The matrix as a grid for the keyboard. Arrow keys move, Shift with an arrow
// selects more, a, d, m and r set what is selected, Delete takes it back.
// Without this file every cell is a select, and the form posts them all.

const form = document.querySelector("form[data-matrix]");
if (form instanceof HTMLFormElement) grid(form);

/** @param {HTMLFormElement} form */
function grid(form) {
  /** @type {HTMLSelectElement[][]} */
  const rows = [];
  for (const tr of form.querySelectorAll("tbody tr")) {
    const cells = [...tr.querySelectorAll("select")];
    if (cells.length) rows.push(cells);
  }
  const all = rows.flat();
  const first = all[0];
  if (!first) return;
  const was = new Map(all.map((s) => [s, s.value]));
  let at = { r: 0, c: 0 }, from = { r: 0, c: 0 }, dirty = false;
  const line = form.querySelector("[data-why-line]"), count = form.querySelector("[data-count]");
  for (const s of all) { s.tabIndex = -1; s.removeAttribute("title"); }
  first.tabIndex = 0;

  /** The cells between the corner that was left and the present one. */
  function chosen() {
    const out = [];
    for (let r = Math.min(at.r, from.r); r <= Math.max(at.r, from.r); r++) {
      const row = rows[r] ?? [];
      const [a, b] = [Math.min(at.c, from.c), Math.max(at.c, from.c)];
      out.push(...row.slice(Math.min(a, row.length - 1), Math.min(b, row.length - 1) + 1));
    }
    return out;
  }

  function paint() {
    const now = new Set(chosen());
    for (const s of all) s.classList.toggle("chosen", now.size > 1 && now.has(s));
  }

  /** @param {number} r @param {number} c @param {boolean} extend */
  function go(r, c, extend) {
    r = Math.max(0, Math.min(r, rows.length - 1));
    const row = rows[r] ?? [];
    const cell = row[Math.max(0, Math.min(c, row.length - 1))];
    if (!cell) return;
    at = { r, c: Math.max(0, c) };
    if (!extend) from = at;
    for (const s of all) s.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
    paint();
  }

  /** @param {HTMLSelectElement} s @param {string} want */
  function set(s, want) {
    const options = [...s.options].filter((o) => o.value === want || (want.endsWith(":") && o.value.startsWith(want)));
    if (!options.length) return;
    const i = options.findIndex((o) => o.value === s.value);
    s.value = options[(i + 1) % options.length].value;
    show(s);
  }

  /** @param {HTMLSelectElement} s */
  function show(s) {
    const o = s.selectedOptions[0];
    s.className = "st " + (o?.dataset.tone ?? "");
    s.classList.toggle("changed", s.value !== was.get(s));
    const n = all.filter((x) => x.value !== was.get(x)).length;
    dirty = n > 0;
    if (count) count.textContent = n ? (form.dataset.changed ?? "").replace("#", String(n)) : "";
    paint();
  }

  const keys = { a: "allow", d: "deny", m: "mask:", r: "require:", Delete: "-", Backspace: "-" };
  form.addEventListener("keydown", (e) => {
    const s = e.target;
    if (!(s instanceof HTMLSelectElement) || e.ctrlKey || e.metaKey || e.altKey) return;
    const r = rows.findIndex((row) => row.includes(s));
    if (r < 0) return;
    if (!chosen().includes(s)) { at = from = { r, c: rows[r].indexOf(s) }; }
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[e.key];
    const want = keys[/** @type {keyof typeof keys} */ (e.key)];
    if (step) go(r + step[0], (rows[r].length > 1 ? rows[r].indexOf(s) : at.c) + step[1], e.shiftKey);
    else if (e.key === "Home" || e.key === "End") go(r, e.key === "Home" ? 0 : rows[r].length - 1, e.shiftKey);
    else if (want) for (const x of chosen()) set(x, want);
    else return;
    e.preventDefault();
  });
  form.addEventListener("change", (e) => { if (e.target instanceof HTMLSelectElement) show(e.target); });
  form.addEventListener("focusin", (e) => {
    if (line && e.target instanceof HTMLSelectElement) line.textContent = e.target.dataset.why ?? "";
  });
  form.addEventListener("pointerdown", (e) => {
    const s = e.target;
    if (!(s instanceof HTMLSelectElement)) return;
    const r = rows.findIndex((row) => row.includes(s));
    if (r < 0) return;
    at = { r, c: rows[r].indexOf(s) };
    if (e.shiftKey) { e.preventDefault(); s.focus(); } else { from = at; }
    paint();
  });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });
  for (const s of all) if (s.value !== was.get(s)) show(s);
}
