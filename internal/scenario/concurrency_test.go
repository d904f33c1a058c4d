package scenario

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"bailiwick/internal/custody"
	"bailiwick/internal/store"
	"bailiwick/internal/store/storetest"
)

// atOnce sends requests at the same moment and counts the answers by status.
func atOnce(t *testing.T, w *World, qs []Request) (map[int]int, []Answer) {
	t.Helper()
	answers := make([]Answer, len(qs))
	var ready, all sync.WaitGroup
	ready.Add(len(qs))
	for i, q := range qs {
		all.Go(func() {
			ready.Done()
			ready.Wait()
			answers[i] = w.Serve(q)
		})
	}
	all.Wait()
	by := map[int]int{}
	for _, a := range answers {
		by[a.Status]++
	}
	return by, answers
}

// TestTwoWriters holds what happens when several people act on one record at
// the same moment: exactly one wins, the others are told, and nothing is mixed.
func TestTwoWriters(t *testing.T) {
	const crowd, rounds = 8, 10
	storetest.Engines(t, func(t *testing.T, data *store.Store) {
		w := Start(t, data, nil)
		w.Workspace(t, "acme", nil)
		var people []*Person
		for i := range crowd {
			people = append(people, w.User(t, "acme", fmt.Sprintf("writer%d", i), "DE", "risk-manager"))
		}
		path := "/api/v1/records/risk"
		for round := range rounds {
			key := fmt.Sprintf("round-%d", round)
			var creates []Request
			for range crowd { // one person, who lost patience
				creates = append(creates, Request{By: people[0], Method: "POST", Path: path,
					Body: `{"fields":{"title":"Once","status":"open"}}`, Header: map[string]string{"Idempotency-Key": key}})
			}
			by, answers := atOnce(t, w, creates)
			if !maps.Equal(by, map[int]int{201: crowd}) {
				t.Fatalf("the same create %d times: %v", crowd, by)
			}
			for _, a := range answers {
				if string(a.Body) != string(answers[0].Body) {
					t.Fatalf("the same create made two records:\n%s\n%s", answers[0].Body, a.Body)
				}
			}
			other := creates[0]
			other.Body = `{"fields":{"title":"Something else","status":"open"}}`
			if a := w.Serve(other); a.Status != 422 || !strings.Contains(string(a.Body), "/problems/idempotency-mismatch") {
				t.Errorf("another record under the same key: %d %s", a.Status, a.Body)
			}
			other.By = people[1]
			if a := w.Serve(other); a.Status != 201 {
				t.Errorf("the key of somebody else: %d %s", a.Status, a.Body)
			}

			raw, _ := member(answers[0].Body, "id")
			one := path + "/" + strings.Trim(raw, `"`)
			var patches []Request
			for i, p := range people {
				patches = append(patches, Request{By: p, Method: "PATCH", Path: one, Header: map[string]string{"If-Match": `"1"`},
					Body: fmt.Sprintf(`{"fields":{"title":"Title of %d","description":"Text of %d"}}`, i, i)})
			}
			by, answers = atOnce(t, w, patches)
			if !maps.Equal(by, map[int]int{200: 1, 412: crowd - 1}) {
				t.Fatalf("%d writers of one revision: %v", crowd, by)
			}
			for i, a := range answers {
				if a.Status == 412 {
					if !strings.Contains(string(a.Body), "/problems/version-conflict") {
						t.Errorf("the refusal says %s", a.Body)
					}
					continue
				}
				got := w.Serve(Request{By: people[0], Method: "GET", Path: one})
				for _, want := range []string{fmt.Sprintf(`"title":"Title of %d"`, i), fmt.Sprintf(`"description":"Text of %d"`, i), `"revision":2`} {
					if !strings.Contains(string(got.Body), want) {
						t.Errorf("the record lacks %s: %s", want, got.Body)
					}
				}
			}
			mixed := append([]Request{}, patches[:crowd/2]...)
			for i := range mixed {
				mixed[i].Header = map[string]string{"If-Match": `"2"`}
				mixed[i].Body = fmt.Sprintf(`{"fields":{"title":"Another title of %d"}}`, i) // what changes nothing is no revision
			}
			for _, p := range people[crowd/2:] {
				mixed = append(mixed, Request{By: p, Method: "DELETE", Path: one, Header: map[string]string{"If-Match": `"2"`}})
			}
			by, _ = atOnce(t, w, mixed)
			if by[200]+by[204] != 1 || by[200]+by[204]+by[412]+by[404] != crowd {
				t.Errorf("changes against deletions of one revision: %v", by)
			}
		}
		page, err := w.Parts.Door.List(context.Background(), people[0].Actor, custody.Query{Type: "risk", Text: "else"})
		if err != nil || page.Total != rounds {
			t.Errorf("%d records of the other person, want %d (%v)", page.Total, rounds, err)
		}
	})
}
