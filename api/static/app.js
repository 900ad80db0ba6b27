// Makes the pages an app where the browser allows it, and lets a device be told by push.
(() => {
  const workers = navigator.serviceWorker;
  const language = document.documentElement.lang;
  // Without https (or this very machine) there are no workers: then there is nothing to do.
  const ready = workers ? workers.register(`/sw.js?lang=${language}`).then(() => workers.ready) : null;
  if (ready) ready.catch(() => {});

  const part = document.querySelector("[data-push]");
  if (!part) return;
  const show = (state) => {
    for (const each of part.querySelectorAll("[data-when]")) {
      each.hidden = !each.dataset.when.split(" ").includes(state);
    }
    part.dataset.state = state;
  };
  const isApple = /iPhone|iPad/.test(navigator.userAgent);
  const supported = ready && "PushManager" in window && "Notification" in window && part.dataset.push;

  const send = (method, body) => fetch(part.dataset.pushTo, {
    method,
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const name = () => {
    const agent = navigator.userAgent;
    const find = (names) => names.find((each) => agent.includes(each[0]));
    const browser = find([["Edg", "Edge"], ["Firefox", "Firefox"], ["Chrome", "Chrome"], ["Safari", "Safari"]]);
    const system = find([["iPhone", "iPhone"], ["iPad", "iPad"], ["Android", "Android"], ["Windows", "Windows"], ["Mac", "Mac"], ["Linux", "Linux"]]);
    return [browser, system].filter(Boolean).map((each) => each[1]).join(" · ") || "push";
  };
  const say = async (answer) => {
    const wrong = part.querySelector("[data-wrong]");
    const told = await answer.json().catch(() => ({}));
    if (wrong) wrong.textContent = told.detail || "";
    show("failed");
  };
  const state = async () => {
    if (!window.isSecureContext) return show("insecure");
    if (!supported) return show(isApple ? "apple" : "unsupported");
    if (Notification.permission === "denied") return show("denied");
    const worker = await ready;
    const has = await worker.pushManager.getSubscription();
    show(has && part.dataset.here === "yes" ? "on" : "off");
  };
  // Without a way to its push service a browser says nothing at all.
  const inTime = (asked) => Promise.race([asked, new Promise((_, stop) => setTimeout(stop, 20000))]);
  const turnOn = async () => {
    if (await Notification.requestPermission() !== "granted") return show("denied");
    show("busy");
    try {
      const worker = await ready;
      const asked = worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: part.dataset.push });
      const subscription = await inTime(asked);
      const answer = await send("POST", { subscription, name: name() });
      if (!answer.ok) return say(answer);
    } catch {
      return show("failed");
    }
    location.reload();
  };
  const turnOff = async () => {
    show("busy");
    const worker = await ready;
    const has = await worker.pushManager.getSubscription();
    await send("DELETE");
    if (has) await has.unsubscribe();
    location.reload();
  };
  part.addEventListener("click", (event) => {
    if (event.target.closest("[data-push-on]")) turnOn();
    if (event.target.closest("[data-push-off]")) turnOff();
  });
  state().catch(() => show("unsupported"));
})();
