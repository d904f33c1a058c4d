package proposal

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/configuration"
	"bailiwick/internal/tenant"
	"bailiwick/logformat"
)

// Keep says which side wins where a change and the version in force clash.
type Keep string

// The ways.
const (
	KeepNone   Keep = ""        // refuse, and name the clashes
	KeepOurs   Keep = "change"  // what the change says
	KeepTheirs Keep = "current" // what the version in force says
)

// Rebase brings a change onto the version in force: what it does is done again
// there. Where both changed the same thing to something different it clashes:
// CodeConflict with a field error per clash ("rule/health-eea"), unless keep
// says which side wins. The change is a draft afterwards and has to be
// simulated again. The actor needs PermConfigure and counts as an editor.
func (s *Service) Rebase(ctx context.Context, a bailiwick.Actor, id ProposalID, revision int64, keep Keep) (Proposal, error) {
	if keep != KeepNone && keep != KeepOurs && keep != KeepTheirs {
		return Proposal{}, invalid("keep", "unknown", "Keep what the change says (change) or what is in force (current).")
	}
	return s.act(ctx, a, id, revision, configurers, logformat.ChangeRebased, func(c *call) (logformat.Entry, error) {
		if !c.p.State.Open() {
			return logformat.Entry{}, illegal(c.p.State, "Start a new one.")
		}
		if !c.p.Stale {
			return logformat.Entry{}, &bailiwick.Error{Code: bailiwick.CodeTransition, Message: "The change is on the version in force already."}
		}
		row, err := configuration.Get(c.ctx, c.tx, c.p.Base)
		if err != nil {
			return logformat.Entry{}, err
		}
		base, err := tenant.DecodeDocument(row.Document, row.Digest)
		if err != nil {
			return logformat.Entry{}, err
		}
		d, err := merge(base, c.p.Document, c.cfg.Document(), keep)
		if err != nil {
			return logformat.Entry{}, err
		}
		c.p.Base, c.p.Stale = c.cfg.Version, false
		c.p.State = Superseded // so that an unchanged document is a new revision too
		return logformat.Entry{Count: row.Version}, s.revise(c, d)
	})
}

// merge does to current what was done from base to ours.
func merge(base, ours, current tenant.Document, keep Keep) (tenant.Document, error) {
	var sides [3]map[part]string
	for i, d := range []tenant.Document{base, ours, current} {
		var err error
		if sides[i], err = split(d); err != nil {
			return tenant.Document{}, err
		}
	}
	was, mine, now := sides[0], sides[1], sides[2]
	var clashes []bailiwick.FieldError
	var apply []part
	for _, p := range changed(was, mine) {
		switch {
		case same(mine, now, p):
			continue // both did the same
		case same(was, now, p) || keep == KeepOurs:
			apply = append(apply, p)
		case keep == KeepNone:
			clashes = append(clashes, bailiwick.FieldError{Field: string(p.kind) + "/" + p.key, Rule: "clash", Code: bailiwick.CodeConflict,
				Message: "The change and the version in force say something different here."})
		}
	}
	if clashes != nil {
		return tenant.Document{}, &bailiwick.Error{Code: bailiwick.CodeConflict, Message: "The change and the version in force clash. Say which of them to keep.", Fields: clashes}
	}
	return patch(current, ours, mine, now, apply)
}

func same(a, b map[part]string, p part) bool {
	v, ok := a[p]
	w, has := b[p]
	return ok == has && v == w
}

// patch takes parts of another document over into a document.
func patch(to, from tenant.Document, mine, now map[part]string, parts []part) (tenant.Document, error) {
	out, err := to.Clone()
	if err != nil {
		return tenant.Document{}, err
	}
	var rules []part
	settings := map[string]json.RawMessage{}
	for p, v := range now {
		if p.kind == ofSetting {
			settings[p.key] = json.RawMessage(v)
		}
	}
	for _, p := range parts {
		_, there := mine[p]
		switch p.kind {
		case ofRule, ofRole:
			rules = append(rules, p)
		case ofPack:
			out.Packs = replace(out.Packs, from.Packs, there, p.key, func(f tenant.PackFile) string { return f.Name })
		case ofAgreement:
			out.Agreements = replace(out.Agreements, from.Agreements, there, p.key, func(a tenant.Agreement) string { return a.Key })
		case ofEntity:
			out.Entities = replace(out.Entities, from.Entities, there, p.key, func(e tenant.Entity) string { return e.Key })
		case ofOverlay:
			patchOverlay(&out.Overlay, from.Overlay, there, p.key)
		case ofSetting:
			if delete(settings, p.key); there {
				settings[p.key] = json.RawMessage(mine[p])
			}
		}
	}
	b, err := json.Marshal(settings)
	if err != nil {
		return tenant.Document{}, err
	}
	out.Settings = tenant.Settings{}
	if err := json.Unmarshal(b, &out.Settings); err != nil {
		return tenant.Document{}, err
	}
	out.Rules, err = patchRules(out.Rules, from.Rules, rules)
	return out, err
}

// patchOverlay takes one item of another overlay over, or takes it out.
func patchOverlay(to *schema.Overlay, from schema.Overlay, there bool, path string) {
	list, key, _ := strings.Cut(path, "/")
	switch list {
	case "categories":
		to.Categories = replace(to.Categories, from.Categories, there, key, categoryKey)
	case "lists":
		to.Lists = replace(to.Lists, from.Lists, there, key, listKey)
	case "options":
		to.Options = replace(to.Options, from.Options, there, key, optionsKey)
	case "types":
		to.Types = replace(to.Types, from.Types, there, key, typeKey)
	case "changes":
		to.Changes = replace(to.Changes, from.Changes, there, key, changeKey)
	}
}

// replace puts the item of a key in the place of its namesake, or takes that
// out.
func replace[T any](list, from []T, there bool, key string, of func(T) string) []T {
	meant := func(v T) bool { return of(v) == key }
	i := slices.IndexFunc(list, meant)
	switch {
	case !there && i >= 0:
		return slices.Delete(list, i, i+1)
	case !there:
		return list
	}
	v := from[slices.IndexFunc(from, meant)]
	if i < 0 {
		return append(list, v)
	}
	list[i] = v
	return list
}

// patchRules takes rules and roles of another rule file over, or out.
func patchRules(text, from string, parts []part) (string, error) {
	if len(parts) == 0 {
		return text, nil
	}
	root, _, err := ruleNodes(text)
	if err != nil {
		return "", err
	}
	theirs, err := ruleParts(from)
	if err != nil {
		return "", err
	}
	for _, p := range parts {
		name, key := "rules", "id"
		if p.kind == ofRole {
			name, key = "roles", "key"
		}
		list := ensureList(root, name)
		i, n := indexBy(list, key, p.key), theirs[p]
		switch {
		case n != nil && i >= 0:
			list.Content[i] = n
		case n != nil:
			list.Content = append(list.Content, n)
		case i >= 0:
			list.Content = slices.Delete(list.Content, i, i+1)
		}
	}
	return writeRules(root)
}
