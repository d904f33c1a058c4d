package migrations

import (
	"fmt"
	"regexp"
	"strings"
)

// Dialect is the engine that a migration is rendered for.
type Dialect uint8

// The dialects.
const (
	SQLite Dialect = iota
	PostgreSQL
)

// DefaultAppRole is the role that gets the grants unless another is named.
const DefaultAppRole = "bailiwick_app"

// macro matches {{word}} and {{word rest}}.
var macro = regexp.MustCompile(`\{\{([a-z_]+)(?:\s+([^{}]*?))?\s*\}\}`)

// role is what a PostgreSQL role may be called here: a plain identifier, so
// that it needs no quoting.
var role = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

// Render expands the macros of a migration for a dialect:
//
//	{{tenant}}               the column tenant_id
//	{{pk a, b}}              PRIMARY KEY; PostgreSQL puts tenant_id first, SQLite last
//	{{unique a, b}}          UNIQUE, likewise
//	{{index NAME TABLE a, b}} CREATE INDEX, led by tenant_id on PostgreSQL only
//	{{text}} {{bytes}} {{int}} {{bool}}  column types; text compares by bytes
//	{{rowid}}                ends CREATE TABLE: STRICT, WITHOUT ROWID on SQLite
//	{{rls T}}                row-level security, forced, and all four rights to the app role
//	{{rls_append T}}         the same with SELECT and INSERT only; SQLite triggers refuse the rest
//	{{grant T}}              all four rights without row security, for tables of the directory
//
// SQLite puts tenant_id last in keys so that a query that does not name it can
// still use the key; conflict targets and foreign keys ignore that order. An
// unknown macro is an error. appRole is used for PostgreSQL only.
func Render(text string, d Dialect, appRole string) (string, error) {
	if d == PostgreSQL && !role.MatchString(appRole) {
		return "", fmt.Errorf("migrations: %q is no plain role name (lower-case letters, digits, underscore)", appRole)
	}
	var bad []string
	out := macro.ReplaceAllStringFunc(text, func(m string) string {
		p := macro.FindStringSubmatch(m)
		s, ok := expand(p[1], strings.TrimSpace(p[2]), d, appRole)
		if !ok {
			bad = append(bad, m)
		}
		return s
	})
	if i := strings.Index(out, "{{"); i >= 0 {
		bad = append(bad, out[i:min(len(out), i+20)])
	}
	if bad != nil {
		return "", fmt.Errorf("migrations: unknown or malformed macro %s", strings.Join(bad, " "))
	}
	return out, nil
}

func expand(word, arg string, d Dialect, appRole string) (string, bool) {
	if arg == "" {
		i := map[Dialect]int{SQLite: 0, PostgreSQL: 1}[d]
		pair, ok := plain[word]
		return pair[i], ok
	}
	switch word {
	case "pk":
		return key("PRIMARY KEY", arg, d), true
	case "unique":
		return key("UNIQUE", arg, d), true
	case "index":
		f := strings.SplitN(strings.Join(strings.Fields(arg), " "), " ", 3)
		if len(f) != 3 {
			return "", false
		}
		if d == PostgreSQL {
			f[2] = "tenant_id, " + f[2]
		}
		return fmt.Sprintf("CREATE INDEX %s ON %s (%s);", f[0], f[1], f[2]), true
	case "rls", "rls_append", "grant":
		if !role.MatchString(arg) {
			return "", false
		}
		return guard(word, arg, d, appRole), true
	}
	return "", false
}

// plain are the macros without argument: SQLite, PostgreSQL.
var plain = map[string][2]string{
	"tenant": {
		"tenant_id INTEGER NOT NULL DEFAULT 0 CHECK (tenant_id = 0)",
		"tenant_id uuid NOT NULL DEFAULT current_setting('app.tenant')::uuid",
	},
	"text":  {"TEXT", `text COLLATE "C"`},
	"bytes": {"BLOB", "bytea"},
	"int":   {"INTEGER", "bigint"},
	"bool":  {"INTEGER", "boolean"},
	"rowid": {" STRICT, WITHOUT ROWID", ""},
}

func key(what, columns string, d Dialect) string {
	if d == PostgreSQL {
		return what + " (tenant_id, " + columns + ")"
	}
	return what + " (" + columns + ", tenant_id)"
}

// guard renders what the engine itself refuses. The policy compares with a
// sub-select so that the setting is read once per query, not once per row.
func guard(word, table string, d Dialect, appRole string) string {
	if d == SQLite {
		if word != "rls_append" {
			return ""
		}
		return strings.ReplaceAll(`
-- +goose StatementBegin
CREATE TRIGGER {T}_no_update BEFORE UPDATE ON {T} BEGIN SELECT RAISE(ABORT, 'append-only table'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER {T}_no_delete BEFORE DELETE ON {T} BEGIN SELECT RAISE(ABORT, 'append-only table'); END;
-- +goose StatementEnd
`, "{T}", table)
	}
	rights := "SELECT, INSERT, UPDATE, DELETE"
	if word == "rls_append" {
		rights = "SELECT, INSERT"
	}
	grant := fmt.Sprintf("GRANT %s ON %s TO %s;", rights, table, appRole)
	if word == "grant" {
		return grant
	}
	const mine = "tenant_id = (SELECT current_setting('app.tenant')::uuid)"
	return fmt.Sprintf("ALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY;\nALTER TABLE %[1]s FORCE ROW LEVEL SECURITY;\n"+
		"CREATE POLICY tenant ON %[1]s USING (%[2]s) WITH CHECK (%[2]s);\n%[3]s", table, mine, grant)
}
