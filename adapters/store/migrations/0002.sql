-- Schema 2: administrative messages. `bericht` is a closed text: ids, words of the rules, days. Never about a person, so
-- it is not sealed. A row stays after it was confirmed: it is the proof that a party was told, and when.

CREATE TABLE notices (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    ontvanger    TEXT NOT NULL,
    bericht      TEXT NOT NULL,
    at_ms        INTEGER NOT NULL,
    due_ms       INTEGER NOT NULL,
    fetched_ms   INTEGER,
    confirmed_ms INTEGER
) STRICT;

CREATE INDEX notices_open ON notices (ontvanger, seq) WHERE confirmed_ms IS NULL;
CREATE INDEX notices_due ON notices (due_ms, id) WHERE confirmed_ms IS NULL;

-- Up to which fact the others were told. What was recorded before this schema was told in another way, or never will be.
INSERT INTO counters (name, value) SELECT 'told', coalesce(max(nummer), 0) FROM facts;
