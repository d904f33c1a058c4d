package proposal

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/tenant"
)

// DiffLine is one thing that a change does, as a sentence that a privacy
// officer reads and for programs.
type DiffLine struct {
	Group string `json:"group"`         // heading to show it under: a category's title, "Roles", "Settings" ...
	Kind  string `json:"kind"`          // rule, role, overlay, setting, agreement, entity or application
	Act   string `json:"act"`           // added, removed or changed
	Key   string `json:"key"`           // id of the rule, key of the role ...
	Text  string `json:"text"`          // the sentence
	Old   string `json:"old,omitempty"` // as it was, in words; empty if added
	New   string `json:"new,omitempty"` // as it will be, in words; empty if removed
}

// Diff says what a change does to the version it was made from, grouped, in
// the language en, de or fr.
func (s *Service) Diff(ctx context.Context, a bailiwick.Actor, id ProposalID, lang string) ([]DiffLine, error) {
	var old, changed tenant.Document
	var m *access.Matrix
	err := s.Store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		c, err := s.begin(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := c.need(readers...); err != nil {
			return err
		}
		if err := s.load(c, id); err != nil {
			return err
		}
		row, err := configuration.Get(ctx, tx, c.p.Base)
		if err != nil {
			return err
		}
		changed, m = c.p.Document, c.cfg.Matrix
		old, err = tenant.DecodeDocument(row.Document, row.Digest)
		return err
	})
	if err != nil {
		return nil, err
	}
	return compare(old, changed, m, lang)
}

// compare words the difference of two documents.
func compare(old, next tenant.Document, m *access.Matrix, lang string) ([]DiffLine, error) {
	from, err := split(old)
	if err != nil {
		return nil, err
	}
	to, err := split(next)
	if err != nil {
		return nil, err
	}
	w, ok := languages[lang]
	if !ok {
		lang, w = "en", languages["en"]
	}
	words := &wording{phrases: w, lang: lang, categories: make(map[bailiwick.Category]string), roles: make(map[bailiwick.Role]string)}
	for _, c := range slices.Concat(m.Categories(), next.Overlay.CategoryTree()) {
		words.categories[c.Key] = schema.Labels(c.Title).In(lang)
	}
	var oldRoles, newRoles map[string]*access.RoleDef
	if words.old, oldRoles, err = readRules(old); err != nil {
		return nil, err
	}
	if words.next, newRoles, err = readRules(next); err != nil {
		return nil, err
	}
	for _, roles := range []map[string]*access.RoleDef{oldRoles, newRoles} {
		for key, r := range roles {
			words.roles[bailiwick.Role(key)] = schema.Labels(r.Title).In(lang)
		}
	}
	// An earlier document that this program cannot read any more: all is new.
	words.oldFields, _ = categoriesOf(old)
	if words.nextFields, err = categoriesOf(next); err != nil {
		return nil, err
	}
	var out []DiffLine
	for _, p := range changed(from, to) {
		l := DiffLine{Group: w.groups[p.kind], Kind: string(p.kind), Key: p.key, Act: "changed"}
		v, had := from[p]
		n, has := to[p]
		if !had {
			l.Act = "added"
		} else if !has {
			l.Act = "removed"
		}
		switch p.kind {
		case ofRule:
			words.ruleLine(&l)
		case ofRole:
			// A shipped role that is defined anew, or is as shipped again, changes.
			if oldRoles[p.key] != nil && newRoles[p.key] != nil {
				l.Act = "changed"
			}
			words.roleLine(&l, oldRoles[p.key], newRoles[p.key])
		case ofSetting:
			words.settingLine(&l, v, n)
		default:
			words.otherLine(&l, p.kind, v, n)
			if p.kind == ofOverlay {
				words.fieldsLine(&l)
			}
		}
		out = append(out, l)
	}
	// A category's lines stand together, whatever the ids of the rules.
	slices.SortStableFunc(out, func(a, b DiffLine) int {
		if a.Kind == string(ofRule) && b.Kind == string(ofRule) {
			return strings.Compare(a.Group, b.Group)
		}
		return 0
	})
	return out, nil
}

// readRules returns the rules of a document by id and its roles by key, the
// shipped ones among them.
func readRules(d tenant.Document) (map[string]access.Rule, map[string]*access.RoleDef, error) {
	list, own, err := access.ParseRules("rules.yaml", []byte(d.Rules))
	if err != nil {
		return nil, nil, err
	}
	rules, roles := make(map[string]access.Rule), make(map[string]*access.RoleDef)
	for _, r := range list {
		rules[r.ID] = r
	}
	all := access.WithShippedRoles(own)
	for i := range all {
		roles[string(all[i].Key)] = &all[i]
	}
	return rules, roles, nil
}

// settingLine words a setting.
func (w *wording) settingLine(l *DiffLine, old, next string) {
	name := w.settings[l.Key]
	if name == "" {
		name = l.Key
	}
	l.Old, l.New = w.value(old), w.value(next)
	l.Text = fill(w.altered[ofSetting], "{key}", name) + w.colon + l.New + w.was + l.Old
}

// value words the value of a setting.
func (w *wording) value(json string) string {
	switch json {
	case "true":
		return w.on
	case "false", "": // a setting that is off may be left out
		return w.off
	}
	return strings.Trim(json, `"`)
}

// otherLine words what is only named: agreements, legal entities,
// applications, and what the tenant adds to them.
func (w *wording) otherLine(l *DiffLine, kind partKind, old, next string) {
	name := l.Key
	var said struct {
		Title any    `json:"title"`
		Name  string `json:"Name"`
		Date  string `json:"date"`
	}
	for _, text := range []string{old, next} {
		if kind == ofPack || json.Unmarshal([]byte(text), &said) != nil {
			continue
		}
		switch title := said.Title.(type) {
		case string:
			name = title
		case map[string]any:
			if s, ok := title[w.lang].(string); ok && s != "" {
				name = s
			} else if s, ok := title["en"].(string); ok && s != "" {
				name = s
			}
		}
		if said.Name != "" {
			name = said.Name
		}
	}
	if name != l.Key && kind == ofOverlay {
		name += " (" + l.Key + ")"
	}
	if said.Date != "" {
		name += ", " + said.Date
	}
	table := map[string]map[partKind]string{"added": w.added, "removed": w.removed, "changed": w.altered}[l.Act]
	l.Text = fill(table[kind], "{key}", name)
}
