-- Schema 4, the book of absence. Never edited once released. What is said about a pupil stands in `sealed` and `balie_sealed` only;
-- every other column holds keyed ids, words of the rules, counters and days.

CREATE TABLE verzuim_dossiers (
    sleutel   TEXT PRIMARY KEY,            -- keyed digest of organisation and pupil
    koppeling TEXT NOT NULL,
    partij    TEXT NOT NULL,
    versie    INTEGER NOT NULL,
    bekijk_op INTEGER,                     -- the rules look from this day on (days since 1970); 0: at once
    sealed    BLOB NOT NULL
) STRICT;

CREATE INDEX verzuim_te_bekijken ON verzuim_dossiers (bekijk_op) WHERE bekijk_op IS NOT NULL;

CREATE TABLE verzuim_meldingen (
    nr          INTEGER PRIMARY KEY AUTOINCREMENT,
    kenmerk     TEXT NOT NULL UNIQUE,
    sleutel     TEXT NOT NULL,
    koppeling   TEXT NOT NULL,
    partij      TEXT NOT NULL,
    regel       TEXT NOT NULL,
    stand       INTEGER NOT NULL CHECK (stand BETWEEN 0 AND 3), -- waits, composed, handed over, lapsed
    wacht       TEXT NOT NULL,             -- JSON list of slugs
    termijn     TEXT,                      -- last day in time
    versie      INTEGER NOT NULL,
    gemeld      INTEGER NOT NULL,          -- last version that was handed over; 0: none
    ingetrokken INTEGER NOT NULL,
    sinds_ms    INTEGER NOT NULL,
    sealed      BLOB NOT NULL,
    balie_stand      TEXT,
    balie_volgnummer INTEGER,
    balie_sealed     BLOB
) STRICT;

CREATE INDEX verzuim_meldingen_van ON verzuim_meldingen (sleutel);
CREATE INDEX verzuim_opgesteld ON verzuim_meldingen (nr) WHERE stand = 1;
