-- +goose Up
-- A change of the configuration on its way: the whole document as it would be,
-- in the form in which versions are stored. Title and reason are sealed.
-- rollback_of is the version that it goes back to, version the one that it
-- became; 0 = none.
CREATE TABLE proposals (
    {{tenant}},
    id {{bytes}} NOT NULL,
    number {{int}} NOT NULL,
    title {{bytes}} NOT NULL,
    state {{text}} NOT NULL CHECK (state IN ('draft', 'submitted', 'approved', 'active', 'rejected', 'withdrawn', 'superseded')),
    base {{int}} NOT NULL,
    revision {{int}} NOT NULL,
    digest {{bytes}} NOT NULL,
    document {{bytes}} NOT NULL,
    author {{bytes}} NOT NULL,
    last_editor {{bytes}} NOT NULL,
    reviewer {{bytes}},
    created {{int}} NOT NULL,
    updated {{int}} NOT NULL,
    decided {{int}} NOT NULL,
    active_at {{int}} NOT NULL,
    version {{int}} NOT NULL,
    solo {{bool}} NOT NULL,
    reason {{bytes}},
    rollback_of {{int}} NOT NULL,
    {{pk id}},
    {{unique number}}
){{rowid}};
{{index proposals_state proposals state, active_at}}
{{rls proposals}}

-- Everybody who changed the document: none of them may approve it (R14.10).
CREATE TABLE proposal_editors (
    {{tenant}},
    proposal {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    since {{int}} NOT NULL,
    {{pk proposal, user_id}},
    FOREIGN KEY (tenant_id, proposal) REFERENCES proposals (tenant_id, id)
){{rowid}};
{{rls proposal_editors}}

-- What a revision of a change would do, computed against a version. It holds
-- counts, and references to users, fields and rules; no values.
CREATE TABLE proposal_simulations (
    {{tenant}},
    proposal {{bytes}} NOT NULL,
    revision {{int}} NOT NULL,
    base {{int}} NOT NULL,
    made {{int}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    result {{bytes}} NOT NULL,
    {{pk proposal}},
    FOREIGN KEY (tenant_id, proposal) REFERENCES proposals (tenant_id, id)
){{rowid}};
{{rls proposal_simulations}}

-- Where a version of the configuration came from. solo: it was not reviewed by
-- a second person (R14.13).
CREATE TABLE configuration_origins (
    {{tenant}},
    version {{int}} NOT NULL,
    proposal {{bytes}} NOT NULL,
    number {{int}} NOT NULL,
    author {{bytes}} NOT NULL,
    reviewer {{bytes}} NOT NULL,
    solo {{bool}} NOT NULL,
    rollback_of {{int}} NOT NULL,
    {{pk version}},
    FOREIGN KEY (tenant_id, version) REFERENCES configurations (tenant_id, version),
    FOREIGN KEY (tenant_id, proposal) REFERENCES proposals (tenant_id, id)
){{rowid}};
{{rls_append configuration_origins}}
