package handover

// readme is the first member of an archive: what a stranger finds in it.
const readme = `A realm of Reelm, whole or in part, as it passes to another operator.

schema.json           tables, their keys and columns, the tables that others refer to first
tables/NAME/N.ndjson  rows, one JSON object a line
log/SEQ.ndjson        the event log: what was watched, one message a line
model/model.snapshot  the model that was learned of it
constitution.json     the ranking document in force
ledger/               the transparency log, in the formats of C2SP tlog-tiles
media-list/N.ndjson   media by their key, with the hash of their content
media/XX/HASH         media by the SHA-256 of their content
files.ndjson          every file, with its SHA-256
manifest.note         signs the list of files

docs/handover-format.md of Reelm describes all of it.
`
