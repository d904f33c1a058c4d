-- +goose Up
-- One row per tenant, written when its store is made. On PostgreSQL it is how
-- a tenant that was never created is told from one that is empty.
CREATE TABLE tenant_stores (
  {{tenant}},
  slot {{int}} NOT NULL CHECK (slot = 1),
  created_at {{int}} NOT NULL,
  {{pk slot}}
){{rowid}};
{{rls tenant_stores}}
