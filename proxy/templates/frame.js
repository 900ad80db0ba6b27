(() => {
  const bar = document.querySelector("details"), line = bar.querySelector("[role=status]");
  const say = (what) => parent.postMessage(what, "*");
  const words = [...line.childNodes];
  say(document.body.scrollHeight);
  line.replaceChildren();
  // A screen reader tells what changes in a status, not what stood there from the beginning.
  setTimeout(() => { line.replaceChildren(...words); say(document.body.scrollHeight); }, 150);
  bar.addEventListener("toggle", () => { if (!bar.open) say("close"); });
})();
