-- +goose Up
-- What has to leave the event log, and did: the numbers of people and clips,
-- so that archives and backups can be told. Kept for good.
CREATE TABLE forgettings (
    n        BIGINT PRIMARY KEY,
    cause    TEXT NOT NULL,
    what     TEXT NOT NULL,
    done     BOOLEAN NOT NULL DEFAULT FALSE,
    position BIGINT NOT NULL DEFAULT 0,
    old      TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL
);

-- Changes of phase that are to come.
CREATE TABLE phase_plan (
    phase   TEXT PRIMARY KEY,
    due     BIGINT NOT NULL,
    note    TEXT NOT NULL,
    created BIGINT NOT NULL
);

-- What a country does not see, by order. scope: realm, clip, account, or
-- left: the part of that country is a realm of its own now.
CREATE TABLE country_blocks (
    scope   TEXT NOT NULL,
    subject BIGINT NOT NULL,
    country TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    order_  TEXT NOT NULL,
    appeal  TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (scope, subject, country)
);
