-- +goose Up
-- Accounts that wait for their erasure: since when, 0 for all others.
ALTER TABLE accounts ADD COLUMN leaving BIGINT NOT NULL DEFAULT 0;

-- What is done in the background for one person: export, history, erase.
CREATE TABLE own_work (
    viewer   BIGINT NOT NULL,
    kind     TEXT NOT NULL,
    state    TEXT NOT NULL,
    due      BIGINT NOT NULL,
    progress BIGINT NOT NULL DEFAULT 0,
    file     TEXT NOT NULL DEFAULT '',
    receipt  BYTEA,
    error    TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    PRIMARY KEY (viewer, kind)
);
CREATE INDEX own_work_due ON own_work (due) WHERE state = 'waiting';

-- Receipts of erasures, under the hash of the secret in their address. They
-- name nobody.
CREATE TABLE receipts (
    hash    BYTEA PRIMARY KEY,
    note    TEXT NOT NULL,
    created BIGINT NOT NULL
);

-- What a pending report needs, set apart until its appeal period ends.
CREATE TABLE set_apart (
    report  BIGINT PRIMARY KEY,
    what    TEXT NOT NULL,
    until   BIGINT NOT NULL,
    created BIGINT NOT NULL
);
