// Sets the look before the first paint: what the reader chose, else what their machine prefers.
(() => {
  const page = document.documentElement;
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const look = page.dataset.look;
    const dark = look === "dark" || (look === "auto" && prefersDark.matches);
    page.setAttribute("data-bs-theme", dark ? "dark" : "light");
  };
  apply();
  prefersDark.addEventListener("change", apply);
})();
