// Playing the clip on stage: renditions, sound, stalls, the clock of what was
// watched, and what may be loaded ahead.

import type { Acts } from "./acts.ts";
import { Meter, pick, smoothAV1 } from "./quality.ts";
import { connection, saving, settings } from "./settings.ts";
import type { Slide } from "./slide.ts";
import type { Sound } from "./sound.ts";
import type { Rendition } from "./types.ts";
import { attend, WatchClock } from "./watch.ts";
import { t } from "./words.ts";

const heartbeat = 15_000; // a page that is killed loses at most this much
const patience = 2_500; // how long a picture may stand before a smaller one is tried

export class Player {
  private slide: Slide | null = null;
  private detach: () => void = () => {};
  private readonly clock = new WatchClock(() => performance.now());
  private reported = 0;
  private av1 = false;
  private stall: ReturnType<typeof setTimeout> | null = null;
  private stopped = false; // by hand

  constructor(readonly meter: Meter, private readonly sound: Sound, private readonly acts: Acts, private readonly ready: () => void) {
    void smoothAV1().then((can) => (this.av1 = can));
    setInterval(() => this.report(), heartbeat);
  }

  // enter plays a slide.
  enter(slide: Slide): void {
    this.slide = slide;
    this.stopped = !settings().autoplay;
    this.clock.reset();
    this.reported = 0;
    const video = slide.picture.video;
    const chosen = saving() || settings().quality !== null; // by hand, also against what is loaded
    const rendition = (chosen ? null : slide.picture.rendition) ?? this.choose(slide); // choosing measures the page, which takes a while
    if (!rendition) {
      slide.note(t("player.broken"));
      return;
    }
    slide.showPoster();
    slide.load(rendition, "auto");
    video.playbackRate = settings().speed;
    this.detach = this.follow(slide, video);
    this.captions(slide);
    slide.scrub.run();
    slide.offerMore();
    slide.picture.whenPainted(() => this.slide === slide && this.ready());
    if (!document.hidden && !this.stopped) {
      slide.picture.stir();
      void this.play();
    } else slide.glyph(this.stopped ? "play" : null);
    announce(slide);
  }

  // prime starts a neighbour that a finger pulls in, without sound, so that it
  // moves already when the finger lets go.
  prime(slide: Slide): void {
    const { video } = slide.picture;
    if (!slide.picture.shown || document.hidden || this.stopped || !settings().autoplay) return;
    video.muted = true;
    slide.picture.stir();
    void video.play().catch(() => {});
  }

  // unprime stops it again.
  unprime(slide: Slide): void {
    if (slide === this.slide) return;
    slide.picture.video.pause();
    slide.picture.rewind();
  }

  // leave stops a slide and says how long it was watched.
  leave(slide: Slide): void {
    if (this.slide !== slide) return;
    this.clearStall();
    this.detach();
    this.report();
    this.slide = null;
    slide.picture.video.pause();
    slide.scrub.rest();
    slide.glyph(null);
    // It stands still while it leaves the screen, and begins anew after that.
    setTimeout(() => this.slide !== slide && slide.picture.rewind(), 250);
  }

  // warm loads the head of a neighbour, as far as the budget allows.
  warm(slide: Slide): void {
    slide.showPoster();
    const rendition = this.choose(slide);
    if (rendition && !saving()) slide.load(rendition, "metadata");
  }

  // tapped pauses and plays; the first tap may bring sound instead.
  tapped(): void {
    const video = this.slide?.picture.video;
    if (video && this.sound.hint && !video.paused) this.sound.toggle(video);
    else this.toggle();
  }

  // toggle pauses and plays.
  toggle(): void {
    const { slide } = this;
    if (!slide) return;
    this.stopped = !slide.picture.video.paused;
    if (this.stopped) slide.picture.video.pause();
    else void this.play();
    slide.glyph(this.stopped ? "play" : null);
  }

  // hidden is told that the page can no longer, or again, be seen.
  hidden(yes: boolean): void {
    const video = this.slide?.picture.video;
    if (!video) return;
    if (yes) {
      video.pause();
      this.clock.rests();
      this.report();
    } else if (!this.stopped) void this.play();
  }

  speed(rate: number): void {
    if (this.slide) this.slide.picture.video.playbackRate = rate;
  }

  // again chooses the rendition anew and goes on where it was.
  again(): void {
    const { slide } = this;
    const rendition = slide && this.choose(slide);
    if (slide && rendition) this.switch(slide, rendition);
  }

  captions(slide = this.slide): void {
    for (const track of slide?.picture.video.textTracks ?? []) track.mode = settings().captions ? "showing" : "hidden";
  }

  // report says how long the clip has been watched so far.
  report(): void {
    const item = this.slide?.item, watched = this.clock.watched;
    if (!item || watched <= this.reported) return;
    this.reported = watched;
    this.acts.tell(item, "watch", watched);
  }

  private async play(): Promise<void> {
    const { slide } = this;
    if (!slide) return;
    const plays = await this.sound.play(slide.picture.video);
    if (!plays && this.slide === slide && !slide.picture.video.error) slide.glyph("play");
  }

  private choose(slide: Slide): Rendition | undefined {
    const { width, height } = slide.screen.getBoundingClientRect();
    const downlink = connection()?.downlink;
    return pick(slide.item?.clip.renditions ?? [], {
      bandwidth: this.meter.estimate ?? (downlink && downlink < 1.5 ? downlink * 1e6 : null),
      pixels: Math.min(width, height) * Math.min(devicePixelRatio, 3),
      saver: saving(),
      av1: this.av1,
      wanted: settings().quality,
    });
  }

  private switch(slide: Slide, rendition: Rendition): void {
    const at = slide.picture.video.currentTime;
    slide.load(rendition, "auto", at);
    slide.picture.video.playbackRate = settings().speed;
    if (!this.stopped) void this.play();
  }

  // follow listens to the video on stage. It gives the function that stops.
  private follow(slide: Slide, video: HTMLVideoElement): () => void {
    const away = attend(this.clock, video);
    const waiting = (): void => {
      this.clearStall();
      this.stall = setTimeout(() => this.smaller(slide), patience);
    };
    const playing = (): void => {
      this.clearStall();
      slide.note(null);
      slide.glyph(null);
    };
    const broken = (): void => this.broken(slide);
    const back = (): void => this.again();
    video.addEventListener("waiting", waiting);
    video.addEventListener("playing", playing);
    video.addEventListener("error", broken);
    addEventListener("online", back);
    return () => {
      away();
      video.removeEventListener("waiting", waiting);
      video.removeEventListener("playing", playing);
      video.removeEventListener("error", broken);
      removeEventListener("online", back);
    };
  }

  private smaller(slide: Slide): void {
    const now = slide.picture.rendition;
    if (!now || this.slide !== slide) return;
    if (!navigator.onLine) {
      slide.note(t("player.offline"));
      return;
    }
    this.meter.stalled(now.bitrate);
    const less = this.choose(slide);
    if (less && less.bitrate < now.bitrate) this.switch(slide, less);
  }

  // broken tries the other renditions, each once, before it gives up.
  private broken(slide: Slide): void {
    const { item, picture } = slide;
    if (!navigator.onLine) {
      slide.note(t("player.offline"));
      picture.rendition = null;
      return;
    }
    if (!item || !picture.rendition) return;
    const failed = picture.rendition.url;
    item.clip.renditions = item.clip.renditions.filter((r) => r.url !== failed);
    const other = this.choose(slide);
    if (other) this.switch(slide, other);
    else slide.note(t("player.broken"));
  }

  private clearStall(): void {
    if (this.stall !== null) clearTimeout(this.stall);
    this.stall = null;
  }
}

// announce tells the device's own controls what plays.
function announce(slide: Slide): void {
  const clip = slide.item?.clip;
  if (!clip || !("mediaSession" in navigator)) return;
  navigator.mediaSession.metadata = new MediaMetadata({
    title: clip.caption.split("\n")[0] ?? "", artist: "@" + clip.author.handle, artwork: clip.poster ? [{ src: clip.poster }] : [],
  });
}
