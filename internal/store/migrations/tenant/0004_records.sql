-- +goose Up
-- A record's number in its human reference (RSK-42), counted per type.
CREATE TABLE record_counters (
    {{tenant}},
    type_no {{int}} NOT NULL,
    last {{int}} NOT NULL,
    {{pk type_no}}
){{rowid}};
{{rls record_counters}}

-- The country sets that subjects have: sorted ISO codes joined by commas, ''
-- for a subject of unknown country. Records and subjects name a set by number;
-- 0 is never given out and stands for "about no one".
CREATE TABLE country_sets (
    {{tenant}},
    no {{int}} NOT NULL CHECK (no > 0),
    codes {{text}} NOT NULL,
    {{pk no}},
    {{unique codes}}
){{rowid}};
{{rls country_sets}}

CREATE TABLE subjects (
    {{tenant}},
    id {{bytes}} NOT NULL,
    entity {{bytes}} NOT NULL,
    cset {{int}} NOT NULL,
    self_rkey {{int}},
    created {{int}} NOT NULL,
    {{pk id}}
){{rowid}};
{{rls subjects}}

-- One packed row per record, clustered by type: rkey = type number << 40 |
-- number. packed holds clear fields and sealed blocks, see internal/custody.
CREATE TABLE records (
    {{tenant}},
    rkey {{int}} NOT NULL,
    id {{bytes}} NOT NULL,
    revision {{int}} NOT NULL,
    state {{int}} NOT NULL CHECK (state IN (0, 1)),
    cset {{int}} NOT NULL,
    owner_id {{bytes}},
    unit_id {{bytes}},
    legal_entity_id {{bytes}} NOT NULL,
    created_at {{int}} NOT NULL,
    updated_at {{int}} NOT NULL,
    deleted_at {{int}},
    changed_by {{bytes}},
    change_kind {{text}} NOT NULL CHECK (change_kind IN ('created', 'changed', 'deleted', 'restored', 'imported', 'undone')),
    import_id {{bytes}},
    packed {{bytes}} NOT NULL,
    {{pk rkey}},
    {{unique id}}
){{rowid}};
-- Counts and pages of the rows that a viewer may see read this index only.
{{index records_visible records state, cset, rkey}}
{{rls records}}

-- Earlier revisions, byte for byte as they were.
CREATE TABLE record_revisions (
    {{tenant}},
    rkey {{int}} NOT NULL,
    revision {{int}} NOT NULL,
    changed_at {{int}} NOT NULL,
    changed_by {{bytes}},
    change_kind {{text}} NOT NULL,
    import_id {{bytes}},
    packed {{bytes}} NOT NULL,
    {{pk rkey, revision}}
){{rowid}};
{{rls record_revisions}}

-- Whom a record is about or refers to. Slots below 4096 are those of the packed
-- row; the others are plain references.
CREATE TABLE record_subjects (
    {{tenant}},
    rkey {{int}} NOT NULL,
    slot {{int}} NOT NULL,
    subject_id {{bytes}} NOT NULL,
    cset {{int}} NOT NULL,
    field {{int}} NOT NULL,
    {{pk rkey, slot}}
){{rowid}};
{{index record_subjects_subject record_subjects subject_id, rkey}}
{{rls record_subjects}}

-- Index rows of fields marked "index: clear". field = type number << 16 | field
-- number.
CREATE TABLE record_ints (
    {{tenant}},
    field {{int}} NOT NULL,
    v {{int}} NOT NULL,
    rkey {{int}} NOT NULL,
    {{pk field, v, rkey}}
){{rowid}};
{{index record_ints_rkey record_ints rkey}}
{{rls record_ints}}

CREATE TABLE record_texts (
    {{tenant}},
    field {{int}} NOT NULL,
    v {{text}} NOT NULL,
    rkey {{int}} NOT NULL,
    {{pk field, v, rkey}}
){{rowid}};
{{index record_texts_rkey record_texts rkey}}
{{rls record_texts}}

-- Blind tokens of sealed text: HMACs under a key of the tenant and the field.
CREATE TABLE record_terms (
    {{tenant}},
    field {{int}} NOT NULL,
    term {{bytes}} NOT NULL,
    rkey {{int}} NOT NULL,
    {{pk field, term, rkey}}
){{rowid}};
{{index record_terms_rkey record_terms rkey}}
{{rls record_terms}}

-- References from record to record.
CREATE TABLE record_links (
    {{tenant}},
    rkey {{int}} NOT NULL,
    field {{int}} NOT NULL,
    target {{bytes}} NOT NULL,
    {{pk rkey, field, target}}
){{rowid}};
{{index record_links_target record_links target}}
{{rls record_links}}

-- What an Idempotency-Key answered: the result is rendered anew each time.
CREATE TABLE idempotency_keys (
    {{tenant}},
    actor {{bytes}} NOT NULL,
    key_mac {{bytes}} NOT NULL,
    request_mac {{bytes}} NOT NULL,
    record_id {{bytes}} NOT NULL,
    revision {{int}} NOT NULL,
    created {{int}} NOT NULL,
    {{pk actor, key_mac}}
){{rowid}};
{{index idempotency_keys_created idempotency_keys created}}
{{rls idempotency_keys}}

-- A query kept for its author, sealed, so that its address holds no value.
CREATE TABLE sealed_views (
    {{tenant}},
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    ends {{int}} NOT NULL,
    sealed {{bytes}} NOT NULL,
    {{pk id}}
){{rowid}};
{{index sealed_views_ends sealed_views ends}}
{{rls sealed_views}}
