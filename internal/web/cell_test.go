package web

import (
	"testing"

	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
)

// TestWhyOfARow: the way to the explanation of a withheld member names its row,
// for the answer goes by the countries of the row's person.
func TestWhyOfARow(t *testing.T) {
	v := &visit{lang: "en"}
	got := v.withheld(&schema.Field{Key: "injury"}, &custody.Withheld{}, "/records/incident/1", "affected[2].injury")
	if want := "/records/incident/1/explain?op=access&field=affected%5B2%5D.injury"; got.Href != want {
		t.Errorf("%s, want %s", got.Href, want)
	}
}
