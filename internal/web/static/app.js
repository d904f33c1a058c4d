// @ts-check
// What every page gains with scripts on. Every page works without this file.

/** "/" moves to the search box unless somebody is typing. */
addEventListener("keydown", (e) => {
  const at = document.activeElement;
  const typing = at instanceof HTMLElement && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
  if (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
    const box = document.getElementById("gq");
    if (box) { e.preventDefault(); box.focus(); }
  }
});

/** A summary of errors is read first. */
document.getElementById("errors")?.focus();

/** Choosing in a filter applies it. */
for (const form of document.querySelectorAll("form[data-auto]")) {
  form.addEventListener("change", (e) => {
    if (form instanceof HTMLFormElement && e.target instanceof HTMLSelectElement) form.requestSubmit();
  });
}

/** An open drop-down closes when attention goes elsewhere, and on Escape. */
for (const drop of document.querySelectorAll("details.drop")) {
  if (!(drop instanceof HTMLDetailsElement)) continue;
  document.addEventListener("click", (e) => { if (e.target instanceof Node && !drop.contains(e.target)) drop.open = false; });
  drop.addEventListener("keydown", (e) => {
    if (e.key === "Escape" && drop.open) { drop.open = false; drop.querySelector("summary")?.focus(); }
  });
}

/** A page that shows work under way looks again by itself. */
if (document.querySelector("[data-again]")) setTimeout(() => location.reload(), 1500);
