package store

import "context"

// PretendSchema marks a database as written by a program that knows a later
// schema.
func PretendSchema(db *DB, version int64) error {
	_, err := db.write.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES ($1, TRUE)`, version)
	return err
}

// TablesDecided lists the tables that are there, and those of tableRules.
func (db *DB) TablesDecided(ctx context.Context) (there, decided []string, err error) {
	q := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version'`
	if db.dialect.postgres {
		q = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'goose_db_version'`
	}
	there, err = list(ctx, db.read, scanID[string], q)
	for _, r := range tableRules {
		decided = append(decided, r.name)
	}
	return there, decided, err
}
