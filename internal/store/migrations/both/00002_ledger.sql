-- +goose Up
-- The realm's transparency log. The head is one row, locked by whoever adds.
CREATE TABLE ledger_head (
    one        BIGINT PRIMARY KEY CHECK (one = 1),
    size       BIGINT NOT NULL,
    edge       BYTEA NOT NULL,
    checkpoint BYTEA NOT NULL
);

CREATE TABLE ledger_entry (
    n    BIGINT PRIMARY KEY,
    kind TEXT NOT NULL,
    hash BYTEA NOT NULL,
    leaf BYTEA NOT NULL
);
CREATE INDEX ledger_entry_kind ON ledger_entry (kind, n);

-- Roots of full subtrees of 256, 65536, ... leaves.
CREATE TABLE ledger_node (
    level BIGINT NOT NULL,
    n     BIGINT NOT NULL,
    hash  BYTEA NOT NULL,
    PRIMARY KEY (level, n)
);

-- Texts beside the tree.
CREATE TABLE ledger_text (
    n        BIGINT NOT NULL,
    name     TEXT NOT NULL,
    salt     BYTEA,
    content  TEXT NOT NULL,
    redacted TEXT NOT NULL,
    PRIMARY KEY (n, name)
);

-- Signed statements that entries name.
CREATE TABLE ledger_statement (
    id   BYTEA PRIMARY KEY,
    note BYTEA NOT NULL
);

-- How many entries of a kind each month has, for figures.
CREATE TABLE ledger_month (
    month TEXT NOT NULL,
    kind  TEXT NOT NULL,
    n     BIGINT NOT NULL,
    PRIMARY KEY (month, kind)
);
