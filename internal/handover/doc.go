// Package handover carries a realm to another operator, or into a backup and
// back: export, import, what came after, the receipt, and the end of the
// realm that was left behind. docs/handover-format.md describes the archive
// for whoever reads it without Reelm.
//
// # The archive
//
// An archive is tar, zstd, age, in open formats: rows and records as JSON
// lines, media by the hash of their content, the ledger as it is served. It
// is a list of files, `files.ndjson`, of which each is named with its
// SHA-256; the last member, `manifest.note`, signs that list. Tables, log and
// media list are cut into files of a few megabytes at places that depend on
// their content only. So everything that goes on from something is one
// operation, leaving out files that the other side has:
//
//   - an export into a folder goes on with the first missing part
//   - `--since` carries what came after, with what was taken out since
//   - an import skips the parts that it has read
//
// # One moment
//
// An export is of one moment of a realm that goes on ([feed.Point]): what SQL
// held, the log up to a position, the model of exactly that.
//
// # Nothing half done
//
// An import reads everything into a folder that nobody looks at, verifies all
// of it, makes the realm there, and puts it in its place with one rename.
package handover
