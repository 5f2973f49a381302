-- Schema 5: messages by person, for access. `key` is a keyed digest: without the key file it says nothing. Rows stay, as
-- the messages do: who received something about a person must be found after the content is gone.

CREATE TABLE persons (
    key TEXT NOT NULL,
    seq INTEGER NOT NULL REFERENCES messages,
    PRIMARY KEY (key, seq)
) STRICT, WITHOUT ROWID;

CREATE INDEX messages_of_case ON messages (casus, seq);

-- Messages up to this one came before the index: nobody can find them by a person.
INSERT INTO counters (name, value) SELECT 'persons_from', coalesce(max(seq), 0) FROM messages;
