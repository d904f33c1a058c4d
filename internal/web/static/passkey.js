// @ts-check
// Passkeys: the device makes or proves one, and a plain form carries its answer
// to the server. Without this file the buttons stay hidden.

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("button[data-go]");
  if (!(form instanceof HTMLFormElement) || !(button instanceof HTMLButtonElement)) continue;
  if (!("PublicKeyCredential" in window) || !("parseCreationOptionsFromJSON" in PublicKeyCredential)) continue;
  form.hidden = false;
  form.addEventListener("submit", (e) => {
    e.preventDefault();
    if (!button.disabled) prove(form, button);
  });
}

/** @param {HTMLFormElement} form @param {HTMLButtonElement} button */
async function prove(form, button) {
  const wrong = form.querySelector("[data-wrong]");
  if (!(wrong instanceof HTMLElement)) return;
  wrong.hidden = true;
  button.disabled = true;
  try {
    const body = new URLSearchParams();
    const present = form.elements.namedItem("present");
    if (present instanceof HTMLInputElement) body.set("present", present.value);
    const reply = await fetch(form.dataset.begin ?? "", { method: "POST", body });
    const told = await reply.json();
    if (!reply.ok) throw new Error(told.error);
    const made = form.dataset.passkey === "make"
      ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(told.options) })
      : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(told.options) });
    if (!(made instanceof PublicKeyCredential)) throw new Error();
    set(form, "challenge", told.challenge);
    set(form, "answer", JSON.stringify(made.toJSON()));
    form.submit();
  } catch (e) {
    // What the browser says is for developers; what the server says is for people.
    wrong.textContent = e instanceof Error && e.constructor === Error && e.message ? e.message : (form.dataset.failed ?? "");
    wrong.hidden = false;
    button.disabled = false;
  }
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
function set(form, name, value) {
  const input = form.elements.namedItem(name);
  if (input instanceof HTMLInputElement) input.value = value;
}
