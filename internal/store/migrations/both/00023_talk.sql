-- +goose Up
ALTER TABLE comments ADD COLUMN edited BIGINT NOT NULL DEFAULT 0;
ALTER TABLE comments ADD COLUMN pinned BOOLEAN NOT NULL DEFAULT FALSE;
-- It has a word that the clip's author filters: only they and its author see it.
ALTER TABLE comments ADD COLUMN held BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE comment_likes (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    comment BIGINT NOT NULL REFERENCES comments (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, comment)
);
CREATE INDEX comment_likes_comment ON comment_likes (comment);
-- Who may comment: everybody, followers, off.
ALTER TABLE clips ADD COLUMN comments_from TEXT NOT NULL DEFAULT 'everybody';
-- Words whose comments wait for the author, folded, with spaces between.
ALTER TABLE accounts ADD COLUMN comment_filter TEXT NOT NULL DEFAULT '';
-- Who may write messages: everybody, followed, nobody.
ALTER TABLE accounts ADD COLUMN messages_from TEXT NOT NULL DEFAULT 'everybody';

CREATE TABLE notifications (
    id      BIGINT PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    kind    TEXT NOT NULL,
    actor   BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    clip    BIGINT NOT NULL DEFAULT 0,
    comment BIGINT NOT NULL DEFAULT 0,
    seen    BOOLEAN NOT NULL DEFAULT FALSE,
    created BIGINT NOT NULL,
    UNIQUE (account, kind, actor, clip, comment)
);
CREATE INDEX notifications_newest ON notifications (account, created DESC, id DESC);
CREATE TABLE notify_settings (
    account     BIGINT PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    off         TEXT NOT NULL DEFAULT '',
    no_push     TEXT NOT NULL DEFAULT '',
    quiet_from  BIGINT NOT NULL DEFAULT -1,
    quiet_until BIGINT NOT NULL DEFAULT -1,
    zone        TEXT NOT NULL DEFAULT 'UTC'
);

-- Two people talk: a is the smaller number. Each side has seen up to a
-- message, may have cleared up to one, and has taken up the conversation or
-- not: what strangers write waits apart.
CREATE TABLE conversations (
    id        BIGINT PRIMARY KEY,
    a         BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    b         BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    a_seen    BIGINT NOT NULL DEFAULT 0,
    b_seen    BIGINT NOT NULL DEFAULT 0,
    a_cleared BIGINT NOT NULL DEFAULT 0,
    b_cleared BIGINT NOT NULL DEFAULT 0,
    a_taken   BOOLEAN NOT NULL,
    b_taken   BOOLEAN NOT NULL,
    last      BIGINT NOT NULL,
    UNIQUE (a, b)
);
CREATE INDEX conversations_a ON conversations (a, last DESC);
CREATE INDEX conversations_b ON conversations (b, last DESC);
CREATE TABLE messages (
    id           BIGINT PRIMARY KEY,
    conversation BIGINT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    author       BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    text         TEXT NOT NULL,
    clip         BIGINT NOT NULL DEFAULT 0,
    created      BIGINT NOT NULL
);
CREATE INDEX messages_newest ON messages (conversation, id DESC);
ALTER TABLE reports ADD COLUMN message BIGINT NOT NULL DEFAULT 0;
