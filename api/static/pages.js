// The rules form: fetches the less usual apps once the page stands, and finds an app by name.
(() => {
  const finder = document.querySelector("[data-find]");
  if (!finder) return;
  const list = document.querySelector(finder.dataset.find);
  const showAll = document.querySelector("[data-show-all]");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  let isWhole = !showAll;

  const show = () => {
    const wanted = plain(finder.value.trim());
    for (const row of list.children) {
      const said = row.querySelector(".pg-switch-text").textContent;
      row.hidden = wanted !== "" && !plain(said).includes(wanted);
    }
    list.classList.toggle("is-short", wanted === "" && !isWhole);
  };
  const take = (row) => {
    if (!document.getElementById(row.id)) list.append(row);
  };
  // Hours and limits may be about any app.
  const offer = (select) => {
    const group = document.createElement("optgroup");
    group.label = select.dataset.apps;
    for (const row of list.children) {
      const scope = row.id.replace("app-", "service:");
      const name = row.querySelector("strong").textContent;
      if (![...select.options].some((option) => option.value === scope)) group.append(new Option(name, scope));
    }
    const sorted = [...group.children].sort((one, other) => one.text.localeCompare(other.text));
    group.append(...sorted);
    select.append(group);
  };
  const fetchRest = async () => {
    const answer = await fetch(list.dataset.more);
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    page.querySelectorAll("li").forEach(take);
    document.querySelectorAll("select[data-apps]").forEach(offer);
    // From here on nothing need be sent to show them.
    showAll.type = "button";
    show();
  };

  finder.closest("[hidden]").hidden = false;
  finder.addEventListener("input", show);
  // Enter would send the whole form.
  finder.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  show();
  if (!showAll) return;
  showAll.addEventListener("click", () => {
    if (showAll.type !== "button") return;
    isWhole = true;
    showAll.hidden = true;
    show();
  });
  fetchRest();
})();
