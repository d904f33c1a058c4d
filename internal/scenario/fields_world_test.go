package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/demo"
	"bailiwick/internal/identity"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// subjectCountries are the countries of the demo's people.
var subjectCountries = []string{"DE", "FR", "US", "GB", "IN", "CH"}

// probes are the fields of a person that get a canary, each of another
// category, and how to make one.
var probes = []struct {
	field string
	make  func(country string, n int) string
}{
	{"home_address", textProbe}, {"national_id", textProbe}, {"bank_account", textProbe}, {"health_note", textProbe},
	{"emergency_contact", textProbe}, {"employee_number", textProbe},
	{"birth_date", func(country string, n int) string {
		return fmt.Sprintf("1912-%02d-11", 1+slices.Index(subjectCountries, country))
	}},
	{"annual_salary", func(_ string, n int) string { return fmt.Sprintf("8%d173.42", n) }},
	{"ethnicity", func(string, int) string { return "pacific-islander" }},
	{"religion", func(string, int) string { return "old-catholic" }},
	{"trade_union", func(string, int) string { return "representative" }},
}

// textProbe is a canary whose last four characters are no less telling.
func textProbe(country string, n int) string {
	return fmt.Sprintf("Zq%sprobe%dx%s73", country, n, country)
}

// office is a demo customer with its people signed in and canaries planted.
type office struct {
	tenant.Tenant
	conf     *tenant.Configuration
	oracle   *oracle
	people   []*Person
	planted  map[string]*planted // by country
	incident string              // id of an incident with an injured person of each country that allows it
	injuries map[string]string   // canary by country
	door     *custody.Door       // whose clock stands still, so that twins are made at the same time
}

// planted is a person with canaries.
type planted struct {
	id     string
	values map[string]string // by field; only what may be filled in
}

// offices seeds the demo and plants the canaries.
func offices(t *testing.T, w *World, data *store.Store) []*office {
	t.Helper()
	ctx := context.Background()
	seeded, err := demo.Seed(ctx, demo.Parts{Tenants: w.Parts.Tenants, Identity: w.Parts.Identity, Door: w.Parts.Door, Clock: w.Parts.Clock})
	if err != nil {
		t.Fatal(err)
	}
	var out []*office
	for _, ws := range seeded.Tenants {
		o := &office{oracle: newOracle(t, ws.Slug), planted: map[string]*planted{}, injuries: map[string]string{}}
		if o.Tenant, err = w.Parts.Tenants.BySlug(ctx, ws.Slug); err != nil {
			t.Fatal(err)
		}
		if o.conf, err = w.Parts.Tenants.Snapshot(ctx, ws.ID); err != nil {
			t.Fatal(err)
		}
		o.door = custody.New(custody.Deps{
			Store: data, Vault: w.Parts.Vault, Ledger: w.Parts.Ledger, Tenants: w.Parts.Tenants, Names: w.Parts.Identity.Names,
			Clock: fixedClock{time.Now().UTC().Truncate(time.Second)},
		})
		for _, g := range ws.Users {
			in, err := w.Parts.Identity.RedeemLink(ctx, ws.ID, g.Link, identity.Meta{Address: netip.IPv6Loopback()})
			if err != nil {
				t.Fatal(err)
			}
			o.people = append(o.people, &Person{Name: g.Name + " (" + g.Role + ", " + string(g.Country) + ")", Slug: ws.Slug, Actor: in.Actor, Cookie: in.Cookie, Token: g.Token})
		}
		for _, country := range subjectCountries {
			o.plant(t, country)
		}
		o.plantIncident(t)
		out = append(out, o)
	}
	return out
}

// with returns the first person with a role.
func (o *office) with(role bailiwick.Role) bailiwick.Actor {
	for _, p := range o.people {
		if p.Actor.HasRole(role) {
			return p.Actor
		}
	}
	return bailiwick.Actor{}
}

func (o *office) category(field string) string {
	return string(o.conf.Types["person"].Field(field).Category)
}

// writer returns who may fill in a field of a person in a country, or nobody.
func (o *office) writer(field, country string) (bailiwick.Actor, bool) {
	for _, role := range []bailiwick.Role{"hr", "payroll"} {
		if a := o.with(role); o.oracle.fills(o.category(field), country, a) {
			return a, true
		}
	}
	return bailiwick.Actor{}, false
}

func texts(pairs ...string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for i := 0; i < len(pairs); i += 2 {
		b, _ := json.Marshal(pairs[i+1])
		out[pairs[i]] = b
	}
	return out
}

// newPerson saves a person and, as another revision, one more field of
// somebody's choice; nothing if the field is "".
func (o *office) newPerson(t *testing.T, name, country string, by bailiwick.Actor, more map[string]json.RawMessage) custody.Record {
	t.Helper()
	ctx := context.Background()
	rec, err := o.door.Save(ctx, o.with("hr"), custody.Draft{Type: "person", Fields: texts("full_name", name, "country", country)})
	if err != nil {
		t.Fatal(err)
	}
	rec, err = o.door.Save(ctx, by, custody.Draft{Type: "person", ID: rec.ID, Revision: rec.Revision, Fields: more})
	if err != nil {
		t.Fatalf("%s in %s: %v", name, country, err)
	}
	return rec
}

// plant makes a person with a canary in every field that may be filled in.
func (o *office) plant(t *testing.T, country string) {
	t.Helper()
	p := &planted{values: map[string]string{}}
	rec := o.newPerson(t, "Probe "+country, country, o.with("hr"), texts("department", "Probes"))
	for n, probe := range probes {
		value := probe.make(country, n)
		for _, role := range []bailiwick.Role{"hr", "payroll"} {
			a := o.with(role)
			next, err := o.door.Save(context.Background(), a, custody.Draft{Type: "person", ID: rec.ID, Revision: rec.Revision, Fields: texts(probe.field, value)})
			if may := o.oracle.fills(o.category(probe.field), country, a); may != (err == nil) {
				t.Errorf("%s: may %s fill in %s in %s? The rules say %v: %v", o.Slug, role, probe.field, country, may, err)
			}
			if err == nil {
				rec, p.values[probe.field] = next, value
				break
			}
		}
	}
	p.id = rec.ID.String()
	o.planted[country] = p
}

// plantIncident makes an incident with an injured person of each country.
func (o *office) plantIncident(t *testing.T) {
	t.Helper()
	var rows []string
	for n, country := range subjectCountries {
		if !o.oracle.fills("health", country, o.with("hr")) {
			continue
		}
		subject := o.subject(t, country)
		o.injuries[country] = "Zq" + country + "injury" + fmt.Sprint(n)
		rows = append(rows, fmt.Sprintf(`{"person":%q,"injury":%q}`, subject, o.injuries[country]))
	}
	fields := texts("title", "Probe incident", "status", "reported")
	fields["affected"] = json.RawMessage("[" + strings.Join(rows, ",") + "]")
	rec, err := o.door.Save(context.Background(), o.with("hr"), custody.Draft{Type: "incident", Fields: fields})
	if err != nil {
		t.Fatalf("%s: %v", o.Slug, err)
	}
	o.incident = rec.ID.String()
}

// subject returns the identifier of the planted person in the register.
func (o *office) subject(t *testing.T, country string) string {
	t.Helper()
	id, err := bailiwick.ParseID(o.planted[country].id)
	if err != nil {
		t.Fatal(err)
	}
	rec, err := o.door.Open(context.Background(), o.with("hr"), "person", bailiwick.RecordID{ID: id}, "en")
	if err != nil || len(rec.Subjects) != 1 {
		t.Fatalf("%v, %d subjects", err, len(rec.Subjects))
	}
	return rec.Subjects[0].ID.String()
}
