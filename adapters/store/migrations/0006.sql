-- Schema 6: the registers of who guards the rights (requests of article 13, breaches of 21), and the book of absence with an
-- end and an index of persons. Never edited once released.

-- A line of a register: ids, words, numbers and days, never about a person. A follow-up is another version; none is changed.
CREATE TABLE posten (
    nummer INTEGER PRIMARY KEY AUTOINCREMENT,
    soort  TEXT NOT NULL,
    id     TEXT NOT NULL,
    versie INTEGER NOT NULL,
    post   TEXT NOT NULL,
    UNIQUE (soort, id, versie)
) STRICT;

-- About whom a line is: keyed digests, as in `persons`.
CREATE TABLE posten_personen (
    key   TEXT NOT NULL,
    soort TEXT NOT NULL,
    id    TEXT NOT NULL,
    PRIMARY KEY (key, soort, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX posten_personen_van ON posten_personen (soort, id);

-- When a pupil was last written, for the end of the term. What is there already counts from today.
ALTER TABLE verzuim_dossiers ADD COLUMN gewijzigd_ms INTEGER NOT NULL DEFAULT 0;
UPDATE verzuim_dossiers SET gewijzigd_ms = CAST(unixepoch() AS INTEGER) * 1000;
CREATE INDEX verzuim_oud ON verzuim_dossiers (gewijzigd_ms);

-- Under which keys a pupil is found. Rows of before are found once they are written again.
CREATE TABLE verzuim_personen (
    key     TEXT NOT NULL,
    sleutel TEXT NOT NULL,
    PRIMARY KEY (key, sleutel)
) STRICT, WITHOUT ROWID;

CREATE INDEX verzuim_personen_van ON verzuim_personen (sleutel);

-- Whether a message has identifiers of its own.
CREATE INDEX persons_of ON persons (seq);
