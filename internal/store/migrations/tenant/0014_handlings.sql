-- +goose Up
-- When somebody last had a hand in how another user signs in: made a link,
-- changed the address, took second factors away, or made the account. For a
-- while after that the two are not a first and a second person (R0.1).
CREATE TABLE handlings (
    {{tenant}},
    user_id {{bytes}} NOT NULL,
    handled_by {{bytes}} NOT NULL,
    handled {{int}} NOT NULL,
    {{pk user_id, handled_by}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{rls handlings}}
