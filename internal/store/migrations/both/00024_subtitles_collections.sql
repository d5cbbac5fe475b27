-- +goose Up
CREATE TABLE subtitles (
    clip     BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    language TEXT NOT NULL,
    file     TEXT NOT NULL,
    words    TEXT NOT NULL,
    created  BIGINT NOT NULL,
    PRIMARY KEY (clip, language)
);

-- What somebody keeps: folders of favourites; "later" is watch later.
CREATE TABLE folders (
    id      BIGINT PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name    TEXT NOT NULL,
    created BIGINT NOT NULL,
    UNIQUE (account, name)
);
CREATE TABLE kept (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    folder  BIGINT NOT NULL,
    clip    BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, folder, clip)
);
CREATE INDEX kept_newest ON kept (account, folder, created DESC, clip DESC);

-- What somebody watched, unless they paused it.
CREATE TABLE history (
    viewer  BIGINT NOT NULL,
    clip    BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    watched BIGINT NOT NULL,
    PRIMARY KEY (viewer, clip)
);
CREATE INDEX history_newest ON history (viewer, watched DESC, clip DESC);
CREATE TABLE history_paused (
    viewer BIGINT PRIMARY KEY
);
