package proposal

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
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
func compare(old, changed tenant.Document, m *access.Matrix, lang string) ([]DiffLine, error) {
	from, err := split(old)
	if err != nil {
		return nil, err
	}
	to, err := split(changed)
	if err != nil {
		return nil, err
	}
	return words(from, to, old, changed, m, lang)
}

func words(from, to map[part]string, old, next tenant.Document, m *access.Matrix, lang string) ([]DiffLine, error) {
	var out []DiffLine
	for _, p := range changed(from, to) {
		l := DiffLine{Kind: string(p.kind), Key: p.key, Old: from[p], New: to[p], Act: "changed"}
		if _, ok := from[p]; !ok {
			l.Act = "added"
		} else if _, ok := to[p]; !ok {
			l.Act = "removed"
		}
		l.Group, l.Text = l.Kind, p.key
		out = append(out, l)
	}
	return out, nil
}
