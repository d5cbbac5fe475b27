-- +goose Up
-- A realm that came from another operator: by which manifest, what was signed
-- for it, and whether it still takes what came after. As long as it does, the
-- ledger does not know its new owner.
CREATE TABLE arrival (
    one      BIGINT PRIMARY KEY CHECK (one = 1),
    manifest BYTEA NOT NULL,
    receipt  BYTEA NOT NULL,
    waits    BOOLEAN NOT NULL
);

-- Which of the statements is the certificate of the realm's purge.
CREATE TABLE certificate (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    id  BYTEA NOT NULL
);
