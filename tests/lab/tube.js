"use strict";
// What the site's own page does with its data: shows it, plays, and goes on without being left.
const app = document.getElementById("app");
const read = (data) => (typeof data === "string" ? JSON.parse(data) : data);
const find = (node, name, found = []) => {
  if (node && typeof node === "object") {
    for (const [key, value] of Object.entries(node)) {
      if (key === name) found.push(value);
      find(value, name, found);
    }
  }
  return found;
};
const ask = async (kind, body) => {
  const said = { method: "POST", body: JSON.stringify(body) };
  said.headers = { "Content-Type": "application/json" };
  const answer = await fetch(`/youtubei/v1/${kind}?prettyPrint=false`, said);
  return answer.ok ? answer.json() : { refused: await answer.json() };
};
const text = (node) => node?.simpleText ?? node?.content ?? node?.runs?.map((r) => r.text).join("") ?? "";
const put = (parent, name, id, said) => {
  const made = document.createElement(name);
  if (id) made.id = id;
  if (said) made.textContent = said;
  parent.append(made);
  return made;
};
const link = (parent, kind, address, title) => {
  const made = put(parent, "a", "", title);
  made.className = kind;
  made.href = address;
  put(parent, "br");
  made.addEventListener("click", (event) => {
    const number = new URL(made.href).searchParams.get("v");
    if (!number) return;
    event.preventDefault();
    open(number);
  });
};
const items = (parent, data) => {
  for (const item of find(data, "lockupViewModel")) {
    const title = item.metadata.lockupMetadataViewModel.title;
    link(parent, "video", `/watch?v=${item.contentId}`, text(title));
  }
  for (const kind of ["videoRenderer", "videoWithContextRenderer"])
    for (const item of find(data, kind)) link(parent, "video", `/watch?v=${item.videoId}`, text(item.title));
  for (const item of find(data, "shortsLockupViewModel"))
    link(parent, "short", item.onTap.innertubeCommand.commandMetadata.webCommandMetadata.url, text(item.overlayMetadata.primaryText));
};
const show = async (data, player) => {
  app.replaceChildren();
  if (!player) return items(app, data);
  if (player.playabilityStatus?.status !== "OK") {
    const told = player.playabilityStatus?.errorScreen?.playerErrorMessageRenderer;
    put(app, "p", "player-error", `${text(told?.reason)} ${text(told?.subreason)}`);
    return undefined;
  }
  const film = put(app, "video", "movie");
  film.muted = true;
  film.autoplay = true;
  film.src = player.streamingData.formats[0].url;
  put(app, "h2", "title", player.videoDetails.title);
  const next = find(data, "autoplayVideo")[0];
  if (next) put(app, "p", "next", next.watchEndpoint.videoId);
  for (const beside of [...find(data, "secondaryResults").slice(0, 1), ...find(data, "itemSectionRenderer").filter((s) => s.sectionIdentifier === "related-items")])
    items(put(app, "aside", "related"), beside);
  const section = find(data, "itemSectionRenderer").find((s) => s.sectionIdentifier === "comment-item-section");
  if (!section) return undefined;
  const said = await ask("next", { continuation: "comments" });
  const box = put(app, "section", "comments");
  for (const comment of find(said, "commentEntityPayload")) put(box, "p", "", text(comment.properties.content));
  return undefined;
};
const open = async (number) => {
  history.pushState({}, "", `/watch?v=${number}`);
  const [player, next] = await Promise.all([ask("player", { videoId: number }), ask("next", { videoId: number })]);
  await show(next, player);
};
const begin = async () => {
  const player = typeof ytInitialPlayerResponse === "undefined" ? undefined : ytInitialPlayerResponse;
  await show(read(ytInitialData), player);
  const menu = await ask("guide", {});
  for (const entry of find(menu, "guideEntryRenderer")) put(document.getElementById("guide"), "span", "", text(entry.formattedTitle));
  document.documentElement.dataset.ready = "yes";
};
begin();
