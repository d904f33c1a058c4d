-- +goose Up
-- Each version is the whole configuration and never changes; the highest is
-- the one in force.
CREATE TABLE configurations (
    {{tenant}},
    version {{int}} NOT NULL,
    digest {{bytes}} NOT NULL,
    author {{bytes}},
    created {{int}} NOT NULL,
    document {{bytes}} NOT NULL,
    {{pk version}}
){{rowid}};
{{rls_append configurations}}

-- Stored records name their type, their fields and their legal entity by what
-- is given out in these three tables, so nothing here is changed or reused.
CREATE TABLE type_numbers (
    {{tenant}},
    number {{int}} NOT NULL,
    key {{text}} NOT NULL,
    {{pk number}},
    {{unique key}}
){{rowid}};
{{rls_append type_numbers}}

CREATE TABLE field_numbers (
    {{tenant}},
    type_number {{int}} NOT NULL,
    number {{int}} NOT NULL CHECK (number BETWEEN 1 AND 65535),
    key {{text}} NOT NULL,
    {{pk type_number, number}},
    {{unique type_number, key}},
    FOREIGN KEY (tenant_id, type_number) REFERENCES type_numbers (tenant_id, number)
){{rowid}};
{{rls_append field_numbers}}

CREATE TABLE entities (
    {{tenant}},
    id {{bytes}} NOT NULL,
    key {{text}} NOT NULL,
    created {{int}} NOT NULL,
    {{pk id}},
    {{unique key}}
){{rowid}};
{{rls_append entities}}
