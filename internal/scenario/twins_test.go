package scenario

import (
	"bytes"
	"fmt"
	"regexp"
	"testing"

	"bailiwick/internal/custody"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// TestTwins makes pairs of people who are the same but for one field, filled
// in the one and empty in the other, and shows both to everybody from whom the
// field is withheld. Page, JSON, history, explanation and headers, the entity
// tag and the length included, must be the same bytes: who may not see a field
// must not learn whether it holds anything.
func TestTwins(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		w := Start(t, data, nil)
		all := offices(t, w, data)
		if data.Engine() != "sqlite" || testing.Short() {
			all = all[:1]
		}
		pairs, looks := 0, 0
		for _, o := range all {
			for _, country := range subjectCountries {
				for n, probe := range probes {
					by, ok := o.writer(probe.field, country)
					if !ok {
						continue
					}
					pairs++
					empty := o.newPerson(t, "Twin", country, by, texts("department", "Twins"))
					full := o.newPerson(t, "Twin", country, by, texts("department", "Twins", probe.field, probe.make(country, n)))
					for _, p := range o.people {
						if !holds(p.Actor, mayOpen["person"]) || o.oracle.sees(o.category(probe.field), country, p.Actor) != nothing {
							continue
						}
						looks++
						compareTwins(t, w, p, probe.field, country, empty, full)
					}
				}
			}
		}
		if pairs == 0 || looks == 0 {
			t.Errorf("%d pairs, %d looks: nothing was compared", pairs, looks)
		}
		t.Logf("figure: %d pairs, each looked at by those who may not tell them apart: %d comparisons", pairs, looks)
	})
}

func compareTwins(t *testing.T, w *World, p *Person, field, country string, empty, full custody.Record) {
	t.Helper()
	for _, s := range []struct {
		page       bool
		path, rest string
	}{
		{false, "/api/v1/records/person/", ""},
		{false, "/api/v1/records/person/", "/history"},
		{false, "/api/v1/records/person/", "/explain?field=" + field},
		{true, "/records/person/", ""},
		{true, "/records/person/", "/history"},
		{true, "/records/person/", "/explain?op=access&field=" + field},
	} {
		a := w.Serve(Request{By: p, Page: s.page, Method: "GET", Path: s.path + empty.ID.String() + s.rest})
		b := w.Serve(Request{By: p, Page: s.page, Method: "GET", Path: s.path + full.ID.String() + s.rest})
		if len(empty.Ref) != len(full.Ref) { // PER-99 and PER-100
			a.Header.Del("Content-Length")
			b.Header.Del("Content-Length")
		}
		x, y := faceless(a), faceless(b)
		if a.Status != 200 || !bytes.Equal(x, y) {
			_, x, _ = bytes.Cut(x, []byte("\n")) // the headers say how long it is, the body says why
			_, y, _ = bytes.Cut(y, []byte("\n"))
			x, y = apart(x, y)
			t.Errorf("%s%s, seen by %s: whether %s of a person in %s is filled in shows (%d, %d)\nempty: %s\nfull:  %s", s.path, s.rest, p.Name, field, country, a.Status, b.Status, x, y)
		}
	}
}

var (
	reference = regexp.MustCompile(`PER-[0-9]+`)
	instant   = regexp.MustCompile(`<time datetime="[^"]*">[^<]*</time>`)
)

// faceless is an answer without identifiers and references, which two records
// never share, and without the times of the looks that this test takes.
func faceless(a Answer) []byte {
	text := append([]byte(fmt.Sprint(a.Header)+"\n"), a.Body...)
	text = instant.ReplaceAll(text, []byte("TIME"))
	return reference.ReplaceAll(identifier.ReplaceAll(text, []byte("ID")), []byte("REF"))
}
