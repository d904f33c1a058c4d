package proposal

import (
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// wording words differences in one language.
type wording struct {
	*phrases
	lang       string
	categories map[bailiwick.Category]string // titles
	roles      map[bailiwick.Role]string
	old, next  map[string]access.Rule

	oldFields, nextFields map[string]map[string]*schema.Field // by type and path
}

// fill puts words in the places of a sentence.
func fill(sentence string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(sentence)
}

// category is a category's title; its key if it has none.
func (w *wording) category(c bailiwick.Category) string {
	if t := w.categories[c]; t != "" {
		return t
	}
	return string(c)
}

// list joins names as people do.
func list(names []string, last string) string {
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + last + names[n-1]
	}
	return strings.Join(names, "")
}

// rule says what a rule does: as it stands, or as something new.
func (w *wording) rule(r access.Rule, now bool) string {
	tables := map[access.Effect][2]map[string]string{
		access.Deny: {w.deny, w.denyNow}, access.Allow: {w.allow, w.allowNow},
		access.Require: {w.require, w.requireNow}, access.Mask: {w.mask, w.maskNow},
	}
	table := tables[r.Effect][0]
	if now {
		table = tables[r.Effect][1]
	}
	out := fill(table[r.Op.String()], "{c}", w.category(r.Category), "{to}", w.viewers(r), "{of}", w.subjects(r),
		"{at}", w.names(w.regions, r.Regions), "{must}", r.Require, "{form}", w.forms[r.Mask.String()])
	if !r.From.IsZero() {
		out += fill(w.from, "{t}", day(r.From))
	}
	if !r.Until.IsZero() {
		out += fill(w.until, "{t}", day(r.Until))
	}
	return out
}

// names fills a list into a phrase; nothing for an empty list.
func (w *wording) names(phrase string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fill(phrase, "{list}", list(names, w.or))
}

func (w *wording) viewers(r access.Rule) string {
	out := w.names(w.within, w.named(r.Viewer.In)) + w.names(w.outside, w.named(r.Viewer.NotIn))
	var roles []string
	for _, key := range r.Roles {
		title := w.roles[key]
		if title == "" {
			title = string(key)
		}
		roles = append(roles, title)
	}
	if out == "" {
		return w.names(w.byRole, roles)
	}
	return out + w.names(w.phrases.roles, roles)
}

func (w *wording) subjects(r access.Rule) string {
	return w.names(w.about, w.named(r.Subject.In)) + w.names(w.aboutOutside, w.named(r.Subject.NotIn)) + w.names(w.entities, r.Entities)
}

// named words the regions of a list; countries stay codes, as in the grid.
func (w *wording) named(list []string) []string {
	out := slices.Clone(list)
	for i, s := range out {
		if name := w.places[s]; name != "" {
			out[i] = name
		}
	}
	return out
}

// why names a rule and what it stands on.
func (w *wording) why(r access.Rule) string {
	parts := []string{w.phrases.rule + " " + r.ID}
	for _, s := range []string{r.Note, r.Cite} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

// ruleLine words what happens to a rule.
func (w *wording) ruleLine(l *DiffLine) {
	old, had := w.old[l.Key]
	next, has := w.next[l.Key]
	l.Old, l.New = "", ""
	if had {
		l.Old, l.Group = w.rule(old, false), w.category(old.Category)
	}
	if has {
		l.New, l.Group = w.rule(next, false), w.category(next.Category)
	}
	switch {
	case !had:
		l.Text = w.rule(next, true) + w.why(next)
	case !has:
		l.Text = w.dropped + l.Old + w.why(old)
	default:
		now := old.Effect != next.Effect || old.Op != next.Op
		l.Text = w.rule(next, now) + w.why(next)
		if l.Old != l.New {
			l.Text += w.was + strings.TrimPrefix(l.Old, w.category(next.Category)+w.colon)
		}
	}
}

// day writes an instant as people write days, with the time where it is not
// midnight.
func day(t time.Time) string {
	if t.Equal(t.Truncate(24 * time.Hour)) {
		return t.Format(time.DateOnly)
	}
	return t.Format("2006-01-02 15:04 UTC")
}

// roleLine words what a role gains and loses.
func (w *wording) roleLine(l *DiffLine, old, next *access.RoleDef) {
	title := l.Key
	for _, r := range []*access.RoleDef{old, next} {
		if r != nil {
			if t := schema.Labels(r.Title).In(w.lang); t != "" {
				title = t
			}
		}
	}
	had, has := rights(old), rights(next)
	minus := func(a, b []string) (out []string) {
		for _, x := range a {
			if !slices.Contains(b, x) {
				out = append(out, x)
			}
		}
		return out
	}
	gained, lost := minus(has, had), minus(had, has)
	sentence := map[string]map[partKind]string{"added": w.added, "removed": w.removed, "changed": w.altered}[l.Act][ofRole]
	l.Text = fill(sentence, "{key}", title)
	if l.Act != "removed" {
		l.Text += w.names2(w.gains, gained)
	}
	if l.Act == "changed" {
		l.Text += w.names2(w.loses, lost)
	}
	l.Text = strings.ReplaceAll(l.Text, access.AnyType+" (", "(") // every type: the scope says enough
	l.Old, l.New = strings.Join(had, ", "), strings.Join(has, ", ")
}

func (w *wording) names2(phrase string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return fill(phrase, "{list}", list(names, w.and))
}

// rights lists what a role may do, as keys.
func rights(r *access.RoleDef) []string {
	if r == nil {
		return nil
	}
	var out []string
	for _, p := range r.Admin {
		if p == access.PermManageUsers && r.Manages != access.ScopeNone {
			out = append(out, string(p)+" ("+r.Manages.String()+")")
			continue
		}
		out = append(out, string(p))
	}
	for _, g := range r.Types {
		for _, v := range g.Verbs {
			out = append(out, string(v)+" "+g.Type+" ("+g.Scope.String()+")")
		}
	}
	return out
}
