// Passkeys: hands challenges of the panel to the browser, and its answers back.
// Without this script, or where the browser has no passkeys, codes and passwords work as ever.
(() => {
  if (!window.PublicKeyCredential) return;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const post = async (address, body) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(body ?? {}),
    });
    if (answer.redirected) location.assign(answer.url);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const decoded = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const name of ["excludeCredentials", "allowCredentials"])
      for (const each of options[name] ?? []) each.id = bytes(each.id);
    return options;
  };

  const encoded = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
      if (credential.response[name]) response[name] = text(credential.response[name]);
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  };

  const attempt = async (place, work) => {
    const wrong = place.querySelector("[role=alert]");
    wrong.hidden = true;
    place.setAttribute("aria-busy", "true");
    try {
      location.assign((await work()).to);
    } catch {
      wrong.hidden = false;
    } finally {
      place.removeAttribute("aria-busy");
    }
  };

  for (const place of document.querySelectorAll("[data-passkey]")) {
    const address = place.dataset.passkey;
    const next = place.dataset.next ? `?next=${encodeURIComponent(place.dataset.next)}` : "";
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () =>
      attempt(place, async () => {
        const { ticket, options } = await post(`${address}/challenge`);
        const credential = await navigator.credentials.get({ publicKey: decoded(options) });
        return post(address + next, { ticket, credential: encoded(credential) });
      }),
    );
  }

  for (const form of document.querySelectorAll("[data-passkey-new]")) {
    const address = form.dataset.passkeyNew;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      attempt(form, async () => {
        const { ticket, options } = await post(`${address}/challenge`);
        const credential = await navigator.credentials.create({ publicKey: decoded(options) });
        return post(address, { ticket, name: form.elements.name.value, credential: encoded(credential) });
      });
    });
  }
})();
