(() => {
  const own = document.currentScript, at = location.origin + "/.well-known/haidang/";
  let told = own.dataset.told;
  own.remove();
  const send = (what) => fetch(at + what, { method: "POST", credentials: "omit", cache: "no-store", headers: { "Hai-Dang": (location.pathname + location.search).slice(0, 2000) } });
  const plays = () => [...document.querySelectorAll("video, audio")].some((each) => !each.paused && !each.ended);
  const writes = () => {
    const here = document.activeElement;
    return here && (here.isContentEditable || (/^(TEXTAREA|INPUT)$/.test(here.tagName) && here.value));
  };
  const clear = () => document.querySelectorAll("hai-dang-notice").forEach((each) => each.remove());
  const show = () => {
    const bar = document.createElement("hai-dang-notice"), frame = document.createElement("iframe");
    bar.style.cssText = "all:initial!important;display:block!important;position:fixed!important;z-index:2147483647!important;inset:auto 0 0 0!important;width:min(540px,100vw)!important;margin:0 auto!important;background:none!important;border:0!important;padding:0!important";
    frame.style.cssText = "display:block;width:100%;height:96px;border:0;background:none;color-scheme:normal";
    frame.setAttribute("sandbox", "allow-scripts");
    frame.title = "H\u1ea3i \u0110\u0103ng";
    frame.src = at + "bar";
    bar.attachShadow({ mode: "closed" }).append(frame);
    addEventListener("message", (event) => {
      if (event.source !== frame.contentWindow) return;
      if (event.data === "close") { bar.remove(); send("closed").catch(() => {}); }
      else if (event.data > 0) frame.style.height = Math.min(event.data, 300) + "px";
    });
    document.body.append(bar);
    if (bar.showPopover) { bar.popover = "manual"; bar.showPopover(); }
  };
  const ask = async () => {
    if (document.hidden && !plays()) return;
    try {
      const answer = await send("due");
      if (answer.headers.get("hai-dang") === null) { clearInterval(clock); return; }
      const due = await answer.text();
      // What is being written is not thrown away; only a film does not wait for it.
      if (due === "over") { if (plays() || !writes()) location.reload(); return; }
      if (due === told) return;
      told = due;
      clear();
      if (due) show();
    } catch { /* the door is away: the next time will do */ }
  };
  const clock = setInterval(ask, 15000);
  document.addEventListener("visibilitychange", ask);
})();
