-- +goose Up
-- Organisational units, a tree. What one is called is sealed.
CREATE TABLE units (
    {{tenant}},
    id {{bytes}} NOT NULL,
    parent {{bytes}},
    name {{bytes}} NOT NULL,
    created {{int}} NOT NULL,
    {{pk id}},
    FOREIGN KEY (tenant_id, parent) REFERENCES units (tenant_id, id)
){{rowid}};
{{rls units}}

ALTER TABLE users ADD COLUMN unit {{bytes}};

-- Users whom fields of a record name, for those who reach the records that are
-- assigned to them.
CREATE TABLE record_users (
    {{tenant}},
    user_id {{bytes}} NOT NULL,
    rkey {{int}} NOT NULL,
    field {{int}} NOT NULL,
    {{pk user_id, rkey, field}}
){{rowid}};
{{index record_users_rkey record_users rkey, field}}
{{rls record_users}}
