package scenario

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"bailiwick/internal/store/pgtest"
)

// scanCluster looks through the files of the database and through the
// server's write-ahead log, where they can be read from here.
func scanCluster(t *testing.T, db pgtest.Database, marks []mark) {
	t.Helper()
	admin, err := sql.Open("pgx", db.AdminURL)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	var dir, oid string
	if _, err := admin.Exec("CHECKPOINT"); err != nil {
		t.Fatal(err)
	}
	err = admin.QueryRow("SELECT current_setting('data_directory'), oid::text FROM pg_database WHERE datname = current_database()").Scan(&dir, &oid)
	if err != nil {
		t.Fatal(err)
	}
	files, size := 0, 0
	for _, sub := range []string{filepath.Join("base", oid), "pg_wal"} {
		err := filepath.WalkDir(filepath.Join(dir, sub), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			b, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			files, size = files+1, size+len(b)
			look(t, filepath.Join(sub, d.Name()), b, marks)
			return nil
		})
		if err != nil {
			t.Logf("the server's files cannot be read from here: %v", err)
			return
		}
	}
	t.Logf("figure: %d bytes in %d files of the server", size, files)
}
