-- +goose Up
-- A browser is told as long as it is signed in: whoever signs out, with or
-- without scripts, hears no more. Those of before, and those that came with a
-- realm from another operator, have no session and stay.
ALTER TABLE push_subscriptions ADD COLUMN session BYTEA REFERENCES sessions (hash) ON DELETE CASCADE;
CREATE INDEX push_subscriptions_session ON push_subscriptions (session);
