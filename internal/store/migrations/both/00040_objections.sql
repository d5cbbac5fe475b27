-- +goose Up
-- Who objects to the change of hands. Whoever does is erased before it; how
-- many were is counted under objection-exports and objection-erasures.
CREATE TABLE objections (
    account  BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    exported BOOLEAN NOT NULL DEFAULT FALSE,
    created  BIGINT NOT NULL
);
