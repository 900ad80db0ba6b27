// The little script the panel needs: everything works without it, this only saves a step.
(() => {
  // The time zone of the browser, offered as a first guess.
  const guessZone = (root) => {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!zone) return;
    for (const field of root.querySelectorAll("[data-guess-zone]")) {
      if (field.tagName !== "SELECT") field.value = zone;
      else if ([...field.options].some((option) => option.value === zone)) field.value = zone;
    }
  };

  // Copies the text a button names.
  const copy = async (button) => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const field = document.createElement("textarea");
      field.value = button.dataset.copy;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    button.classList.add("hd-copied");
    setTimeout(() => button.classList.remove("hd-copied"), 1500);
  };

  // How strong a password is, in a meter: length counts most.
  const strength = (field) => {
    const meter = document.getElementById(field.dataset.strength);
    if (!meter) return;
    const text = field.value;
    const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(text)).length;
    const different = new Set(text).size;
    meter.value = Math.min(4, Math.floor(Math.min(text.length, different * 2) / 5) + (kinds > 2 ? 1 : 0));
  };

  document.addEventListener("click", (event) => {
    const copyButton = event.target.closest("[data-copy]");
    if (copyButton) copy(copyButton);
    const shower = event.target.closest("[data-show-password]");
    if (shower) {
      const field = document.getElementById(shower.dataset.showPassword);
      field.type = field.type === "password" ? "text" : "password";
      shower.setAttribute("aria-pressed", String(field.type === "text"));
    }
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-strength]")) strength(event.target);
  });
  // Forms that save themselves when a choice is made.
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  // A second tap on the same button must not send the form twice.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) event.preventDefault();
    else if (form.method === "post" && !form.hasAttribute("hx-post")) {
      form.dataset.sent = "yes";
      const busy = form.querySelector("[data-busy]");
      if (busy) busy.textContent = busy.dataset.busy;
      setTimeout(() => delete form.dataset.sent, 3000);
    }
  });
  // Parts that follow what happens: the panel says when to look again, and time passes too.
  const isRead = (part) => part.contains(document.querySelector("input:focus, textarea:focus, select:focus"))
    || part.querySelector("details[open], .pg-story:not(:empty)")
    || (part.dataset.live === "top" && window.scrollY > 400);
  const look = () => {
    const part = document.querySelector("[data-live]");
    // Whoever is about to tap must not find another button under the finger, nor lose a word.
    if (part && !document.hidden && !isRead(part)) part.dispatchEvent(new Event("look"));
  };
  if (document.querySelector("[data-live]")) {
    setInterval(look, 10000);
    if (window.EventSource) new EventSource("/live").onmessage = look;
  }
  guessZone(document);
})();
