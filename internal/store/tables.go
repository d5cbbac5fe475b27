package store

import (
	"context"
	"fmt"
	"strings"
)

// Audience is for whom tables are read out.
type Audience int

// The audiences.
const (
	// Heir is another operator: what people made passes, what the operator or
	// a session holds does not.
	Heir Audience = iota
	// Self is the same operator, who makes a backup.
	Self
)

// tableRule says what becomes of a table when a realm is read out.
type tableRule struct {
	name string
	key  []string
	to   passing
	// instead reads an expression in place of a column, for an Heir.
	instead map[string]string
	// where keeps some rows back from an Heir.
	where string
}

type passing int

const (
	toAll  passing = iota // passes on
	toSelf                // only into a backup
	toNobody
)

// tableRules lists every table, those that others refer to first. A test
// holds it against the schema: whoever adds a table decides here whether it
// passes.
var tableRules = []tableRule{
	{name: "settings", key: []string{"key"}, where: settingsThatPass()},
	{name: "counters", key: []string{"name"}, where: "name NOT LIKE 'objection-%'"},         // theirs are in the manifest
	{name: "accounts", key: []string{"id"}, instead: map[string]string{"role": "'viewer'"}}, // the new owner names their own staff
	{name: "sessions", key: []string{"hash"}, to: toSelf},
	{name: "viewers", key: []string{"id"}},
	{name: "clips", key: []string{"id"}},
	{name: "clip_tags", key: []string{"tag", "published", "clip"}},
	{name: "mentions", key: []string{"clip", "account"}},
	{name: "sounds", key: []string{"id"}},
	{name: "jobs", key: []string{"id"}, instead: map[string]string{"state": "CASE WHEN state = 'running' THEN 'waiting' ELSE state END", "lease": "0", "worker": "''"}},
	{name: "uploads", key: []string{"id"}, to: toNobody}, // their bytes are under way
	{name: "likes", key: []string{"account", "clip"}},
	{name: "follows", key: []string{"follower", "followed"}},
	{name: "blocks", key: []string{"account", "blocked"}},
	{name: "comments", key: []string{"id"}},
	{name: "interests", key: []string{"viewer", "kind", "key"}},
	{name: "reports", key: []string{"id"}},
	{name: "outbox", to: toNobody}, // all of it is on the log by then
	{name: "constitutions", key: []string{"version"}},
	{name: "ledger_head", to: toNobody}, // the ledger is read out as what it serves
	{name: "ledger_entry", to: toNobody},
	{name: "ledger_node", to: toNobody},
	{name: "ledger_text", to: toNobody},
	{name: "ledger_statement", to: toNobody},
	{name: "ledger_month", to: toNobody},
	{name: "forgettings", key: []string{"n"}, where: "done"},
	{name: "phase_plan", key: []string{"phase"}, to: toSelf}, // what the former owner planned binds nobody
	{name: "country_blocks", key: []string{"scope", "subject", "country"}},
	{name: "comment_likes", key: []string{"account", "comment"}},
	{name: "notifications", key: []string{"id"}},
	{name: "notify_settings", key: []string{"account"}},
	{name: "push_key", key: []string{"one"}},
	{name: "push_subscriptions", key: []string{"id"}, instead: map[string]string{"session": "NULL"}}, // sessions do not pass
	{name: "watching", key: []string{"account"}},
	{name: "rss_keys", key: []string{"account"}, to: toSelf}, // the former owner knows them
	{name: "conversations", key: []string{"id"}},
	{name: "messages", key: []string{"id"}},
	{name: "subtitles", key: []string{"clip", "language"}},
	{name: "folders", key: []string{"id"}},
	{name: "kept", key: []string{"account", "folder", "clip"}},
	{name: "history", key: []string{"viewer", "clip"}},
	{name: "history_paused", key: []string{"viewer"}},
	{name: "mutes", key: []string{"viewer", "kind", "key"}},
	{name: "search_words", to: toNobody}, // made anew: see ClearIndex
	{name: "search_docs", to: toNobody},
	{name: "vocabulary", to: toNobody},
	{name: "vocabulary_grams", to: toNobody},
	{name: "tags", to: toNobody},
	{name: "own_work", key: []string{"viewer", "kind"}, where: "kind <> 'export'"}, // an export is a file over there
	{name: "receipts", key: []string{"hash"}},
	{name: "set_apart", key: []string{"report"}},
	{name: "arrival", to: toNobody},
	{name: "certificate", to: toNobody},
	{name: "splits", to: toNobody},
	{name: "split_people", to: toNobody},
	{name: "objections", key: []string{"account"}, to: toSelf}, // who objects does not pass
}

// PassingSettings are those that pass on to another operator, by key or by a
// prefix that ends with a dot. Commands, addresses and secrets are none.
var PassingSettings = []string{"title", "languages", "phase", "account.grace", "handover.terms", "rules.", "moderation.", "media.keep-originals", "media.sixty-frames", "permit."}

func settingsThatPass() string {
	var or []string
	for _, k := range PassingSettings {
		if strings.HasSuffix(k, ".") {
			or = append(or, fmt.Sprintf("key LIKE '%s%%'", k))
			continue
		}
		or = append(or, fmt.Sprintf("key = '%s'", k))
	}
	return "(" + strings.Join(or, " OR ") + ")"
}

func (r tableRule) passes(a Audience) bool { return r.to == toAll || r.to == toSelf && a == Self }

// Column is a column of a table.
type Column struct {
	Name string `json:"name"`
	// Type: integer (64 bits), real, text, boolean, or bytes (in base 64).
	Type string `json:"type"`
}

// Table is the form of a table.
type Table struct {
	Name    string   `json:"name"`
	Key     []string `json:"key"`
	Columns []Column `json:"columns"`
}

// Tables gives the form of the tables that are read out, those that others
// refer to first.
func (db *DB) Tables(ctx context.Context, to Audience) (_ []Table, err error) {
	defer wrap(&err, "Tables")
	var out []Table
	for _, r := range tableRules {
		if !r.passes(to) {
			continue
		}
		t, err := tableForm(ctx, db.read, r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

func tableForm(ctx context.Context, q querier, r tableRule) (t Table, err error) {
	t = Table{Name: r.name, Key: r.key}
	rows, err := q.QueryContext(ctx, `SELECT * FROM `+r.name+` LIMIT 0`)
	if err != nil {
		return t, err
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	types, err := rows.ColumnTypes()
	if err != nil {
		return t, err
	}
	for _, c := range types {
		kind, ok := map[string]string{"BIGINT": "integer", "INT8": "integer", "INTEGER": "integer", "TEXT": "text", "BYTEA": "bytes", "BLOB": "bytes", "BOOLEAN": "boolean", "BOOL": "boolean",
			"DOUBLE PRECISION": "real", "FLOAT8": "real"}[c.DatabaseTypeName()]
		if !ok {
			return t, fmt.Errorf("table %s: column %s is of type %q", r.name, c.Name(), c.DatabaseTypeName())
		}
		t.Columns = append(t.Columns, Column{c.Name(), kind})
	}
	return t, rows.Err()
}

// SchemaVersion is the number of the newest migration.
func (db *DB) SchemaVersion(ctx context.Context) (_ int64, err error) {
	defer wrap(&err, "SchemaVersion")
	return db.schemaVersion(ctx)
}
