// Keeps the child's page up to date: when the panel says “look”, the live parts are fetched anew.
(() => {
  const live = document.querySelectorAll("[data-live]");
  if (!live.length || !window.EventSource) return;
  let busy = false, again = false;

  const look = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of document.querySelectorAll("[data-live]")) {
          const fresh = page.getElementById(part.id);
          // What somebody is writing in is not swapped away.
          const writing = part.contains(document.activeElement) && document.activeElement.matches("input, textarea");
          if (fresh && !writing && fresh.innerHTML !== part.innerHTML) part.replaceWith(fresh);
        }
      }
    } catch { /* The network rests; the next event tries again. */ }
    busy = false;
    soon();
    if (again) { again = false; look(); }
  };

  // What is true in a moment is looked for by itself: nothing else changes then.
  const soon = () => { if (document.querySelector("[data-soon]")) setTimeout(look, 300); };
  soon();
  new EventSource("/live").onmessage = look;
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) look();
  });
})();
