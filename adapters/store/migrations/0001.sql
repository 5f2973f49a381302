-- Schema 1. Never edited once released: a change is the next file. Content stands in `accepted` and `minimised` only,
-- sealed; every other column holds ids, words of the rules and times (milliseconds since the Unix epoch).

-- What came in: the same key with another body is a conflict. The messages of an event have adjacent numbers.
CREATE TABLE events (
    event_key TEXT PRIMARY KEY,
    body_key  TEXT NOT NULL,
    first_seq INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One message for one receiver. The row stays after the end; its content does not.
CREATE TABLE messages (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    effect    TEXT NOT NULL UNIQUE,
    event     TEXT NOT NULL,              -- attributes, JSON
    koppeling TEXT NOT NULL,
    lane      TEXT NOT NULL,
    casus     TEXT NOT NULL,
    ontvanger TEXT NOT NULL,              -- empty: not known yet
    state     INTEGER NOT NULL CHECK (state BETWEEN 1 AND 5), -- judge, deliver, mailbox, quarantine, done
    departed  INTEGER NOT NULL DEFAULT 0, -- token of the claim under which a send was begun whose end is not known
    at_ms     INTEGER NOT NULL,
    place     INTEGER,                    -- order of coming into mailbox or quarantine
    since_ms  INTEGER,                    -- there since
    until_ms  INTEGER,                    -- in quarantine until
    redenen   TEXT                        -- why in quarantine, JSON list of slugs
) STRICT;

CREATE INDEX messages_case ON messages (casus) WHERE state IN (2, 4);
CREATE INDEX messages_mailbox ON messages (ontvanger, place) WHERE state = 3;
CREATE INDEX messages_quarantine ON messages (place) WHERE state = 4;
CREATE INDEX messages_until ON messages (until_ms) WHERE state = 4;

-- Sealed content, apart: a step never rewrites the bytes of the one before.
CREATE TABLE accepted (
    seq    INTEGER PRIMARY KEY REFERENCES messages,
    sealed BLOB NOT NULL
) STRICT;

CREATE TABLE minimised (
    seq    INTEGER PRIMARY KEY REFERENCES messages,
    sealed BLOB NOT NULL
) STRICT;

-- The outbox: open work, and the truth of the embedded bus.
CREATE TABLE outbox (
    seq       INTEGER PRIMARY KEY REFERENCES messages,
    effect    TEXT NOT NULL,
    lane      TEXT NOT NULL,
    ontvanger TEXT NOT NULL,
    station   INTEGER NOT NULL CHECK (station IN (1, 2)), -- judge, deliver
    head      INTEGER NOT NULL,            -- the oldest open one of its lane
    ready_at  INTEGER NOT NULL DEFAULT 0,  -- not before: end of a lease, or time of the next attempt; 0: at once
    claimed   INTEGER NOT NULL DEFAULT 0,
    token     INTEGER NOT NULL DEFAULT 0,
    attempt   INTEGER NOT NULL DEFAULT 0   -- claims at this station
) STRICT;

CREATE INDEX outbox_lane ON outbox (lane, seq);
-- The receiver stands in it so that those who are busy are passed over without a look at the rows.
CREATE INDEX outbox_ready ON outbox (station, ready_at, seq, ontvanger) WHERE head = 1;

-- Facts, append-only. `casus` is NULL for a fact about a party, which counts for every case.
CREATE TABLE facts (
    nummer INTEGER PRIMARY KEY AUTOINCREMENT,
    casus  TEXT,
    feit   TEXT NOT NULL
) STRICT;

CREATE INDEX facts_case ON facts (casus, nummer);

-- The journal: canonical bytes and their hash, which covers the hash before. `seq` or, for what was never a message,
-- `effect` finds the records of one effect.
CREATE TABLE journal (
    nummer INTEGER PRIMARY KEY,
    seq    INTEGER,
    effect TEXT,
    record BLOB NOT NULL,
    hash   BLOB NOT NULL
) STRICT;

CREATE INDEX journal_seq ON journal (seq, nummer) WHERE seq IS NOT NULL;
CREATE INDEX journal_effect ON journal (effect, nummer) WHERE effect IS NOT NULL;

-- Append-only is a law, so the database holds us to it as well.
CREATE TRIGGER journal_stays BEFORE DELETE ON journal BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER journal_keeps BEFORE UPDATE ON journal BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER facts_stay BEFORE DELETE ON facts BEGIN SELECT RAISE(ABORT, 'append-only'); END;
CREATE TRIGGER facts_keep BEFORE UPDATE ON facts BEGIN SELECT RAISE(ABORT, 'append-only'); END;

-- Counters that only go up.
CREATE TABLE counters (
    name  TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO counters (name, value) VALUES ('token', 0), ('place', 0), ('probe', 0);
