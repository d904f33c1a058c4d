-- +goose Up
-- What lies in quarantine: a record holds something of a category that may not
-- be filled in for the countries of whom it is about. Filled by a reconciler
-- that reads headers of records and opens no block. Times are Unix microseconds.
CREATE TABLE quarantine_items (
    {{tenant}},
    rkey {{int}} NOT NULL,
    category {{text}} NOT NULL,
    cset {{int}} NOT NULL,
    since {{int}} NOT NULL,
    due {{int}} NOT NULL,
    {{pk rkey, category, cset}}
){{rowid}};
{{rls quarantine_items}}

-- How far the reconciler is: mark names what it went by, after the last record
-- that it looked at, done whether it came to the end.
CREATE TABLE quarantine_scans (
    {{tenant}},
    one {{int}} NOT NULL CHECK (one = 1),
    mark {{text}} NOT NULL,
    after_rkey {{int}} NOT NULL,
    done {{int}} NOT NULL CHECK (done IN (0, 1)),
    {{pk one}}
){{rowid}};
{{rls quarantine_scans}}

-- A decision to keep what lies in quarantine until a date. sealed holds the
-- reference and the reason.
CREATE TABLE quarantine_exceptions (
    {{tenant}},
    id {{bytes}} NOT NULL,
    type_no {{int}} NOT NULL,
    category {{text}} NOT NULL,
    cset {{int}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    created {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk id}}
){{rowid}};
{{index quarantine_exceptions_ends quarantine_exceptions ends}}
{{rls quarantine_exceptions}}

-- The basis on which an application holds a category for a legal entity.
-- sealed holds who is responsible, the basis and the notice.
CREATE TABLE bases (
    {{tenant}},
    pack {{text}} NOT NULL,
    entity {{bytes}} NOT NULL,
    category {{text}} NOT NULL,
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    created {{int}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk pack, entity, category}},
    FOREIGN KEY (tenant_id, entity) REFERENCES entities (tenant_id, id)
){{rowid}};
{{rls bases}}

-- The consent of a person for a category. withdrawn is 0 while it stands.
-- sealed holds the reference of the text that the person agreed to.
CREATE TABLE consents (
    {{tenant}},
    id {{bytes}} NOT NULL,
    subject_id {{bytes}} NOT NULL,
    category {{text}} NOT NULL,
    given {{int}} NOT NULL,
    withdrawn {{int}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    withdrawn_by {{bytes}},
    sealed {{bytes}} NOT NULL,
    {{pk id}}
){{rowid}};
{{index consents_subject consents subject_id, category}}
{{rls consents}}

-- A reason that a viewer stated to meet a rule that asks for one.
CREATE TABLE stated_reasons (
    {{tenant}},
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    rule {{text}} NOT NULL,
    created {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk id}}
){{rowid}};
{{index stated_reasons_user stated_reasons user_id, ends}}
{{rls stated_reasons}}

-- Somebody asks to see a category of people of some countries. rule names the
-- rule that withheld it; sealed holds the reason. A granted request of a rule
-- that asks for approval meets it for its user until ends.
CREATE TABLE access_requests (
    {{tenant}},
    id {{bytes}} NOT NULL,
    number {{int}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    type_no {{int}} NOT NULL,
    field {{text}} NOT NULL,
    category {{text}} NOT NULL,
    operation {{text}} NOT NULL,
    countries {{text}} NOT NULL,
    roles {{text}} NOT NULL,
    rule {{text}} NOT NULL,
    state {{text}} NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn', 'ended')),
    created {{int}} NOT NULL,
    ends {{int}} NOT NULL,
    decided {{int}} NOT NULL,
    decided_by {{bytes}},
    proposal {{text}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk id}},
    {{unique number}}
){{rowid}};
{{index access_requests_user access_requests user_id, ends}}
{{rls access_requests}}
