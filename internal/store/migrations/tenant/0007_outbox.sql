-- +goose Up
-- What a person is told. A row holds a kind, a reference and a path: no value
-- and no name.
CREATE TABLE inbox (
    {{tenant}},
    id {{bytes}} NOT NULL,
    user_id {{bytes}} NOT NULL,
    kind {{text}} NOT NULL,
    ref {{text}} NOT NULL,
    path {{text}} NOT NULL,
    due {{int}} NOT NULL,
    created {{int}} NOT NULL,
    seen {{int}} NOT NULL,
    {{pk id}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index inbox_user inbox user_id, id}}
{{index inbox_created inbox created}}
{{rls inbox}}

-- Mail on its way, one row per addressee. body is sealed and holds the secret
-- of a link, where a message has one; what is sent or given up is deleted. A row
-- without user_id is never sent: it makes asking for a password of nobody the
-- same work.
CREATE TABLE outbox_messages (
    {{tenant}},
    id {{bytes}} NOT NULL,
    user_id {{bytes}},
    kind {{text}} NOT NULL,
    ref {{text}} NOT NULL,
    path {{text}} NOT NULL,
    due {{int}} NOT NULL,
    body {{bytes}},
    created {{int}} NOT NULL,
    attempts {{int}} NOT NULL,
    next {{int}} NOT NULL,
    {{pk id}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{index outbox_messages_next outbox_messages next, id}}
{{index outbox_messages_user outbox_messages user_id}}
{{rls outbox_messages}}

-- What a person chose, where it differs from the default. The row of the kind
-- 'language' has the language of the person's mail.
CREATE TABLE notification_settings (
    {{tenant}},
    user_id {{bytes}} NOT NULL,
    kind {{text}} NOT NULL,
    choice {{text}} NOT NULL,
    {{pk user_id, kind}},
    FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
){{rowid}};
{{rls notification_settings}}
