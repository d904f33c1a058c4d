-- +goose Up
-- What people were reminded of, so that they are reminded once. due is the
-- instant that it is about, in Unix microseconds; ref holds no value.
CREATE TABLE reminders (
    {{tenant}},
    kind {{text}} NOT NULL,
    ref {{text}} NOT NULL,
    due {{int}} NOT NULL,
    {{pk kind, ref, due}}
){{rowid}};
{{rls reminders}}
