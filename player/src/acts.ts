// What somebody does with a clip or its author, told to the server, and taken
// back from the page if the server says no.

import { put, remove } from "./api.ts";
import type { Beacon } from "./beacon.ts";
import { toast } from "./toast.ts";
import type { EventKind, Item, Level, Start, Subject } from "./types.ts";
import { t } from "./words.ts";

export class Acts {
  private hinted = false;

  constructor(
    private readonly viewer: Start["viewer"],
    private readonly beacon: Beacon,
    private readonly items: () => readonly Item[],
    private readonly redraw: () => void,
  ) {}

  // tell sends an event of a serve.
  tell(item: Item, kind: EventKind, watched?: number): void {
    if (!item.serve) return;
    this.beacon.add({ serve: item.serve, kind, at: new Date().toISOString(), ...(watched !== undefined && { watched_ms: watched }) });
  }

  // like likes a clip, or no longer.
  like(item: Item, on: boolean): void {
    const { clip } = item;
    if (clip.liked === on) return;
    clip.liked = on;
    if (this.viewer.account) clip.counts.likes += on ? 1 : -1;
    this.redraw();
    if (item.serve) {
      this.tell(item, on ? "like" : "unlike");
      void this.beacon.flush();
    } else void (on ? put : remove)(`/clips/${clip.id}/like`).catch(() => this.undoLike(item, !on));
    if (!this.viewer.account && on && !this.hinted) {
      this.hinted = true;
      toast(t("player.like_private"), signIn());
    }
  }

  private undoLike(item: Item, liked: boolean): void {
    item.clip.liked = liked;
    item.clip.counts.likes += liked ? 1 : -1;
    this.redraw();
    toast(t("player.failed"));
  }

  // follow follows an author, or no longer, on all of their clips.
  follow(item: Item, on: boolean): void {
    const { handle } = item.clip.author;
    if (!this.viewer.account) {
      toast(t("player.sign_in_first"), signIn());
      return;
    }
    const set = (following: boolean): void => {
      for (const i of this.items()) if (i.clip.author.handle === handle) i.clip.author.following = following;
      this.redraw();
    };
    set(on);
    void (on ? put : remove)(`/accounts/${handle}/follow`).catch(() => {
      set(!on);
      toast(t("player.failed"));
    });
  }

  // want says more, less or never to a subject.
  async want(subject: Pick<Subject, "kind" | "key">, level: Level): Promise<boolean> {
    try {
      await put("/me/interests", { items: [{ kind: subject.kind, key: subject.key, level }] });
      return true;
    } catch {
      toast(t("player.failed"));
      return false;
    }
  }
}

// signIn leads to the sign-in, and back here.
export function signIn(): { url: string; label: string } {
  return { url: "/sign-in?back=" + encodeURIComponent(location.pathname), label: t("nav.sign_in") };
}
