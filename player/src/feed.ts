// The feed's page: puts the parts together.

import { Acts, signIn } from "./acts.ts";
import { get } from "./api.ts";
import { Beacon, keepIn, postEvents } from "./beacon.ts";
import { Breaks, openPageEnd } from "./breaks.ts";
import { Comments } from "./comments.ts";
import { el, icon, part } from "./dom.ts";
import { burst } from "./hearts.ts";
import { listenKeys } from "./keys.ts";
import { LearnCard } from "./learn.ts";
import { keep, recall } from "./memory.ts";
import { Player } from "./play.ts";
import { listen } from "./press.ts";
import { Meter } from "./quality.ts";
import { choose, settings, useAccount } from "./settings.ts";
import { Sheet } from "./sheet.ts";
import { openKeys } from "./sheet_keys.ts";
import { openKeep } from "./sheet_keep.ts";
import { leavePush } from "./push.ts";
import { openMore } from "./sheet_more.ts";
import { openReport } from "./sheet_report.ts";
import { share } from "./sheet_share.ts";
import { openWhy } from "./sheet_why.ts";
import { Slide } from "./slide.ts";
import { Sound } from "./sound.ts";
import { Stage } from "./stage.ts";
import { Supply } from "./supply.ts";
import { toast } from "./toast.ts";
import type { Clip, Item, Level, List, Start, Subject } from "./types.ts";
import { t } from "./words.ts";

const pageSize = 5; // small pages: what was just watched counts soon

function open(root: HTMLElement, start: Start): void {
  const viewer = start.viewer;
  if (viewer.watching) useAccount(viewer.watching);
  const kind = start.plain ? "plain" : start.source;
  const place = recall(kind);
  const beacon = new Beacon(postEvents, keepIn(viewer.learn ? localStorage : null));
  const supply = new Supply(place?.items ?? start.items, place ? place.next : start.next, async (next) => {
    await beacon.flush(); // the engine should know what was just watched
    const path = `/feed/${start.source}?limit=${settings().paged ? 2 * pageSize : pageSize}${start.plain ? "&profile=off" : ""}${next ? "&next=" + encodeURIComponent(next) : ""}`;
    if (start.source === "for-you") return get<List<Item>>(path);
    const page = await get<List<Clip>>(path);
    return { items: page.items.map((clip) => ({ serve: "", clip, why: "" })), next: page.next };
  });
  supply.byHand = () => settings().paged;
  const sound = new Sound();
  const meter = new Meter();
  const acts = new Acts(viewer, beacon, () => supply.items, () => redraw());
  const learn = new LearnCard(document.querySelector<HTMLFormElement>("#learn"), () => (viewer.learn = true));

  const reel = root.querySelector<HTMLElement>(".reel");
  const articles = [...root.querySelectorAll<HTMLElement>(".slide")];
  if (!reel || !articles[0]) return;
  for (const rest of articles.slice(1)) rest.remove();
  const first = new Slide(articles[0], meter, viewer.account);
  const slides: [Slide, Slide, Slide] = [first, Slide.cloneOf(first, meter, viewer.account), Slide.cloneOf(first, meter, viewer.account)];

  let warm = false; // nothing is loaded ahead before the first clip's first frame
  const player = new Player(meter, sound, acts, () => {
    warm = true;
    for (const s of stage.others) if (s.index === stage.index + 1) player.warm(s);
    for (const s of stage.others) if (s.index !== stage.index + 1) s.showPoster();
  });
  const stage = new Stage(root, reel, slides, supply, {
    entered(slide) {
      player.enter(slide);
      if (comments.dialog.open) void discussion.show(slide.item?.clip.id ?? "");
    },
    left(slide) {
      player.leave(slide);
      learn.offer();
    },
    nears: (slide) => player.prime(slide),
    flees: (slide) => player.unprime(slide),
    ends() {
      if (supply.byHand() && !supply.ended) openPageEnd(async () => {
        await supply.more();
        if (!document.hidden) stage.go(1);
      });
    },
    waits(slide) {
      if (warm && slide.index === stage.index + 1 && stage.current.picture.shown) player.warm(slide);
    },
  });
  const redraw = (): void => slides.forEach((s) => s.item && s.counts(s.item));
  const here = (): Item | null => stage.current.item;

  // Comments stay open while one swipes on.
  const comments = new Sheet({ title: "", kind: "panel", seeThrough: true });
  const foot = el("footer", { class: "sheet-foot" });
  comments.dialog.append(foot);
  const discussion = new Comments(() => here()?.serve ?? "", viewer.account !== "", {
    count(change) {
      const item = here();
      if (!item) return;
      item.clip.counts.comments += change;
      comments.title = t("count.comments", { n: item.clip.counts.comments });
      redraw();
    },
  });
  discussion.into(comments.body, foot);
  comments.closed = () => root.classList.remove("beside");
  const openComments = (): void => {
    const item = here();
    if (!item) return;
    if (comments.dialog.open) return comments.close();
    comments.title = t("count.comments", { n: item.clip.counts.comments });
    comments.open();
    root.classList.toggle("beside", comments.beside);
    void discussion.show(item.clip.id);
  };

  const like = (on?: boolean): void => {
    const item = here();
    if (item) acts.like(item, on ?? !item.clip.liked);
  };
  const why = (): void => {
    const item = here();
    if (item?.serve) openWhy(item.serve, viewer.learn, (s, level) => changed(s, level));
  };
  const handOn = (): void => {
    const item = here();
    if (item) void share(item.clip, () => acts.tell(item, "share"));
  };
  // changed brings other clips after a word about taste.
  const changed = (s: Wanted, level: Level): void => {
    supply.dropAfter(stage.index + 1, level === "never" ? (i) => about(i, s) : undefined);
  };
  const hide = async (item: Item, s: Wanted): Promise<void> => {
    if (!(await acts.want(s, "never"))) return;
    toast(t("player.hidden"));
    supply.dropAfter(stage.index, (i) => about(i, s));
    if (here() === item) stage.go(1);
  };
  const save = (): void => {
    const item = here();
    if (!item) return;
    if (viewer.account) void openKeep(item.clip.id);
    else toast(t("player.sign_in_first"), signIn());
  };
  const more = (): void => {
    const item = here();
    if (!item) return;
    openMore(item.clip, viewer.learn, {
      speed(rate) { choose({ speed: rate }); player.speed(rate); },
      quality(height) { choose({ quality: height }); player.again(); },
      captions(on) { choose({ captions: on }); player.captions(); },
      saver() { player.again(); },
      keep: save,
      notInterested() {
        acts.tell(item, "not_interested");
        toast(t("player.hidden"));
        stage.go(1);
        void beacon.flush().then(() => supply.dropAfter(stage.index + 1));
      },
      hideAuthor: () => void hide(item, { kind: "author", key: item.clip.author.handle }),
      hideSound: () => void (item.clip.sound && hide(item, { kind: "sound", key: item.clip.sound.id })),
      why,
      report: () => openReport({ clip: item.clip.id }),
      keys: openKeys,
    });
  };

  listen(root, {
    tap: () => player.tapped(),
    double(x, y) {
      like(true);
      burst(stage.current.glass, x, y);
    },
    hold: more,
  });
  root.addEventListener("click", (e) => {
    const target = (e.target as Element).closest<HTMLElement>("[data-part]");
    const doing: Record<string, () => void> = { comments: openComments, share: handOn, why, more };
    const act = target && doing[target.dataset["part"] ?? ""];
    if (!act) return;
    e.preventDefault();
    act();
  });
  root.addEventListener("submit", (e) => {
    const item = here(), form = (e.target as HTMLElement).dataset["part"];
    if (!item) return;
    e.preventDefault();
    if (form === "like") like();
    if (form === "follow") acts.follow(item, !item.clip.author.following);
  });

  const hint = el("button", { type: "button", class: "sound-hint", "data-swipe": "no" });
  hint.addEventListener("click", () => sound.toggle(stage.current.picture.video));
  root.append(hint);
  sound.changed = () => {
    hint.hidden = sound.aloud;
    hint.replaceChildren(icon("mute"), t(sound.hint && matchMedia("(pointer: coarse)").matches ? "player.sound_hint" : "player.sound_off"));
  };
  sound.changed();
  const toggleSound = (): void => {
    sound.toggle(stage.current.picture.video);
    toast(t(sound.aloud ? "player.sound_on" : "player.sound_off"));
  };
  root.append(steps(stage));

  const next = (): void => void stage.go(1), back = (): void => void stage.go(-1);
  listenKeys({
    ArrowDown: next, j: next, PageDown: next, ArrowUp: back, k: back, PageUp: back, Space: () => player.toggle(),
    ArrowLeft: () => stage.current.scrub.by(-5), ArrowRight: () => stage.current.scrub.by(5),
    m: toggleSound, l: () => like(), c: openComments, s: save, w: why, "?": openKeys, Escape: () => comments.close(),
  });
  navigator.mediaSession?.setActionHandler("nexttrack", next);
  navigator.mediaSession?.setActionHandler("previoustrack", back);

  const remember = (): void => keep(kind, supply.items, stage.index, supply.next);
  document.addEventListener("visibilitychange", () => {
    player.hidden(document.hidden || breaks.open);
    if (document.hidden) beacon.leave();
  });
  addEventListener("pagehide", () => {
    player.hidden(true);
    beacon.leave();
    remember();
  });
  addEventListener("pageshow", (e) => e.persisted && player.hidden(breaks.open));

  if (!viewer.account) leavePush().catch(() => {});
  stage.start(place?.index ?? 0, !place);
  const breaks = new Breaks((on) => player.hidden(on || document.hidden));
}

type Wanted = Pick<Subject, "kind" | "key"> & { label?: string };

// about says whether a clip has to do with a subject.
function about({ clip }: Item, s: Wanted): boolean {
  if (s.kind === "author") return clip.author.handle === s.key || "@" + clip.author.handle === s.label;
  return s.kind === "sound" ? clip.sound?.id === s.key : clip.tags.includes(s.key);
}

// steps are two buttons for the mouse.
function steps(stage: Stage): HTMLElement {
  const button = (sign: string, key: string, step: -1 | 1): HTMLElement =>
    el("button", { type: "button", "aria-label": t(key), onclick: () => void stage.go(step) }, icon(sign));
  return el("div", { class: "steps" }, button("up", "player.keys_back", -1), button("down", "player.keys_next", 1));
}

const root = document.getElementById("stage");
const data = document.getElementById("feed")?.textContent;
if (root && data) open(root, JSON.parse(data) as Start);
part(document, "none")?.remove();
