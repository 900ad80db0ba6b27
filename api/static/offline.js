// The page without a network goes away by itself when the network is back.
(() => {
  const again = () => location.reload();
  addEventListener("online", again);
  document.querySelector(".again").addEventListener("click", (event) => { event.preventDefault(); again(); });
})();
