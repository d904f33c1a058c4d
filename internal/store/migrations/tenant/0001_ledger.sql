-- +goose Up
-- The activity record. What is written here is never changed: rows of the
-- first two tables cannot be updated or deleted by the program that wrote
-- them. Whoever can change them nevertheless is found out by the tree of
-- hashes that the sequencer builds over the leaves.

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

-- The leaves of the tree in their order, without gaps: number and hash are
-- fixed in the transaction of the act, so an entry cannot be moved, dropped or
-- slipped in later without leaving a gap or changing a hash.
CREATE TABLE ledger_leaves (
    {{tenant}},
    leaf {{int}} NOT NULL CHECK (leaf >= 0),
    entry_id {{bytes}} NOT NULL,
    hash {{bytes}} NOT NULL CHECK (length(hash) = 32),
    {{pk leaf}}
){{rowid}};
{{rls_append ledger_leaves}}

-- The leaves that no checkpoint covers yet; the sequencer deletes their rows.
CREATE TABLE ledger_pending (
    {{tenant}},
    leaf {{int}} NOT NULL,
    {{pk leaf}}
){{rowid}};
{{rls ledger_pending}}
