// Sound as people left it. Browsers let nothing play aloud before the first
// touch: then it starts muted, a hint says so, and the first tap brings sound.

import { chosen, choose, settings } from "./settings.ts";

export class Sound {
  private blocked = false;
  wanted = settings().sound;

  // changed is called when what is heard changes.
  changed: () => void = () => {};

  // aloud says whether clips play with sound now.
  get aloud(): boolean {
    return this.wanted && !this.blocked;
  }

  // hint says whether sound is wanted but not allowed yet.
  get hint(): boolean {
    return this.wanted && this.blocked;
  }

  // play starts a video, aloud if that is wanted and allowed. It is false if
  // it does not play at all.
  async play(video: HTMLVideoElement): Promise<boolean> {
    const touched = navigator.userActivation?.hasBeenActive ?? true;
    if (this.wanted && !touched) this.block();
    else if (this.hint && chosen("sound")) this.unblock(); // who chose sound gets it with the first touch
    video.muted = !this.aloud;
    try {
      await video.play();
      return true;
    } catch (e) {
      const name = (e as DOMException).name;
      if (name === "AbortError") return true; // another clip came first
      if (name !== "NotAllowedError" || video.muted) return false;
    }
    this.block();
    video.muted = true;
    return video.play().then(() => true, () => false);
  }

  // toggle turns sound on or off and remembers it.
  toggle(video: HTMLVideoElement | null): void {
    this.wanted = !this.aloud;
    this.blocked = false;
    choose({ sound: this.wanted });
    if (video) video.muted = !this.aloud;
    this.changed();
  }

  private unblock(): void {
    this.blocked = false;
    this.changed();
  }

  private block(): void {
    if (this.blocked) return;
    this.blocked = true;
    this.changed();
  }
}
