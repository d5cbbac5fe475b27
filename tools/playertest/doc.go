// Package playertest runs the player's own tests (player/test/*.test.ts) in a
// real browser: each is bundled, opened in headless Chromium, and tells what it
// found. A type check joins in where npm is there.
package playertest
