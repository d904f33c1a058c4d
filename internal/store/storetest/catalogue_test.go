package storetest

import (
	"cmp"
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	_ "modernc.org/sqlite"

	"bailiwick/internal/store"
	"bailiwick/internal/store/pgtest"
	"bailiwick/internal/store/sqlite"
)

// column is what both engines must agree about.
type column struct {
	name, kind string
	notNull    bool
}

// kinds maps the engines' types to each other. tenant_id is the one column
// that differs.
var kinds = map[string]string{
	"bigint": "INTEGER", "boolean": "INTEGER", "text": "TEXT", "bytea": "BLOB", "uuid": "INTEGER",
}

// sqliteFiles returns the files of a new tenant and of the directory.
func sqliteFiles(t *testing.T) (tenant, directory *sql.DB) {
	t.Helper()
	dir := t.TempDir()
	d, err := sqlite.Open(context.Background(), sqlite.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	id := NewTenant(t, opened(t, d))
	open := func(path string) *sql.DB {
		db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}
	return open(filepath.Join(dir, "tenants", id.String()+".db")), open(filepath.Join(dir, "directory.db"))
}

// collect runs a query and gives each row to f.
func collect(t *testing.T, db *sql.DB, q string, f func(scan func(...any) error) error, args ...any) {
	t.Helper()
	rows, err := db.Query(q, args...)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatalf("%s: %v", q, err)
	}
}

// sqliteSchema returns the columns of every table of both files.
func sqliteSchema(t *testing.T) map[string][]column {
	t.Helper()
	out := map[string][]column{}
	tenant, directory := sqliteFiles(t)
	for _, db := range []*sql.DB{tenant, directory} {
		collect(t, db, `SELECT m.name, c.name, c.type, c."notnull" FROM sqlite_schema m, pragma_table_info(m.name) c
			WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND m.name NOT LIKE '%\_versions' ESCAPE '\'`,
			func(scan func(...any) error) error {
				var table string
				var c column
				err := scan(&table, &c.name, &c.kind, &c.notNull)
				out[table] = append(out[table], c)
				return err
			})
	}
	return sorted(out)
}

func sorted(m map[string][]column) map[string][]column {
	for _, c := range m {
		slices.SortFunc(c, func(a, b column) int { return cmp.Compare(a.name, b.name) })
	}
	return m
}

func asAdmin(t *testing.T) *sql.DB {
	t.Helper()
	db, err := sql.Open("pgx", Database(t).AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func postgresSchema(t *testing.T, db *sql.DB) map[string][]column {
	t.Helper()
	out := map[string][]column{}
	collect(t, db, `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attcollation
		FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname NOT LIKE '%\_versions'`,
		func(scan func(...any) error) error {
			var table, kind string
			var collation uint32
			var c column
			err := scan(&table, &c.name, &kind, &c.notNull, &collation)
			c.kind = cmp.Or(kinds[kind], "no type of the schema: "+kind)
			if kind == "text" && collation != 950 {
				t.Errorf(`%s.%s: text must be COLLATE "C": write {{text}}`, table, c.name)
			}
			out[table] = append(out[table], c)
			return err
		})
	return sorted(out)
}

func TestEnginesHaveTheSameTables(t *testing.T) {
	lite := sqliteSchema(t)
	if diff := gocmp.Diff(lite, postgresSchema(t, asAdmin(t)), gocmp.AllowUnexported(column{})); diff != "" {
		t.Errorf("SQLite (-) and PostgreSQL (+) differ:\n%s", diff)
	}
}

func TestEveryTableIsDeclared(t *testing.T) {
	exists := sqliteSchema(t)
	seen := map[string]bool{}
	for _, d := range store.Tables() {
		switch {
		case seen[d.Name]:
			t.Errorf("%s is declared twice", d.Name)
		case exists[d.Name] == nil:
			t.Errorf("%s is declared and does not exist", d.Name)
		case d.Context != store.CustomerData && d.Context != store.ProviderOwn:
			t.Errorf("%s: no processing context (R1.1)", d.Name)
		case d.Reach == store.InDirectory && d.Context != store.ProviderOwn:
			t.Errorf("%s: the directory holds no data of customers", d.Name)
		case d.Erased == "" || d.Exported == "":
			t.Errorf("%s: what erases and what exports it is not said", d.Name)
		}
		hasTenant := slices.ContainsFunc(exists[d.Name], func(c column) bool { return c.name == "tenant_id" })
		if hasTenant != (d.Reach == store.InTenant) {
			t.Errorf("%s: the column tenant_id and the declared reach disagree", d.Name)
		}
		seen[d.Name] = true
	}
	for table := range exists {
		if !seen[table] {
			t.Errorf("%s is not declared in store/tables.go", table)
		}
	}
}

func TestSQLiteTables(t *testing.T) {
	tenant, directory := sqliteFiles(t)
	for _, d := range store.Tables() {
		db := tenant
		if d.Reach == store.InDirectory {
			db = directory
		}
		var withoutRowid, strict bool
		if err := db.QueryRow(`SELECT wr, strict FROM pragma_table_list WHERE name = ?`, d.Name).Scan(&withoutRowid, &strict); err != nil {
			t.Errorf("%s: %v", d.Name, err)
		} else if !withoutRowid || !strict {
			t.Errorf("%s: not STRICT, WITHOUT ROWID: end CREATE TABLE with {{rowid}}", d.Name)
		}
		var triggers int
		if err := db.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?`, d.Name).Scan(&triggers); err != nil {
			t.Fatal(err)
		}
		if want := map[bool]int{true: 2}[d.AppendOnly]; triggers != want {
			t.Errorf("%s: %d triggers, want %d", d.Name, triggers, want)
		}
	}
}

func TestPostgresTables(t *testing.T) {
	db := asAdmin(t)
	for _, d := range store.Tables() {
		var enabled, forced bool
		var owner string
		err := db.QueryRow(`SELECT relrowsecurity, relforcerowsecurity, pg_get_userbyid(relowner) FROM pg_class WHERE oid = to_regclass($1)`, d.Name).
			Scan(&enabled, &forced, &owner)
		if err != nil {
			t.Errorf("%s: %v", d.Name, err)
			continue
		}
		if tenant := d.Reach == store.InTenant; enabled != tenant || forced != tenant {
			t.Errorf("%s: row-level security enabled %v, forced %v", d.Name, enabled, forced)
		}
		if owner != pgtest.Owner {
			t.Errorf("%s belongs to %s", d.Name, owner)
		}
		want := "DELETE INSERT SELECT UPDATE"
		if d.AppendOnly {
			want = "INSERT SELECT"
		}
		if got := rights(t, db, d.Name); got != pgtest.App+" "+want {
			t.Errorf("%s: rights are %q, want %q", d.Name, got, want)
		}
		policies(t, db, d)
		if d.Reach == store.InTenant {
			keys(t, db, d.Name)
		}
	}
	for _, table := range []string{"directory_versions", "tenant_versions"} {
		if got := rights(t, db, table); got != pgtest.App+" SELECT" {
			t.Errorf("%s: rights are %q", table, got)
		}
	}
}

// rights lists who but the owner may do what.
func rights(t *testing.T, db *sql.DB, table string) string {
	var out []string
	collect(t, db, `SELECT CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(a.grantee) END, string_agg(a.privilege_type, ' ' ORDER BY a.privilege_type)
		FROM pg_class c, aclexplode(c.relacl) a WHERE c.oid = to_regclass($1) AND a.grantee <> c.relowner GROUP BY 1 ORDER BY 1`,
		func(scan func(...any) error) error {
			var who, what string
			err := scan(&who, &what)
			out = append(out, who+" "+what)
			return err
		}, table)
	return strings.Join(out, "; ")
}

// policies checks that there is one, for every command and role, with the same
// bare comparison for reading and writing.
func policies(t *testing.T, db *sql.DB, d store.Table) {
	const want = `(tenant_id = ( SELECT (current_setting('app.tenant'::text))::uuid AS current_setting))`
	n := 0
	collect(t, db, `SELECT polcmd = '*' AND polpermissive AND polroles = '{0}', pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
		FROM pg_policy WHERE polrelid = to_regclass($1)`, func(scan func(...any) error) error {
		var whole bool
		var using, check sql.NullString
		err := scan(&whole, &using, &check)
		if n++; !whole || using.String != want || check.String != want {
			t.Errorf("%s: policy USING %s WITH CHECK %s", d.Name, using.String, check.String)
		}
		return err
	}, d.Name)
	if want := map[store.Reach]int{store.InTenant: 1}[d.Reach]; n != want {
		t.Errorf("%s: %d policies, want %d", d.Name, n, want)
	}
}

// keys checks that the tenant leads every index and every foreign key, and
// that there is a primary key.
func keys(t *testing.T, db *sql.DB, table string) {
	primary := false
	collect(t, db, `SELECT i.indexrelid::regclass::text, i.indisprimary, a.attname FROM pg_index i
		JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = to_regclass($1)`,
		func(scan func(...any) error) error {
			var name, first string
			var pk bool
			err := scan(&name, &pk, &first)
			primary = primary || pk
			if first != "tenant_id" {
				t.Errorf("%s: %s is led by %s: use {{pk}}, {{unique}}, {{index}}", table, name, first)
			}
			return err
		}, table)
	if !primary {
		t.Errorf("%s: no primary key", table)
	}
	collect(t, db, `SELECT k.conname, a.attname FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
		WHERE k.conrelid = to_regclass($1) AND k.contype = 'f'`, func(scan func(...any) error) error {
		var name, first string
		err := scan(&name, &first)
		if first != "tenant_id" {
			t.Errorf("%s: foreign key %s is led by %s", table, name, first)
		}
		return err
	}, table)
}
