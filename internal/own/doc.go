// Package own does for one person what takes longer than a request: the
// archive of everything of theirs, the deletion of what they watched, and
// their erasure.
//
// A Desk belongs to one realm. Work lies in SQL (store.OwnWork), so that it
// goes on after a restart; each step may be done twice.
package own
