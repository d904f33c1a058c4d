-- +goose Up
-- What a run refused, sealed, part by part, until ends: its author gets it back
-- as the same sheet. size is that of the clear content, so that a run keeps no
-- more than its share.
CREATE TABLE import_rejects (
    {{tenant}},
    import_id {{bytes}} NOT NULL,
    row_no {{int}} NOT NULL,
    size {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk import_id, row_no}},
    FOREIGN KEY (tenant_id, import_id) REFERENCES import_runs (tenant_id, id)
){{rowid}};
{{index import_rejects_ends import_rejects ends}}
{{rls import_rejects}}

-- Lists that somebody has named. sealed holds name and query; roles are those
-- that the list is shared with, '' for nobody, joined by commas.
CREATE TABLE named_views (
    {{tenant}},
    id {{bytes}} NOT NULL,
    type_no {{int}} NOT NULL,
    owner_id {{bytes}} NOT NULL,
    roles {{text}} NOT NULL,
    version {{int}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk id}}
){{rowid}};
{{index named_views_type named_views type_no, owner_id}}
{{rls named_views}}

-- 'import' for a file, 'bulk' for a change of chosen records at once.
ALTER TABLE import_runs ADD COLUMN kind {{text}} NOT NULL DEFAULT 'import';
