// The worker of the installed app. It keeps the page that stands in without a network, and shows
// notices. Of anybody's data it keeps nothing: only the files that PLACE names.
const MINE = "haidang-";
const NAME = MINE + PLACE.version;
const KEPT = [PLACE.offline, ...PLACE.files];

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(NAME);
    await kept.addAll(KEPT.map((address) => new Request(address, { cache: "reload" })));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith(MINE) && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

const kept = async (address) => (await caches.open(NAME)).match(address);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await kept(PLACE.offline)) || Response.error()));
  } else if (PLACE.files.includes(address.pathname + address.search)) {
    event.respondWith((async () => (await kept(request)) || fetch(request))());
  }
});

// Only a page of ours is opened, whatever a push says.
const ours = (path) => {
  const address = new URL(path || "/", location.origin);
  return address.origin === location.origin ? address.href : location.origin + "/";
};

const read = (data) => {
  try { return data.json(); } catch { return {}; }
};

self.addEventListener("push", (event) => {
  const told = read(event.data);
  const actions = (told.actions || []).slice(0, Notification.maxActions || 2);
  event.waitUntil(self.registration.showNotification(told.title || "Hải Đăng", {
    body: told.body || "",
    tag: told.tag,
    lang: told.lang,
    icon: PLACE.icon,
    badge: PLACE.badge,
    requireInteraction: Boolean(told.urgent),
    actions: actions.map((action, number) => ({ action: String(number), title: action.title })),
    data: { url: told.url, urls: actions.map((action) => action.url) },
  }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, urls } = event.notification.data || {};
  const address = ours((event.action && urls && urls[Number(event.action)]) || url);
  event.waitUntil((async () => {
    for (const open of await self.clients.matchAll({ type: "window" })) {
      if (open.url === address && "focus" in open) return open.focus();
    }
    return self.clients.openWindow(address);
  })());
});

self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil((async () => {
    const subscription = await self.registration.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: PLACE.key,
    });
    await fetch(PLACE.subscribe, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ subscription }),
    });
  })());
});
