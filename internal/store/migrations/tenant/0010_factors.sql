-- +goose Up
-- What a user proves beside the password: a one-time code, a passkey, or a
-- recovery code. lookup is the hash of a passkey's credential id or of a
-- recovery code; secret is sealed; step is the last one-time code accepted, so
-- that none counts twice.
CREATE TABLE factors (
    {{tenant}},
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    kind {{text}} NOT NULL CHECK (kind IN ('totp', 'passkey', 'recovery')),
    lookup {{bytes}},
    secret {{bytes}},
    label {{bytes}},
    created {{int}} NOT NULL,
    used {{int}} NOT NULL,
    step {{int}} NOT NULL,
    {{pk id}},
    {{unique lookup}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index factors_user factors user_id}}
{{rls factors}}

-- A step of a sign-in or enrolment that waits for its second half, for a few
-- minutes, under the hash of a secret that only the browser holds.
CREATE TABLE challenges (
    {{tenant}},
    hash {{bytes}} NOT NULL,
    id {{bytes}} NOT NULL,
    kind {{text}} NOT NULL CHECK (kind IN ('second', 'totp', 'passkey', 'passkey-sign-in')),
    user_id {{bytes}},
    data {{bytes}},
    created {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    {{pk hash}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index challenges_ends challenges ends}}
{{index challenges_user challenges user_id}}
{{rls challenges}}

-- A country declared for a user, waiting for a second person (R8.6). One a
-- user: a later declaration takes the place of an earlier one.
CREATE TABLE country_declarations (
    {{tenant}},
    user_id {{bytes}} NOT NULL,
    country {{text}} NOT NULL,
    declared_by {{bytes}} NOT NULL,
    declared {{int}} NOT NULL,
    {{pk user_id}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{rls country_declarations}}
