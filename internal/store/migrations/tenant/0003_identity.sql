-- +goose Up
-- A user's name and address are sealed in profile; lookup is a keyed MAC of the
-- folded address. password is a sealed argon2id string. Roles are keys, sorted
-- and separated by spaces.
CREATE TABLE users (
    {{tenant}},
    id {{bytes}} NOT NULL,
    lookup {{bytes}} NOT NULL,
    profile {{bytes}} NOT NULL,
    roles {{text}} NOT NULL,
    country {{text}} NOT NULL,
    country_source {{text}} NOT NULL,
    entity {{bytes}} NOT NULL,
    password {{bytes}},
    password_set {{int}} NOT NULL,
    created {{int}} NOT NULL,
    disabled {{int}} NOT NULL,
    {{pk id}},
    {{unique lookup}},
    FOREIGN KEY (tenant_id, entity) REFERENCES entities (tenant_id, id)
){{rowid}};
{{rls users}}

-- Secrets are stored as hashes. What was used, signed out or revoked is
-- deleted; the activity record remembers it.
CREATE TABLE sessions (
    {{tenant}},
    hash {{bytes}} NOT NULL,
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    created {{int}} NOT NULL,
    seen {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    {{pk hash}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index sessions_user sessions user_id}}
{{rls sessions}}

CREATE TABLE tokens (
    {{tenant}},
    hash {{bytes}} NOT NULL,
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    label {{bytes}} NOT NULL,
    scopes {{text}} NOT NULL,
    created {{int}} NOT NULL,
    used {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    {{pk hash}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index tokens_user tokens user_id}}
{{rls tokens}}

-- user_id is empty for the link that makes the first user.
CREATE TABLE links (
    {{tenant}},
    hash {{bytes}} NOT NULL,
    kind {{text}} NOT NULL CHECK (kind IN ('sign-in', 'set-password', 'first-run')),
    user_id {{bytes}},
    created {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    {{pk hash}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index links_user links user_id}}
{{rls links}}

-- One row per password guess that was judged: bucket is a keyed MAC of the
-- account or of the network address, so neither can be read here.
CREATE TABLE guesses (
    {{tenant}},
    bucket {{bytes}} NOT NULL,
    made {{int}} NOT NULL,
    id {{bytes}} NOT NULL,
    {{pk bucket, made, id}}
){{rowid}};
{{index guesses_made guesses made}}
{{rls guesses}}
