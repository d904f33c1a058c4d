package web

import (
	"testing"

	"bailiwick/internal/access"
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

// TestWhyOfAPart: a value that is shown in part says where that is explained.
func TestWhyOfAPart(t *testing.T) {
	v := &visit{lang: "en"}
	rec := &custody.Record{Type: &schema.Type{Key: "person"}}
	c := &custody.Cell{Field: &schema.Field{Key: "birth_date", Kind: schema.KindByName("date")}, Value: schema.Value(`"1984"`), Mask: access.YearOnly}
	got := v.tableCell(rec, c, false)
	if !got.Masked || got.Text != "1984" || got.Why == nil || got.Why.Href != recordPath(rec.Type, rec.ID)+"/explain?op=access&field=birth_date" {
		t.Errorf("%+v", got)
	}
	f := &form{v: v, t: rec.Type, rec: rec, fixed: true}
	if m := f.field(c, place{"f.birth_date", "birth_date"}); !m.Masked || m.Part == nil || m.Part.Href != got.Why.Href {
		t.Errorf("%+v", m)
	}
}

// TestLinkHref: records and people whom the reader may open have a page, and
// nothing else has.
func TestLinkHref(t *testing.T) {
	const id = "01900000-0000-7000-8000-000000000001"
	for _, tc := range []struct {
		link custody.Link
		want string
	}{
		{custody.Link{Kind: "record", Type: "risk", ID: id, Visible: true}, "/records/risk/" + id},
		{custody.Link{Kind: "subject", Type: "person", ID: id, Visible: true}, "/records/person/" + id},
		{custody.Link{Kind: "subject", Type: "person", ID: id}, ""},
		{custody.Link{Kind: "user", ID: id, Visible: true}, ""},
	} {
		if got := linkHref(tc.link); got != tc.want {
			t.Errorf("%+v: got %q, want %q", tc.link, got, tc.want)
		}
	}
}
