// Package feed is the one seam between the product and the engine in rec.
//
// It relays the outbox to the event log, follows the log and folds it into a
// model, keeps snapshots of that model, answers requests for a feed with
// serves, turns what viewers send back into records on the log, and says in
// terms of the product why a clip was shown.
//
// # The fold
//
// A model is a pure function of the log: see rec. Beside the engine it holds
// what only the product knows and the fold needs: which serves have been
// seen (so that nothing counts twice), the facts of clips for muted words and
// for words of explanation, and how often each clip was viewed and shared.
//
// # Reading while learning
//
// One goroutine folds; any number reads. A read holds the model still, so it
// sees one position of the log, and waits for one record at most.
package feed
