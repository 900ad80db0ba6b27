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

  // Minutes are slid, or typed; both say the same, in words as well.
  const minuteWords = JSON.parse(document.getElementById("minute-words")?.textContent ?? "null");
  const lasting = (minutes) => {
    const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
    if (minutes >= 1440) return minuteWords.none;
    const padded = document.documentElement.lang === "vi" ? String(rest) : String(rest).padStart(2, "0");
    const message = !hours ? (rest === 1 ? minuteWords.one : minuteWords.many) : rest ? minuteWords.both : minuteWords.hours;
    return message.replace("{n}", rest).replace("{hours}", hours).replace("{minutes}", padded);
  };
  for (const slide of form.querySelectorAll("[data-slides]")) {
    const field = form.elements[slide.dataset.slides];
    const said = slide.parentElement.querySelector("output");
    const tell = () => {
      const fits = /^\d{1,4}$/.test(field.value.trim());
      said.textContent = fits ? lasting(Number(field.value)) : "";
      slide.setAttribute("aria-valuetext", said.textContent);
    };
    slide.hidden = false;
    slide.addEventListener("input", () => {
      field.value = slide.value;
      tell();
    });
    field.addEventListener("input", () => {
      slide.value = field.value;
      tell();
    });
    tell();
  }
})();
