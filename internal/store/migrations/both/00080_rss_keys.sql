-- +goose Up
-- The secret in the addresses of somebody's private feeds. It opens nothing
-- but them.
CREATE TABLE rss_keys (
    account BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    key     TEXT NOT NULL UNIQUE,
    created BIGINT NOT NULL
);
