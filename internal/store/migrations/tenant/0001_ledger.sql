-- +goose Up
-- The activity record. What is written here is never changed: rows of the
-- ledger_entries and ledger_leaves cannot be updated or deleted by the program
-- that wrote them. Whoever can change them nevertheless is found out by the
-- tree of hashes that the sequencer builds over the leaves.

-- The entry as encoded by logformat, and the few parts of it that queries
-- select by. The identifier orders entries by time.
CREATE TABLE ledger_entries (
    {{tenant}},
    id {{bytes}} NOT NULL,
    kind {{text}} NOT NULL,
    outcome {{text}} NOT NULL,
    actor {{text}} NOT NULL,
    record_id {{bytes}},
    body {{bytes}} NOT NULL CHECK (length(body) <= 65535),
    {{pk id}}
){{rowid}};
{{index ledger_entries_record ledger_entries record_id, id}}
{{rls_append ledger_entries}}

-- The entries that the sequencer has not yet given a leaf, written with the
-- entry itself. The sequencer takes them in the order of their identifiers,
-- which is that of time, and deletes these rows.
CREATE TABLE ledger_pending (
    {{tenant}},
    entry_id {{bytes}} NOT NULL,
    {{pk entry_id}}
){{rowid}};
{{rls ledger_pending}}

-- The leaves of the tree in their order, without gaps, written by the
-- sequencer: a table of its own, so that numbering an entry does not change
-- its row.
CREATE TABLE ledger_leaves (
    {{tenant}},
    leaf {{int}} NOT NULL CHECK (leaf >= 0),
    entry_id {{bytes}} NOT NULL,
    hash {{bytes}} NOT NULL CHECK (length(hash) = 32),
    {{pk leaf}},
    {{unique entry_id}}
){{rowid}};
{{rls_append ledger_leaves}}
