package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
)

// hiding is a way in which a value is kept from the viewer.
type hiding struct {
	key      string // of its fields, before the kind
	category bailiwick.Category
	rule     string // YAML of the rule that hides it, "" = no rule
}

// hidings are all ways, in two record types because one holds 150 own fields.
// The viewer looks from the United States; the people are in France.
var hidings = [2][]hiding{{
	{"denied", "health", `{id: h-denied, operation: access, category: health, viewer: {in: [US]}, effect: deny}`},
	{"masked", "national-id", `{id: h-masked, operation: access, category: national-id, viewer: {in: [US]}, effect: mask, mask: last4}`},
	{"barred", "ethnic-origin", `{id: h-barred, operation: populate, category: ethnic-origin, subject: {in: [FR]}, effect: deny}`},
	{"hidden", "contact", ""},
	{"entity", "photo", `{id: h-entity, operation: access, category: photo, entities: [house], viewer: {in: [US]}, effect: deny}`},
}, {
	{"consent", "performance", `{id: h-consent, operation: access, category: performance, viewer: {in: [US]}, effect: require, require: {condition: consent, text: Consent}}`},
	{"reason", "birth", `{id: h-reason, operation: access, category: birth, viewer: {in: [US]}, effect: require, require: {condition: justification, text: A reason}}`},
	{"approval", "usage", `{id: h-approval, operation: access, category: usage, viewer: {in: [US]}, effect: require, require: {condition: approval, text: An approval}}`},
	{"agreed", "bank", `{id: h-agreed, operation: access, category: bank, viewer: {in: [US]}, effect: require, require: {condition: agreement, agreement: wc-1, text: An agreement}}`},
	{"counted", "family", `{id: h-counted, operation: access, category: family, viewer: {in: [US]}, effect: require, require: {condition: aggregate-only, k: 50, text: Counts only}}`},
}}

// exitTypes are the record types of the stage: two full of fields that are
// hidden, and one whose records are out of the viewer's scope.
var exitTypes = []string{"x_probea", "x_probeb", "x_scoped"}

const (
	zebra  = "qvortexzebra" // in every hidden text of the first house
	giraff = "wjansetgiraffelong"
)

// exitHouse is one of two workspaces that differ in hidden values alone.
type exitHouse struct {
	tenant.Tenant
	n                     int // 0 or 1
	conf                  *tenant.Configuration
	writer, third, viewer *Person
	colleague             *Person             // sees as little as the viewer, and asks for access
	records               map[string][]string // by type
	made                  map[string]string   // identifiers of what is made on the way, by what it is
	values                []string            // every hidden value that can be told from others
	serial                int
}

// newExitHouse makes a workspace, fills it while everything may be filled in,
// and then puts the rules that hide into force.
func newExitHouse(t *testing.T, w *World, data *store.Store, n int) *exitHouse {
	t.Helper()
	ctx := context.Background()
	h := &exitHouse{n: n, records: map[string][]string{}, made: map[string]string{}}
	slug := []string{"hausa", "hausb"}[n]
	open := string(openRules()) + exitRoles()
	made, err := w.Parts.Tenants.Create(ctx, tenant.Spec{Slug: slug, Name: "House", Rules: openRules(),
		Entities: []tenant.Entity{{Key: "house", Name: "House GmbH", Seat: "DE"}}})
	if err != nil {
		t.Fatal(err)
	}
	h.Tenant = made
	h.writer, h.third = w.User(t, slug, "anna", "DE", "owner", "privacy", "hr"), w.User(t, slug, "theo", "DE", "member")
	overlay := exitOverlay()
	h.activate(t, w, data, func(d *tenant.Document) { d.Overlay, d.Rules = overlay, open })
	w.Bases(t, made.ID)
	h.viewer = w.User(t, slug, "vera", "US", "watcher")
	h.colleague = w.User(t, slug, "wera", "US", "watcher")
	same := custody.New(custody.Deps{
		Store: data, Vault: w.Parts.Vault, Ledger: w.Parts.Ledger, Tenants: w.Parts.Tenants, Names: w.Parts.Identity.Names,
		Clock: fixedClock{time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)}, Rand: sequence{rand.NewChaCha8([32]byte{9})},
	})
	h.fill(t, same)
	h.activate(t, w, data, func(d *tenant.Document) {
		for _, set := range hidings {
			for _, way := range set {
				if way.rule != "" {
					open = strings.Replace(open, "roles:\n", "  - "+way.rule+"\nroles:\n", 1)
				}
			}
		}
		d.Rules = strings.Replace(open, "roles:\n", "  - {id: h-export, operation: export, category: tax, viewer: {in: [US]}, effect: deny}\nroles:\n", 1)
		var hidden []string
		for _, f := range d.Overlay.Types[0].Fields {
			if strings.HasPrefix(f.Key, "hidden_") {
				hidden = append(hidden, f.Key)
			}
		}
		d.Overlay.Changes = []schema.TypeChange{{Type: exitTypes[0], Hidden: hidden}}
	})
	return h
}

// activate puts a changed document into force.
func (h *exitHouse) activate(t *testing.T, w *World, data *store.Store, change func(*tenant.Document)) {
	t.Helper()
	err := data.Update(context.Background(), h.ID, func(tx store.TenantTx) error {
		now, err := w.Parts.Tenants.Configuration(context.Background(), tx)
		if err != nil {
			return err
		}
		doc := now.Document()
		change(&doc)
		h.conf, err = w.Parts.Tenants.Activate(context.Background(), tx, h.writer.Actor, doc)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// exitRoles is the viewer's role: everything, save records of others of one
// type. What is kept from it is kept by rules and scope, not by permissions.
func exitRoles() string {
	const verbs = "[list, open, create, change, delete, export]"
	var types []string
	for _, key := range append([]string{exitTypes[0], exitTypes[1]}, typeKeys...) {
		types = append(types, "{type: "+key+", verbs: "+verbs+"}")
	}
	types = append(types, "{type: "+exitTypes[2]+", verbs: "+verbs+", scope: own}")
	var admin []string
	for _, p := range access.Permissions() {
		admin = append(admin, string(p))
	}
	return "roles:\n  - {key: watcher, title: {en: Watcher}, types: [" + strings.Join(types, ", ") + "], admin: [" + strings.Join(admin, ", ") + "]}\n"
}

// exitOverlay makes the record types: for each way to hide, a field of each
// kind in the table of kinds.
func exitOverlay() schema.Overlay {
	one, two, three := int64(1), int64(2), int64(3)
	o := schema.Overlay{Lists: []schema.OwnList{{Key: "x_scale", Options: []schema.OwnOption{
		{Key: "first", Label: en("First"), Value: &one}, {Key: "second", Label: en("Second"), Value: &two}, {Key: "third", Label: en("Third"), Value: &three}}}}}
	for i, key := range exitTypes {
		t := schema.OwnType{Key: key, Title: en("Probe " + key[7:]), Ref: "PRB" + strings.ToUpper(key[7:8]), Self: true, Identity: "employment", Countries: []string{"country"},
			Schedule: "employment-ended", TitleField: "name", KeyField: "number", Owner: "holder", List: []string{"name", "country", "note"},
			Fields: []schema.OwnField{
				{Key: "name", Kind: "text", Category: "employment", Label: en("Name"), Required: true, Search: schema.SearchPrefix},
				{Key: "country", Kind: "country", Category: "business", Label: en("Country"), Required: true, Clear: true},
				{Key: "number", Kind: "text", Category: "employment", Label: en("Number"), Search: schema.SearchWord},
				{Key: "holder", Kind: "user", Category: "business", Label: en("Holder"), Clear: true},
				{Key: "note", Kind: "text", Category: "employment", Label: en("Note"), Search: schema.SearchWord},
				{Key: "stage", Kind: "choice", Category: "employment", Label: en("Stage"), Options: "x_scale"},
				{Key: "levy", Kind: "text", Category: "tax", Label: en("Levy")},
			}}
		ways := []hiding{{"scoped", "contact", ""}}
		if i < len(hidings) {
			ways = hidings[i]
		}
		for _, way := range ways {
			for _, k := range schema.Kinds() {
				t.Fields = append(t.Fields, exitFields(way, k.Name())...)
			}
		}
		o.Types = append(o.Types, t)
	}
	return o
}

func en(s string) schema.Labels { return schema.Labels{"en": s} }

// exitFields is a field of a kind, and what it is made of.
func exitFields(way hiding, kind string) []schema.OwnField {
	f := schema.OwnField{Key: way.key + "_" + kind, Kind: kind, Category: way.category, Label: en(way.key + " " + kind)}
	special := map[bailiwick.Category]bool{"health": true, "ethnic-origin": true}[way.category]
	switch kind {
	case "text", "longtext":
		if !special {
			f.Search = schema.SearchWord
		}
	case "choice", "multichoice":
		f.Options = "x_scale"
	case "decimal":
		f.Scale = 2
	case "subject":
		f.Type = "person"
	case "record":
		f.Type = "risk"
	case "score":
		f.Product, f.Bands = []string{way.key + "_choice", way.key + "_integer"}, "x_scale"
	case "group":
		f.Category, f.About = "", "who"
		f.Fields = []schema.OwnField{{Key: "who", Kind: "subject", Type: "person", Category: way.category, Label: en("who")}, {Key: "inner", Kind: "text", Category: way.category, Label: en("inner")}, {Key: "when", Kind: "date", Category: way.category, Label: en("when")}}
	}
	return []schema.OwnField{f}
}

// hiddenKeys are the fields of a type that the viewer may not see.
func (h *exitHouse) hiddenKeys(key string) []string {
	var out []string
	for _, f := range exitOverlay().Types {
		if f.Key == key {
			for _, x := range f.Fields {
				if strings.Contains(x.Key, "_") {
					out = append(out, x.Key)
				}
			}
		}
	}
	return out
}

// fill makes the records, the same in both houses but for what is hidden.
func (h *exitHouse) fill(t *testing.T, door *custody.Door) {
	t.Helper()
	save := func(typ string, fields map[string]any) string {
		raw := map[string]json.RawMessage{}
		for k, v := range fields {
			b, err := json.Marshal(v)
			if err != nil {
				t.Fatal(err)
			}
			raw[k] = b
		}
		rec, err := door.Save(context.Background(), h.writer.Actor, custody.Draft{Type: typ, Fields: raw})
		if err != nil {
			t.Fatalf("%s: %v", typ, err)
		}
		h.records[typ] = append(h.records[typ], rec.ID.String())
		if typ == "person" {
			h.made["subject"+fmt.Sprint(len(h.records[typ])-1)] = rec.Subjects[0].ID.String()
		}
		return rec.ID.String()
	}
	for i := range 2 {
		save("person", map[string]any{"full_name": fmt.Sprint("Target ", i), "country": "FR"})
		save("risk", map[string]any{"title": fmt.Sprint("Danger ", i), "status": "open"})
	}
	for i, typ := range exitTypes {
		for n, country := range []string{"FR", "FR", "FR", "FR"} {
			fields := map[string]any{"name": fmt.Sprint("Somebody ", n), "country": country, "number": fmt.Sprint("N-", i, n), "note": "Plain words", "stage": "first",
				"levy": "qvexportzebra"}
			for _, key := range h.hiddenKeys(typ) {
				if v := h.value(key, n); v != nil {
					fields[key] = v
				}
			}
			id := save(typ, fields)
			if n == 3 {
				rid, _ := bailiwick.ParseID(id)
				if err := door.Delete(context.Background(), h.writer.Actor, typ, bailiwick.RecordID{ID: rid}, 1); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// value is what a hidden field holds: another in each house, in the second of
// it sometimes nothing. What a mask shows is the same in both.
func (h *exitHouse) value(key string, n int) any {
	way, kind, _ := strings.Cut(key, "_")
	h.serial++
	masked := way == "masked"
	if h.n == 1 && n == 1 && !masked && way != "scoped" && kind != "phone" {
		// The twin of the second record is empty, save for one field of each
		// way: those who approve a change are told in how many records there
		// is anything of a category.
		return nil
	}
	text := []string{zebra, giraff}[h.n] + way + fmt.Sprint(h.serial) + "x7373"
	tell := func(s string) any { h.values = append(h.values, s); return s }
	switch kind {
	case "text", "longtext":
		return tell(text)
	case "email":
		return tell(text + "@example.com")
	case "url":
		return tell("https://example.com/" + text)
	case "phone":
		return tell(fmt.Sprintf("+49 %d %03d 7373", 917-h.n*91, h.serial%1000))
	case "integer":
		v := (917-int64(h.n)*91)*10_000_000 + int64(h.serial%1000)*10_000 + 7373
		tell(fmt.Sprint(v))
		return v
	case "decimal":
		return tell(fmt.Sprintf("%d%03d73.73", 917-h.n*91, h.serial%1000))
	case "boolean":
		return h.n == 0
	case "choice":
		return []string{"first", "third"}[h.n]
	case "multichoice":
		if masked {
			return []string{"second"}
		}
		return [][]string{{"first"}, {"second", "third"}}[h.n]
	case "date":
		if masked { // the last four of how it is written are its year
			return tell([]string{"1911-03-07", "1911-03-09"}[h.n])
		}
		return tell([]string{"1911-03-07", "1913-03-07"}[h.n])
	case "datetime":
		return tell([]string{"1911-03-07T05:06:07Z", "1913-03-07T05:06:07Z"}[h.n])
	case "country":
		return []string{"FR", "BE"}[h.n]
	case "user":
		if masked { // a mask shows a part of an identifier that is random
			return nil
		}
		if h.n == 0 {
			return h.writer.Actor.User().String()
		}
		return h.third.Actor.User().String()
	case "subject", "record":
		which := h.n
		if masked {
			which = 0
		}
		if kind == "subject" {
			return h.made["subject"+fmt.Sprint(which)]
		}
		return h.records["risk"][which]
	case "group":
		rows := []any{map[string]any{"who": h.made["subject0"], "inner": tell(text), "when": tell([]string{"1911-04-08", "1911-04-09"}[h.n])}}
		if h.n == 1 && !masked {
			rows = append(rows, map[string]any{"who": h.made["subject1"], "inner": tell(text)})
		}
		return rows
	default: // computed
		return nil
	}
}
