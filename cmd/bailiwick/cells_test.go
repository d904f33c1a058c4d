package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/server"
	"bailiwick/internal/store"
	"bailiwick/internal/store/directory"
	"bailiwick/internal/store/pgtest"
)

// cellsFile is a configuration with two cells in files, one in each region.
func cellsFile(t *testing.T, more string) (config, data, eu, us string) {
	t.Helper()
	dir := t.TempDir()
	data, eu, us = filepath.Join(dir, "data"), filepath.Join(dir, "eu"), filepath.Join(dir, "us")
	return file(t, "c.yaml", "data: "+data+"\ncells:\n- {name: eu1, region: eu, data: "+eu+"}\n- us1:us:file:"+us+"\n"+more), data, eu, us
}

// workspaceFiles counts the workspaces whose files lie in a place.
func workspaceFiles(t *testing.T, dir string) int {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "store", "tenants", "*.db"))
	if err != nil {
		t.Fatal(err)
	}
	return len(found)
}

// TestCells walks the way of an operator with two cells: refused before they
// are prepared, then a workspace in each, and one taken away.
func TestCells(t *testing.T) {
	config, data, eu, us := cellsFile(t, "")
	do := func(want string, args ...string) {
		t.Helper()
		out, err := command(t, nil, append(args, "--config", config)...)
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
	no := func(want string, args ...string) {
		t.Helper()
		out, err := command(t, nil, append(args, "--config", config)...)
		if err == nil || !strings.Contains(out+sentence(err), want) {
			t.Errorf("%v: %v: %s", args, err, out)
		}
	}
	create := func(slug string, more ...string) []string {
		return append([]string{"tenant", "create", slug, "--country", "DE"}, more...)
	}
	do("in order", "config", "check")
	no("bailiwick migrate", create("berlin", "--cell", "eu1")...)
	do("The cells are prepared", "migrate")
	do("link", create("berlin", "--cell", "eu1")...)
	do("link", create("boston", "--region", "us")...)
	do("link", create("home")...)
	no(`no cell "mars"`, create("other", "--cell", "mars")...)
	no(`no cell in the region "asia"`, create("other", "--region", "asia")...)
	no(`no cell "us1" in the region "eu"`, create("other", "--cell", "us1", "--region", "eu")...)
	for dir, name := range map[string]string{data: "home", eu: "berlin", us: "boston"} {
		if n := workspaceFiles(t, dir); n != 1 {
			t.Errorf("%s: %d files", name, n)
		}
	}
	list, err := command(t, nil, "tenant", "list", "--config", config)
	if err != nil || strings.Join(strings.Fields(list)[:7], " ") != "SLUG NAME STATE SINCE CELL REGION ADDRESS" || !strings.Contains(list, "us1") {
		t.Errorf("%v: %s", err, list)
	}
	do("the cell eu1 in eu can be used (sqlite)", "doctor")
	do("3 workspaces are at this version", "migrate")
	if err := os.Rename(us, us+".away"); err != nil {
		t.Fatal(err)
	}
	no("is its disk there", "doctor")
	no("is its disk there", "tenant", "link", "boston")
	do("link", "tenant", "link", "berlin")
	if _, err := os.Stat(us); err == nil {
		t.Error("the place of the cell was made again")
	}
	if err := os.Rename(us+".away", us); err != nil {
		t.Fatal(err)
	}
	do("link", "tenant", "link", "boston")
	config = file(t, "swapped.yaml", "data: "+data+"\ncells: [\"eu1:eu:file:"+us+"\", \"us1:us:file:"+eu+"\"]\n")
	no(`that of the cell "us1 us"`, "tenant", "link", "berlin")
	config = file(t, "none.yaml", "data: "+data+"\n")
	no("not configured", "tenant", "link", "berlin")
	do("link", "tenant", "link", "home")
}

// TestHalfMadeInACell: what an interrupted creation left in a cell is not
// taken up in another.
func TestHalfMadeInACell(t *testing.T) {
	config, data, eu, us := cellsFile(t, "")
	create := func(cell string) error {
		_, err := command(t, nil, "tenant", "create", "berlin", "--country", "DE", "--cell", cell, "--config", config)
		return err
	}
	if _, err := command(t, nil, "migrate", "--config", config); err != nil {
		t.Fatal(err)
	}
	c := server.Defaults()
	c.Data, c.Cells = data, []string{"eu1:eu:file:" + eu}
	h, err := open(&invocation{ctx: t.Context(), config: c, log: logger(io.Discard, "error")})
	if err != nil {
		t.Fatal(err)
	}
	err = h.parts.Store.UpdateDirectory(t.Context(), func(tx store.DirectoryTx) error {
		return directory.Insert(t.Context(), tx, directory.Row{ID: bailiwick.TenantID{ID: bailiwick.ID{9}}, Slug: "berlin", Name: "berlin", Cell: "eu1", Region: "eu", Created: 1})
	})
	if err := errors.Join(err, h.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := command(t, nil, "migrate", "--config", config); err != nil {
		t.Errorf("migrate with a half-made workspace: %v", err)
	}
	if err := create("us1"); err == nil || !strings.Contains(sentence(err), "begun in another cell") {
		t.Errorf("%v", err)
	}
	if err := create("eu1"); err != nil {
		t.Error(err)
	}
	if workspaceFiles(t, eu) != 1 || workspaceFiles(t, us) != 0 {
		t.Error("it lies elsewhere")
	}
}

// TestCellsAreChecked: what cannot work is found before anything is opened, and
// no message or print holds a password.
func TestCellsAreChecked(t *testing.T) {
	const secret = "canary-17"
	db := "postgres://app:" + secret + "@db.example.com/bailiwick"
	for want, env := range map[string][]string{
		"entry 1 of --cells is not":           {"BAILIWICK_CELLS=" + db},
		"whole path":                          {"BAILIWICK_CELLS=eu1:eu:file:here"},
		"names the cell eu1 twice":            {"BAILIWICK_CELLS=eu1:eu:file:/srv/a eu1:eu:file:/srv/b"},
		"in the place of other data":          {"BAILIWICK_CELLS=eu1:eu:" + db, "BAILIWICK_DATABASE=" + db},
		"keystore lies with the data":         {"BAILIWICK_CELLS=eu1:eu:" + db, "BAILIWICK_KEYSTORE=" + db},
		"entry 1 of --cell-owners is not":     {"BAILIWICK_CELL_OWNERS=mars=" + db},
		"the cell us1 is in the place of oth": {"BAILIWICK_CELLS=eu1:eu:file:/srv/a us1:us:file:/srv/a/b"},
	} {
		out, err := command(t, env, "config", "check")
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error()+out, secret) {
			t.Errorf("%s: %v %s", want, err, out)
		}
	}
	text := file(t, "cells", "eu1:eu:"+db+"\nus1:us:file:/srv/us\n")
	out, err := command(t, []string{"BAILIWICK_CELLS_FILE=" + text, "BAILIWICK_CELL_OWNERS=eu1=" + db}, "config", "print")
	if err != nil || strings.Contains(out, secret) || !strings.Contains(out, "us1:us:file:/srv/us") || !strings.Contains(out, "BAILIWICK_CELLS_FILE") {
		t.Errorf("%v: %s", err, out)
	}
	for _, bad := range []string{"- {name: eu1, region: eu}", "- {name: eu1, region: eu, data: /srv/a, database: x}", "- {name: eu1, zone: eu, data: /srv/a}"} {
		if _, err := command(t, nil, "config", "check", "--config", file(t, "c.yaml", "cells:\n"+bad+"\n")); err == nil || !strings.Contains(err.Error(), "a cell has name, region") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// TestACellInADatabase: beside files, prepared by migrate with its owner.
func TestACellInADatabase(t *testing.T) {
	db := pgtest.New(t)
	config, data, _, _ := cellsFile(t, "- {name: in1, region: in, database: \""+db.AppURL+"\"}\n")
	if _, err := command(t, nil, "migrate", "--config", config); err == nil || !strings.Contains(err.Error(), "--cell-owners") {
		t.Errorf("without the owner: %v", err)
	}
	env := []string{"BAILIWICK_CELL_OWNERS=in1=" + db.OwnerURL}
	if out, err := command(t, env, "migrate", "--config", config); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if out, err := command(t, nil, "tenant", "create", "delhi", "--country", "IN", "--region", "in", "--config", config); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if workspaceFiles(t, data) != 0 {
		t.Error("it lies in files")
	}
	if out, err := command(t, nil, "doctor", "--config", config); err != nil || !strings.Contains(out, "in1 in in can be used (postgres)") {
		t.Errorf("%v: %s", err, out)
	}
}

// TestServeWithoutACell: a server starts, is ready and says which cell is
// missing.
func TestServeWithoutACell(t *testing.T) {
	config, _, _, us := cellsFile(t, "")
	if out, err := command(t, nil, "migrate", "--config", config); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := os.RemoveAll(us); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	log, ended, admin := &lines{}, make(chan error, 1), freePort(t)
	go func() {
		ended <- run(ctx, []string{"serve", "--config", config, "--listen", "127.0.0.1:0", "--admin-listen", admin}, nil, io.Discard, log)
	}()
	for !strings.Contains(log.String(), `"msg":"ready"`) {
		select {
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, log)
		case <-time.After(5 * time.Millisecond):
		}
	}
	out, err := command(t, nil, "healthcheck", "--admin-listen", admin)
	if err != nil || !strings.HasPrefix(out, "ready\n") || !strings.Contains(out, "the cell us1 cannot be reached") || strings.Contains(out, "eu1") {
		t.Errorf("%v: %s", err, out)
	}
	if !strings.Contains(log.String(), `"cell":"us1"`) {
		t.Error("the log does not name it")
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the stop: %v", err)
	}
}
