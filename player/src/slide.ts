// One slide of the three: the markup that the server made for the first clip,
// adopted or cloned, and filled with whichever clip comes by.

import { pieces } from "./caption.ts";
import { avatar, el, icon, part, say } from "./dom.ts";
import { compact } from "./numbers.ts";
import { Picture } from "./picture.ts";
import type { Meter } from "./quality.ts";
import { Scrub } from "./scrub.ts";
import { paint } from "./thumbhash.ts";
import { age } from "./times.ts";
import type { Clip, Item, Rendition } from "./types.ts";
import { t } from "./words.ts";

export class Slide {
  readonly picture: Picture;
  readonly scrub: Scrub;
  readonly glass: HTMLElement;
  readonly screen: HTMLElement;
  private readonly poster: HTMLImageElement;
  private readonly haze: HTMLCanvasElement;
  private readonly about: HTMLElement;
  private readonly more = el("button", { type: "button", class: "caption-more", "aria-expanded": "false" }, t("player.more"));
  item: Item | null = null;
  index = -1;

  constructor(readonly root: HTMLElement, meter: Meter, private readonly me: string) {
    const need = <T extends Element>(selector: string): T => {
      const found = root.querySelector<T>(selector);
      if (!found) throw new Error(`the slide lacks ${selector}`);
      return found;
    };
    const video = need<HTMLVideoElement>("video");
    video.controls = false;
    video.loop = true;
    video.playsInline = true;
    video.disableRemotePlayback = false;
    this.picture = new Picture(video, meter);
    this.screen = need(".screen");
    this.glass = need(".glass");
    this.poster = need(".poster");
    this.haze = need(".haze");
    this.about = need(".about");
    this.scrub = new Scrub(need(".scrub"), video, root);
    this.more.addEventListener("click", () => this.open(!this.about.classList.contains("open")));
  }

  // cloneOf makes a further slide from the markup of one.
  static cloneOf(first: Slide, meter: Meter, me: string): Slide {
    const root = first.root.cloneNode(true) as HTMLElement;
    const video = root.querySelector("video");
    video?.removeAttribute("src"); // before it loads anything
    root.querySelector(".poster")?.removeAttribute("src");
    root.querySelector(".caption-more")?.remove();
    return new Slide(root, meter, me);
  }

  // fill puts a clip's words and shape into the slide; its media come with
  // warm or enter.
  fill(item: Item, index: number, adopt: boolean): void {
    const { clip } = item;
    this.item = item;
    this.index = index;
    this.root.style.transform = `translateY(${index * 100}%)`;
    this.root.setAttribute("aria-label", label(clip));
    this.screen.dataset["fit"] = fit(clip);
    this.note(null);
    this.open(false);
    paint(this.haze, clip.thumbhash ?? "");
    if (adopt) {
      const { picture } = this;
      const there = clip.renditions.find((r) => r.url === picture.video.getAttribute("src"));
      if (there) picture.adopt(there);
    } else this.words(item);
    this.counts(item);
  }

  private words({ clip, serve }: Item): void {
    const { root } = this;
    const author = part<HTMLAnchorElement>(root, "author");
    say(author, "@" + clip.author.handle);
    author?.setAttribute("href", clip.author.url);
    const when = part<HTMLAnchorElement>(root, "when");
    when?.setAttribute("href", clip.url);
    when?.replaceChildren(el("time", { datetime: clip.published || clip.created }, age(clip.published || clip.created)));
    part(root, "caption")?.replaceChildren(...pieces(clip.caption));
    const sound = part<HTMLAnchorElement>(root, "sound");
    say(sound, clip.sound ? clip.sound.name || t("sound.original", { author: "@" + clip.author.handle }) : "");
    sound?.setAttribute("href", clip.sound ? "/sound/" + clip.sound.id : "#");
    part(root, "sound-line")?.toggleAttribute("hidden", !clip.sound);
    const face = part(root, "avatar");
    face?.setAttribute("href", clip.author.url);
    face?.setAttribute("aria-label", "@" + clip.author.handle);
    face?.replaceChildren(avatar(clip.author));
    const follow = part(root, "follow");
    follow?.setAttribute("action", clip.author.url + "/follow");
    follow?.toggleAttribute("hidden", clip.author.handle === this.me);
    part(root, "like")?.setAttribute("action", clip.url + "/like");
    part(root, "comments")?.setAttribute("href", clip.url + "#comments");
    part(root, "share")?.setAttribute("href", clip.url);
    part(root, "why")?.setAttribute("href", "/why?serve=" + encodeURIComponent(serve));
    const video = this.picture.video;
    video.setAttribute("aria-label", label(clip));
    video.width = clip.width;
    video.height = clip.height;
  }

  // counts shows what others and oneself did with the clip.
  counts({ clip }: Item): void {
    say(part(this.root, "likes"), compact(clip.counts.likes));
    say(part(this.root, "comment-count"), compact(clip.counts.comments));
    part(this.root, "like")?.querySelector("button")?.setAttribute("aria-pressed", String(clip.liked));
    part(this.root, "follow")?.querySelector("button")?.setAttribute("aria-pressed", String(clip.author.following));
  }

  // picturePoster lets the poster come: after what plays now.
  showPoster(): void {
    const { item, poster } = this;
    if (!item?.clip.poster) poster.removeAttribute("src");
    else if (poster.getAttribute("src") !== item.clip.poster) poster.src = item.clip.poster;
  }

  // load brings the clip itself, with its subtitles.
  load(rendition: Rendition, preload: "metadata" | "auto", at = 0): void {
    const fresh = this.picture.rendition === null;
    this.picture.show(rendition, preload, at);
    if (!fresh) return;
    for (const s of this.item?.clip.subtitles ?? []) {
      this.picture.video.append(el("track", { kind: "subtitles", srclang: s.language, label: s.label, src: s.url }));
    }
  }

  // empty lets go of the clip, so that the slide can be filled again.
  empty(): void {
    this.picture.clear();
    this.poster.removeAttribute("src");
    this.item = null;
  }

  // offerMore shows the button below a caption that is cut.
  offerMore(): void {
    const caption = part(this.root, "caption");
    if (!caption || this.about.classList.contains("open")) return;
    if (caption.scrollHeight > caption.clientHeight + 2) caption.after(this.more);
    else this.more.remove();
  }

  private open(on: boolean): void {
    this.about.classList.toggle("open", on);
    if (on) this.about.dataset["swipe"] = "no";
    else delete this.about.dataset["swipe"];
    this.more.setAttribute("aria-expanded", String(on));
  }

  // glyph shows that the clip pauses, calmly.
  glyph(name: "play" | null): void {
    this.glass.querySelector(".glyph")?.remove();
    if (!name) return;
    const sign = icon(name);
    sign.classList.add("glyph");
    this.glass.append(sign);
  }

  // note says something over the picture.
  note(text: string | null): void {
    this.glass.querySelector(".glass-note")?.remove();
    if (text) this.glass.append(el("p", { class: "glass-note", role: "status" }, text));
  }
}

function label(clip: Clip): string {
  const line = clip.caption.split("\n")[0] ?? "";
  return line ? `@${clip.author.handle}: ${line}` : "@" + clip.author.handle;
}

// fit says how a clip lies on the screen: it fills it only if it nearly has
// its shape.
export function fit(clip: { width: number; height: number }): "cover" | "contain" {
  if (clip.width <= 0 || clip.height <= 0) return "contain";
  return Math.abs(clip.width / clip.height / (9 / 16) - 1) <= 0.05 ? "cover" : "contain";
}
