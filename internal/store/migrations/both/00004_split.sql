-- +goose Up
-- Parts of the realm that become realms of their own, until that is done:
-- name and address of the new realm, and who goes.
CREATE TABLE splits (
    name     TEXT PRIMARY KEY,
    host     TEXT NOT NULL,
    country  TEXT NOT NULL,
    language TEXT NOT NULL,
    key      TEXT NOT NULL,
    created  BIGINT NOT NULL
);

-- Who goes with a split, while it is made; empty otherwise.
CREATE TABLE split_people (
    id BIGINT PRIMARY KEY
);
