-- +goose Up
-- The key by which push services know the realm (RFC 8292). It passes on with
-- the realm, so that what people subscribed to goes on.
CREATE TABLE push_key (
    one     BIGINT PRIMARY KEY,
    public  TEXT NOT NULL,
    private TEXT NOT NULL
);
-- Where browsers want to be told (RFC 8030), and the keys that only they can
-- read what is told with (RFC 8291).
CREATE TABLE push_subscriptions (
    id       BIGINT PRIMARY KEY,
    account  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    endpoint TEXT NOT NULL UNIQUE,
    p256dh   TEXT NOT NULL,
    auth     TEXT NOT NULL,
    language TEXT NOT NULL,
    origin   TEXT NOT NULL,
    created  BIGINT NOT NULL
);
CREATE INDEX push_subscriptions_account ON push_subscriptions (account);
