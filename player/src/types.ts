// What the API sends, as far as the player reads it (docs: /api/openapi.json).

import type { Watching } from "./settings.ts";

export interface Rendition {
  height: number; // the shorter side
  width: number;
  url: string;
  codecs: string; // RFC 6381
  bitrate: number; // bits per second
  bytes: number;
}

export interface Author {
  handle: string;
  name: string;
  avatar?: string;
  url: string;
  following: boolean;
}

export interface Subtitles {
  language: string;
  label: string;
  url: string;
}

export interface Clip {
  id: string;
  url: string;
  state: "uploading" | "processing" | "held" | "ready" | "failed" | "removed";
  progress: number;
  preview?: string;
  error: { code: string; title: string; detail: string; retry: boolean } | null;
  caption: string;
  tags: string[];
  author: Author;
  sound: { id: string; name: string } | null;
  duration_ms: number;
  width: number;
  height: number;
  renditions: Rendition[];
  poster?: string;
  thumbhash?: string;
  counts: { views: number; likes: number; comments: number; shares: number };
  liked: boolean;
  created: string;
  published: string | null;
  subtitles?: Subtitles[];
}

// One serve of a feed: the token, the clip, one line of words.
export interface Item {
  serve: string;
  clip: Clip;
  why: string;
}

export interface List<T> {
  items: T[];
  next: string | null;
}

// What the page gives the player to start with.
export interface Start extends List<Item> {
  source: "for-you" | "following";
  plain: boolean; // without profiling, by choice at this moment
  viewer: { account: string; learn: boolean; watching?: Watching }; // account: handle, "" for none
}

export type EventKind = "watch" | "skip" | "complete" | "share" | "not_interested" | "like" | "unlike";

export interface Deed {
  serve: string;
  kind: EventKind;
  watched_ms?: number;
  at?: string;
}

export interface Comment {
  id: string;
  author: Pick<Author, "handle" | "name" | "avatar">;
  text: string;
  created: string;
  parent: string | null;
  likes: number;
  replies: number;
  liked: boolean;
  pinned: boolean;
  edited: boolean;
  waiting: boolean;
  may: ("edit" | "delete" | "pin" | "approve")[];
}

// Folder is a collection of one's own.
export interface Folder {
  id: string;
  name: string;
  has: boolean;
}

export type Level = "more" | "neutral" | "less" | "never";

export interface Subject {
  kind: "tag" | "author" | "sound";
  key: string;
  label: string;
}

export interface Why {
  source: string;
  score: number;
  propensity: number;
  parts: { name: string; value: number; contribution: number; words: string; subject?: Subject }[];
}
