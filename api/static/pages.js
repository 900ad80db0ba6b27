// The rules form: find an app by name, and show the less common ones on demand.
(() => {
  const finder = document.querySelector("[data-find]");
  if (!finder) return;
  const list = document.querySelector(finder.dataset.find);
  const showAll = document.querySelector("[data-show-all]");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  const show = () => {
    const wanted = plain(finder.value.trim());
    for (const row of list.children) row.hidden = wanted !== "" && !plain(row.dataset.name).includes(wanted);
    list.classList.toggle("is-short", wanted === "" && !showAll.hidden);
  };
  finder.closest("[hidden]").hidden = false;
  showAll.hidden = false;
  showAll.addEventListener("click", () => {
    showAll.hidden = true;
    show();
  });
  finder.addEventListener("input", show);
  // Enter would send the whole form.
  finder.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  show();
})();
