-- +goose Up
-- A run of an import: done_rows is how far it got, so that it can go on after
-- an interruption. source is sealed: names of files are customer content.
CREATE TABLE import_runs (
    {{tenant}},
    id {{bytes}} NOT NULL,
    type_no {{int}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    digest {{bytes}} NOT NULL,
    source {{bytes}} NOT NULL,
    state {{text}} NOT NULL CHECK (state IN ('running', 'done', 'undone')),
    started {{int}} NOT NULL,
    finished {{int}} NOT NULL,
    total_rows {{int}} NOT NULL,
    done_rows {{int}} NOT NULL,
    created {{int}} NOT NULL,
    changed {{int}} NOT NULL,
    skipped {{int}} NOT NULL,
    rejected {{int}} NOT NULL,
    {{pk id}}
){{rowid}};
{{rls import_runs}}

-- What each row of the source became: revision is the one that it wrote, kind
-- whether it made the record or changed it.
CREATE TABLE import_rows (
    {{tenant}},
    import_id {{bytes}} NOT NULL,
    row_no {{int}} NOT NULL,
    rkey {{int}} NOT NULL,
    revision {{int}} NOT NULL,
    kind {{text}} NOT NULL CHECK (kind IN ('created', 'changed')),
    {{pk import_id, row_no}},
    FOREIGN KEY (tenant_id, import_id) REFERENCES import_runs (tenant_id, id)
){{rowid}};
{{rls import_rows}}
