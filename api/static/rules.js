// The pages of rules: keeps what was decided about apps that come and go, and offers every app in a choice.
(() => {
  const form = document.getElementById("rules");
  if (!form) return;

  // What was decided so far, by the names of the fields. An app may leave the page, and may stand on it twice.
  const decided = new Map();
  const isApp = (field) => field.name?.startsWith("service:") && field.type === "radio";
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (!isApp(field)) return;
    decided.set(field.name, field.value);
    settle();
  });
  const settle = () => {
    const kept = document.getElementById("kept");
    if (!kept) return;
    kept.replaceChildren();
    for (const [name, value] of decided) {
      const rows = form.querySelectorAll(`input[type="radio"][name="${CSS.escape(name)}"][value="${value}"]`);
      if (rows.length) rows.forEach((row) => (row.checked = true));
      else kept.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
  };
  document.addEventListener("htmx:afterSwap", settle);

  // Enter in a search would send the whole form.
  form.querySelector("[data-find]")?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });

  // Hours and limits may be about any app; all of them are fetched when somebody opens the choice.
  const offer = async (select) => {
    const address = select.dataset.more;
    if (!address) return;
    delete select.dataset.more;
    const answer = await fetch(address);
    if (!answer.ok || answer.redirected) return;
    const chosen = select.value;
    const page = new DOMParser().parseFromString(`<select>${await answer.text()}</select>`, "text/html");
    select.replaceChildren(...page.querySelector("select").children);
    select.value = chosen;
  };
  for (const kind of ["focusin", "pointerdown"]) {
    form.addEventListener(kind, (event) => event.target.matches?.("select[data-more]") && offer(event.target));
  }
})();
