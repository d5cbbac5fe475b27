-- +goose Up
-- What a viewer does not want to meet anywhere. key is what people read
-- (a folded word or tag, the id of an account or sound), subject the same as
-- a number: the word's hash, or the id.
CREATE TABLE mutes (
    viewer  BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    subject BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL,
    PRIMARY KEY (viewer, kind, key)
);
CREATE INDEX follows_waiting ON follows (followed, created DESC) WHERE NOT accepted;
