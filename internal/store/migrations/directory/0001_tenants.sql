-- +goose Up
-- Who the customers are and by which host each is reached. No content of a
-- customer: the directory is shared by all tenants.
CREATE TABLE tenants (
    id {{bytes}} NOT NULL PRIMARY KEY,
    slug {{text}} NOT NULL UNIQUE,
    name {{text}} NOT NULL,
    state {{text}} NOT NULL CHECK (state IN ('preparing', 'active')),
    region {{text}} NOT NULL,
    cell {{text}} NOT NULL,
    created {{int}} NOT NULL
){{rowid}};
{{grant tenants}}

-- A label stays here when its tenant is gone, so that nobody else gets the
-- address under which people once typed their passwords (R8.1).
CREATE TABLE hosts (
    label {{text}} NOT NULL PRIMARY KEY,
    tenant {{bytes}} NOT NULL REFERENCES tenants (id),
    since {{int}} NOT NULL,
    released {{int}}
){{rowid}};
{{grant hosts}}
