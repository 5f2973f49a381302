-- Schema 3: the effect ledger: who got or may have got what, on which consents. The journal is the truth; this finds the way in
-- it. Written in the transaction of the departure or the fetch. Ids and parties only.

CREATE TABLE received (
    casus         TEXT NOT NULL,
    effect        TEXT NOT NULL,
    ontvanger     TEXT NOT NULL,
    toestemmingen TEXT NOT NULL,           -- ids, JSON list
    nummer        INTEGER NOT NULL,        -- of the journal record of the first departure or fetch
    tijd_ms       INTEGER NOT NULL,
    PRIMARY KEY (casus, effect)
) STRICT, WITHOUT ROWID;

-- Given out of the mailbox at least once: it counts as received, and a withdrawal does not take it back.
ALTER TABLE messages ADD COLUMN fetched INTEGER NOT NULL DEFAULT 0;

CREATE INDEX messages_doubt ON messages (casus) WHERE departed <> 0;
CREATE INDEX messages_mailbox_case ON messages (casus) WHERE state = 3;
