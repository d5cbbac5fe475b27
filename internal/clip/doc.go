// Package clip is a clip's life: upload, processing, ready or failed,
// removed.
//
// Desk takes what people upload: the bytes go to a spool file while they are
// hashed, are looked at for what they cannot be, and become a clip with a job
// in one transaction. Worker does the jobs: it probes and encodes in the
// sandbox of media, keeps its lease alive, and publishes a clip exactly once
// however often workers die.
package clip
