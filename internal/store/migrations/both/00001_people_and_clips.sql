-- +goose Up
CREATE TABLE settings (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- Numbers that must rise without a gap and in the order of commits.
CREATE TABLE counters (
    name TEXT PRIMARY KEY,
    n    BIGINT NOT NULL
);

CREATE TABLE accounts (
    id        BIGINT PRIMARY KEY,
    handle    TEXT NOT NULL UNIQUE,
    skeleton  TEXT NOT NULL UNIQUE,
    name      TEXT NOT NULL,
    bio       TEXT NOT NULL DEFAULT '',
    avatar    TEXT NOT NULL DEFAULT '',
    role      TEXT NOT NULL,
    language  TEXT NOT NULL DEFAULT '',
    birthday  TEXT NOT NULL,
    email     TEXT NOT NULL DEFAULT '',
    country   TEXT NOT NULL DEFAULT '',
    learn     BOOLEAN NOT NULL,
    private   BOOLEAN NOT NULL DEFAULT FALSE,
    password  TEXT NOT NULL,
    created   BIGINT NOT NULL,
    followers BIGINT NOT NULL DEFAULT 0,
    following BIGINT NOT NULL DEFAULT 0,
    clips     BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE sessions (
    hash    BYTEA PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    agent   TEXT NOT NULL DEFAULT '',
    created BIGINT NOT NULL,
    seen    BIGINT NOT NULL,
    expires BIGINT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account);

CREATE TABLE viewers (
    id      BIGINT PRIMARY KEY,
    hash    BYTEA NOT NULL UNIQUE,
    account BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL
);

CREATE TABLE clips (
    id             BIGINT PRIMARY KEY,
    author         BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    state          TEXT NOT NULL,
    visibility     TEXT NOT NULL,
    caption        TEXT NOT NULL DEFAULT '',
    tags           TEXT NOT NULL DEFAULT '',
    language       TEXT NOT NULL DEFAULT '',
    sound          BIGINT NOT NULL DEFAULT 0,
    limited        BOOLEAN NOT NULL DEFAULT FALSE,
    born           BOOLEAN NOT NULL DEFAULT FALSE,
    media          TEXT NOT NULL UNIQUE,
    raw            TEXT NOT NULL DEFAULT '',
    original       TEXT NOT NULL DEFAULT '',
    original_until BIGINT NOT NULL DEFAULT 0,
    preview        TEXT NOT NULL DEFAULT '',
    progress       BIGINT NOT NULL DEFAULT 0,
    cover_ms       BIGINT NOT NULL DEFAULT -1,
    fault          TEXT NOT NULL DEFAULT '',
    fault_detail   TEXT NOT NULL DEFAULT '',
    fault_retry    BOOLEAN NOT NULL DEFAULT FALSE,
    duration_ms    BIGINT NOT NULL DEFAULT 0,
    width          BIGINT NOT NULL DEFAULT 0,
    height         BIGINT NOT NULL DEFAULT 0,
    poster         TEXT NOT NULL DEFAULT '',
    thumbhash      BYTEA,
    waveform       BYTEA,
    gain           DOUBLE PRECISION NOT NULL DEFAULT 0,
    renditions     TEXT NOT NULL DEFAULT '[]',
    sha256         BYTEA NOT NULL,
    again          BOOLEAN NOT NULL DEFAULT FALSE,
    likes          BIGINT NOT NULL DEFAULT 0,
    comments       BIGINT NOT NULL DEFAULT 0,
    removed_code   TEXT NOT NULL DEFAULT '',
    created        BIGINT NOT NULL,
    published      BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX clips_author ON clips (author, created DESC, id DESC);
CREATE INDEX clips_newest ON clips (published DESC, id DESC) WHERE state = 'ready' AND visibility = 'public';
CREATE UNIQUE INDEX clips_same_bytes ON clips (author, sha256)
    WHERE state IN ('processing', 'held', 'ready') AND NOT again;
CREATE INDEX clips_originals ON clips (original_until) WHERE original_until > 0;

CREATE TABLE clip_tags (
    tag       TEXT NOT NULL,
    published BIGINT NOT NULL,
    clip      BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    PRIMARY KEY (tag, published, clip)
);
CREATE INDEX clip_tags_clip ON clip_tags (clip);

CREATE TABLE mentions (
    clip    BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    PRIMARY KEY (clip, account)
);
CREATE INDEX mentions_account ON mentions (account);

CREATE TABLE sounds (
    id      BIGINT PRIMARY KEY,
    clip    BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    author  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name    TEXT NOT NULL DEFAULT '',
    uses    BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL
);
CREATE INDEX clips_sound ON clips (sound, published DESC, id DESC) WHERE sound <> 0;

-- A job's truth is its row: whoever holds the lease works on it.
CREATE TABLE jobs (
    id       BIGINT PRIMARY KEY,
    clip     BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    kind     TEXT NOT NULL,
    height   BIGINT NOT NULL DEFAULT 0,
    rank     BIGINT NOT NULL,
    state    TEXT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    due      BIGINT NOT NULL,
    lease    BIGINT NOT NULL DEFAULT 0,
    worker   TEXT NOT NULL DEFAULT '',
    error    TEXT NOT NULL DEFAULT '',
    created  BIGINT NOT NULL,
    UNIQUE (clip, kind, height)
);
CREATE INDEX jobs_waiting ON jobs (rank, id) WHERE state = 'waiting';
CREATE INDEX jobs_running ON jobs (lease) WHERE state = 'running';

CREATE TABLE uploads (
    id      TEXT PRIMARY KEY,
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created BIGINT NOT NULL
);
CREATE INDEX uploads_created ON uploads (created);

CREATE TABLE likes (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    clip    BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, clip)
);
CREATE INDEX likes_clip ON likes (clip);

CREATE TABLE follows (
    follower BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    followed BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    accepted BOOLEAN NOT NULL,
    created  BIGINT NOT NULL,
    PRIMARY KEY (follower, followed)
);
CREATE INDEX follows_followed ON follows (followed, created DESC);

CREATE TABLE blocks (
    account BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    blocked BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    created BIGINT NOT NULL,
    PRIMARY KEY (account, blocked)
);
CREATE INDEX blocks_blocked ON blocks (blocked);

CREATE TABLE comments (
    id      BIGINT PRIMARY KEY,
    clip    BIGINT NOT NULL REFERENCES clips (id) ON DELETE CASCADE,
    parent  BIGINT NOT NULL DEFAULT 0,
    author  BIGINT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    text    TEXT NOT NULL,
    likes   BIGINT NOT NULL DEFAULT 0,
    replies BIGINT NOT NULL DEFAULT 0,
    created BIGINT NOT NULL
);
CREATE INDEX comments_clip ON comments (clip, parent, created DESC, id DESC);

CREATE TABLE interests (
    viewer  BIGINT NOT NULL,
    kind    TEXT NOT NULL,
    key     TEXT NOT NULL,
    level   TEXT NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (viewer, kind, key)
);

CREATE TABLE reports (
    id       BIGINT PRIMARY KEY,
    reporter BIGINT NOT NULL DEFAULT 0,
    clip     BIGINT NOT NULL DEFAULT 0,
    account  BIGINT NOT NULL DEFAULT 0,
    comment  BIGINT NOT NULL DEFAULT 0,
    reason   TEXT NOT NULL,
    text     TEXT NOT NULL DEFAULT '',
    state    TEXT NOT NULL,
    created  BIGINT NOT NULL
);
CREATE INDEX reports_open ON reports (created) WHERE state = 'open';

-- What SQL tells the event log, numbered in the order of commits.
CREATE TABLE outbox (
    n       BIGINT PRIMARY KEY,
    key     BIGINT NOT NULL,
    record  BYTEA NOT NULL,
    created BIGINT NOT NULL
);

-- Every ranking document that was ever in force.
CREATE TABLE constitutions (
    version  BIGINT PRIMARY KEY,
    document TEXT NOT NULL,
    created  BIGINT NOT NULL
);
