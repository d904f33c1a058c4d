package guard

import (
	"slices"
	"strings"
	"testing"
)

// room is a part of the house: a folder with everything below it.
type room struct {
	dir   string
	floor int // rooms import rooms of lower floors only
	place int // within a floor that has an order, left may not import right; 0 = may import nobody beside it
}

// rooms is design section 3, bottom to top. A folder that no line covers
// fails the test: decide where it belongs before it is built.
var rooms = []room{
	{"", 0, 1}, {"logformat", 0, 0}, {"client", 1, 0}, {"packs", 1, 0},
	{"internal/access", 1, 0}, {"internal/schema", 1, 0}, {"internal/deadline", 1, 0}, {"internal/transfer", 1, 0},
	{"internal/sheet", 1, 0}, {"internal/oscal", 1, 0},
	{"internal/store", 2, 1}, {"internal/vault", 2, 2}, {"internal/ledger", 2, 3}, {"internal/blob", 2, 4}, {"internal/outbox", 2, 5},
	{"internal/tenant", 3, 1}, {"internal/identity", 3, 2}, {"internal/grant", 3, 3}, {"internal/custody", 3, 4},
	{"internal/proposal", 3, 5},
	{"internal/form", 3, 6}, {"internal/retention", 3, 7}, {"internal/casework", 3, 8}, {"internal/safeguard", 3, 9}, {"internal/notice", 3, 10},
	{"internal/web", 4, 0}, {"internal/api", 4, 0}, {"internal/report", 4, 0},
	{"internal/server", 5, 1}, {"internal/demo", 5, 2},
	{"cmd/bailiwick", 6, 0},
}

// ban is one edge that the floors alone would allow, and why it is forbidden.
type ban struct{ from, to, why string }

var bans = []ban{
	{"internal/web", "internal/store", "a page that reads the store goes round the door (design 3): call custody, tenant or identity"},
	{"internal/web", "internal/vault", "a page that holds keys goes round the door (design 3): call custody"},
	{"internal/api", "internal/store", "an operation that reads the store goes round the door (design 3): call custody, tenant or identity"},
	{"internal/api", "internal/vault", "an operation that holds keys goes round the door (design 3): call custody"},
	{"internal/report", "internal/store", "a report that reads the store goes round the door (design 3): call custody"},
	{"internal/store", "internal/access", "the store keeps bytes and decides nothing"},
	{"internal/store", "internal/schema", "the store never sees clear content, so it needs no field kinds"},
}

func roomOf(dir string) (room, bool) {
	var best room
	found := false
	for _, r := range rooms {
		if (r.dir == dir || r.dir != "" && under(dir, r.dir)) && (!found || len(r.dir) > len(best.dir)) {
			best, found = r, true
		}
	}
	return best, found
}

// TestImportGraph holds design section 3: layers import only lower ones, and
// features only those to their left.
func TestImportGraph(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() {
			return
		}
		from, ok := roomOf(s.dir)
		if !ok {
			t.Errorf("%s: the folder %q is not in the list of rooms (imports_test.go): decide on its floor", s.path, s.dir)
			return
		}
		for _, p := range s.imports {
			dir, ours := within(p)
			if !ours {
				continue
			}
			for _, d := range testOnly {
				if under(dir, d) {
					t.Errorf("%s imports %s, which exists for tests only", s.path, p)
				}
			}
			to, ok := roomOf(dir)
			switch {
			case !ok || to.dir == from.dir:
			case to.floor > from.floor:
				t.Errorf("%s imports %s: arrows point down only, and floor %d is above floor %d", s.path, p, to.floor, from.floor)
			case to.floor == from.floor && (from.place == 0 || to.place == 0):
				t.Errorf("%s imports %s: rooms of floor %d know nothing of each other", s.path, p, from.floor)
			case to.floor == from.floor && to.place > from.place:
				t.Errorf("%s imports %s: on floor %d left never imports right", s.path, p, from.floor)
			}
			for _, b := range bans {
				if under(s.dir, b.from) && under(dir, b.to) {
					t.Errorf("%s imports %s: %s", s.path, p, b.why)
				}
			}
		}
	})
}

// TestDrivers holds the second half: engines are interchangeable because
// nobody but the entry points knows them, and they know nobody.
func TestDrivers(t *testing.T) {
	drivers := []string{"internal/store/sqlite", "internal/store/postgres"}
	mayUse := []string{"", "internal/store", "internal/store/migrations"}
	each(t, func(s *source) {
		if s.exempt() {
			return
		}
		isDriver := slices.Contains(drivers, s.dir)
		for _, p := range s.imports {
			dir, ours := within(p)
			if !ours {
				continue
			}
			if slices.Contains(drivers, dir) && !under(s.dir, "cmd") && !isDriver {
				t.Errorf("%s imports the driver %s: only cmd and tests choose an engine; take a *store.Store", s.path, p)
			}
			if isDriver && !slices.Contains(mayUse, dir) && dir != s.dir {
				t.Errorf("%s imports %s: a driver knows the vocabulary and the store, nothing else", s.path, p)
			}
		}
	})
}

// TestLowestFloor holds that the vocabulary and the log's format can be used
// by anyone.
func TestLowestFloor(t *testing.T) {
	each(t, func(s *source) {
		if s.exempt() || (s.dir != "" && s.dir != "logformat" && s.dir != "packs") {
			return
		}
		for _, p := range s.imports {
			_, ours := within(p)
			external := strings.Contains(strings.SplitN(p, "/", 2)[0], ".")
			if external && !(s.dir == "logformat" && strings.HasPrefix(p, "golang.org/x/mod/sumdb")) || ours && s.dir != "logformat" {
				t.Errorf("%s imports %s: this package stands on the standard library alone", s.path, p)
			}
		}
	})
}

// within returns the folder of an import path of the project.
func within(path string) (dir string, ours bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}
