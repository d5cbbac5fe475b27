-- +goose Up
-- The search's own inverted index: the same statements and the same answers
-- on SQLite and PostgreSQL. Words are folded (reelm.Fold) and kept as bytes,
-- whose order does not depend on a collation. Only what everybody may see is
-- in it.
CREATE TABLE search_words (
    word   BYTEA NOT NULL,
    kind   TEXT NOT NULL,
    doc    BIGINT NOT NULL,
    weight BIGINT NOT NULL,
    PRIMARY KEY (word, kind, doc)
);
CREATE INDEX search_words_doc ON search_words (kind, doc);

-- What is in the index, with the tags that were counted for it.
CREATE TABLE search_docs (
    kind TEXT NOT NULL,
    doc  BIGINT NOT NULL,
    tags TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, doc)
);

-- All words, with the number of things that have them, and their trigrams,
-- by which words are found that were typed wrongly.
CREATE TABLE vocabulary (
    word BYTEA PRIMARY KEY,
    n    BIGINT NOT NULL
);
CREATE TABLE vocabulary_grams (
    gram BYTEA NOT NULL,
    word BYTEA NOT NULL,
    PRIMARY KEY (gram, word)
);

-- Tags with the number of clips that everybody may see.
CREATE TABLE tags (
    id    BIGINT PRIMARY KEY,
    tag   TEXT NOT NULL UNIQUE,
    clips BIGINT NOT NULL
);
