// What arrives while a page is open: news for the inbox, messages, comments.

import { get } from "./api.ts";
import type { Comment, List } from "./types.ts";

interface Unseen {
  notices: number;
  messages: number;
}

// liveInbox lights the inbox's place when something waits, and brings what is
// new into the list or conversation that is shown.
export function liveInbox(): void {
  const place = document.querySelector<HTMLElement>('[data-place="inbox"]');
  if (!place || !document.documentElement.hasAttribute("data-account")) return;
  const stream = new EventSource("/api/v1/me/inbox/live");
  let first = true;
  stream.addEventListener("inbox", (e) => {
    const unseen = JSON.parse((e as MessageEvent<string>).data) as Unseen;
    place.classList.toggle("news", unseen.notices + unseen.messages > 0);
    if (!first) void refresh();
    first = false;
  });
  addEventListener("pagehide", () => stream.close());
}

// refresh reads the page anew and takes over the part that lives.
async function refresh(): Promise<void> {
  const shown = document.querySelector<HTMLElement>("[data-live]");
  if (!shown || new URLSearchParams(location.search).has("next")) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector<HTMLElement>(`[data-live="${shown.dataset["live"]}"]`);
  if (!fresh) return;
  const list = shown.querySelector<HTMLElement>('[data-part="messages"]'), newer = fresh.querySelector('[data-part="messages"]');
  if (!list || !newer) return shown.replaceWith(document.adoptNode(fresh));
  for (const m of newer.children) {
    const id = (m as HTMLElement).dataset["id"] ?? "";
    if (!list.querySelector(`[data-id="${CSS.escape(id)}"]`)) list.append(document.adoptNode(m.cloneNode(true)));
  }
  list.lastElementChild?.scrollIntoView({ block: "nearest" });
}

export interface CommentNews {
  arrived(c: Comment): void;
  changed(c: Comment): void;
  gone(id: string): void;
}

// liveComments tells of the comments of a clip that come, change and go, until
// the function that it gives is called.
export function liveComments(clip: string, news: CommentNews): () => void {
  const stream = new EventSource(`/api/v1/clips/${encodeURIComponent(clip)}/comments/live`);
  let known: Set<string> | null = null; // null: what is there first is in the list already
  stream.addEventListener("comments", (e) => {
    const { items, gone } = JSON.parse((e as MessageEvent<string>).data) as List<Comment> & { gone?: string[] };
    const before = known;
    known = new Set([...(before ?? []), ...items.map((c) => c.id)]);
    for (const id of gone ?? []) news.gone(id);
    if (before) for (const c of items.slice().reverse()) (before.has(c.id) ? news.changed : news.arrived)(c);
  });
  return () => stream.close();
}

interface Suggestion {
  kind: string;
  text: string;
  url: string;
}

// suggesting offers what a query may become while it is typed.
export function suggesting(input: HTMLInputElement): void {
  const list = document.createElement("datalist");
  list.id = "suggestions";
  input.after(list);
  input.setAttribute("list", list.id);
  input.autocomplete = "off";
  let wait = 0;
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = window.setTimeout(() => {
      const q = input.value.trim();
      if (q.length < 2) return list.replaceChildren();
      get<{ items: Suggestion[] }>(`/search/suggestions?q=${encodeURIComponent(q)}`).then(
        ({ items }) => list.replaceChildren(...items.map((s) => new Option(s.text, s.text))), () => {});
    }, 150);
  });
}
