-- +goose Up
-- How somebody wants to watch. daily: minutes a day, 0 for no limit; night:
-- minutes after midnight, -1 for none.
CREATE TABLE watching (
    account     BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    daily       BIGINT NOT NULL DEFAULT 0,
    night_from  BIGINT NOT NULL DEFAULT -1,
    night_until BIGINT NOT NULL DEFAULT -1,
    paged       BOOLEAN NOT NULL DEFAULT FALSE,
    autoplay    BOOLEAN NOT NULL DEFAULT TRUE,
    saver       BOOLEAN NOT NULL DEFAULT FALSE,
    captions    BOOLEAN NOT NULL DEFAULT FALSE
);
