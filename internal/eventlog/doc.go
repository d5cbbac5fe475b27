// Package eventlog keeps a realm's event log: an ordered, durable sequence of
// messages that can be appended to, followed from a position, read in ranges,
// erased from and aged. It knows nothing of what the messages mean.
//
// # Where it lives
//
// Behind one concrete type, [Server], is NATS JetStream: by default inside
// this process, in a folder, listening on no port; or a JetStream cluster,
// named by its URL. A realm's log is one stream, opened by [Server.Log].
//
// # Positions
//
// Every message gets the next sequence number, from 1 on. Numbers are never
// given twice and never change: what is erased leaves a gap, the head of the
// log too, and an imported log keeps the numbers it had elsewhere, gaps
// included ([Server.Import]).
//
// # Shards
//
// A message belongs to a key (a viewer's id, or 0), of which the log keeps
// only a hash: one of 4,096 shards, each a subject of its own. So everything
// of one viewer is found by reading one shard ([Log.Erase]), at no cost for
// the others: 300,000 subjects would take 400 MB of memory.
//
// # What holds
//
//   - Append returns when the message is stored: kill -9 at that moment loses
//     nothing. In a folder the files reach the disk within a second ([Config]
//     SyncInterval) or when [Log.Sync] returns; a cluster has it on a majority.
//   - An error from Append leaves open whether the message was stored. Append
//     it again with the same ID: within two minutes it is stored once.
//   - What one call of AppendAll stores is a prefix of what it was given, in
//     that order. Concurrent calls interleave.
//   - A follower sees what is stored, in order, without a hole, across lost
//     connections, and never twice.
//   - What Erase removed is overwritten on the disk, not only hidden.
//
// # For whoever relays an outbox
//
// AppendAll keeps order whatever fails, and repeating the rest with the same
// IDs stores nothing twice. A row of the outbox may be forgotten once
// [Log.Sync] has returned after it was appended: before that a loss of power
// can take the message back.
//
// # Signals
//
// [Server.Signal] and [Server.Watch] wake workers and carry live updates
// between processes. They are best effort and stored nowhere: whoever is not
// there, or too slow, misses them. A job's truth is its row in SQL.
package eventlog
