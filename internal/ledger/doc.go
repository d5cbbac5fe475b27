// Package ledger is the transparency log of a realm: a public, append-only
// Merkle tree of what its operator did, in formats that other people's tools
// read and verify, and the signed statements that go with it. What is here
// needs no storage and no network: rows are passed in and handed out.
//
// # The tree
//
// An act is an [Entry]: canonical JSON (RFC 8785) of at most 60,000 bytes,
// one of the kinds in kinds.go. The entry's bytes are a leaf of an RFC 6962
// tree. [Edge] adds leaves and yields the rows to store; [SignCheckpoint]
// signs size and root (C2SP tlog-checkpoint); [Rows.Fetch] answers what
// C2SP tlog-tiles serves:
//
//	checkpoint                     origin, size, root, signed
//	tile/L/N and tile/L/N.p/W      hashes, 256 to a tile
//	tile/entries/N, .../N.p/W      the entries themselves
//	texts/N                        ours: the texts beside entries 256N to 256N+255
//	statements/ID                  ours: permits, manifests, ... that entries name
//
// [Verify] reads the same resources through a [Fetch] function, whether they
// come over HTTP, out of an archive or from the database, and checks all of
// it. [Prove] and [Extend] make the proofs that others check.
//
// # Texts beside the tree
//
// People, clips and free text never enter the tree. An entry holds a
// [Commit]: SHA-256 over 16 random bytes and the text. Text and salt lie
// beside the tree, are shown with the entry, and can be redacted: the tree
// still verifies, and an entry of kind redaction says that it was done.
//
// # Keys and owners
//
// A realm has one Ed25519 key in the encoding of golang.org/x/mod/sumdb/note
// and C2SP signed-note; the key's name is the ledger's origin. Entry 0 is an
// owner entry with the verifier key. When a realm passes to another operator
// the key does not: the ledger parts, once and on purpose. See parting.go.
//
// # Statements
//
// Permits, requests, revocations, manifests, receipts and certificates are
// signed notes of one format: see [Statement]. Permits are checked by [Rule],
// offline.
package ledger
