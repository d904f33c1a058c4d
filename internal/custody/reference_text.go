package custody

import (
	"context"
	"errors"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/record"
)

// linksText is what an export writes for references: for people the title, for
// the next import the reference in brackets, as in "Ada Example (PER-12)"; a
// user's identifier stands there in place of a reference. A target that is not
// to be seen is its identifier alone. Entries are parted by semicolons, which
// titles therefore lose.
func linksText(links []Link) string {
	var b strings.Builder
	for i, l := range links {
		if i > 0 {
			b.WriteString("; ")
		}
		name, title := l.Ref, strings.NewReplacer(";", ",", "\n", " ").Replace(l.Title)
		if name == "" {
			name = l.ID
		}
		if title == "" {
			b.WriteString(name)
			continue
		}
		b.WriteString(title + " (" + name + ")")
	}
	return b.String()
}

// named reads what linksText writes, and what people type: references or
// identifiers, with or without a title in front.
func named(text string, many bool) []string {
	var out []string
	entries := []string{text}
	if many {
		entries = strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == '\n' })
	}
	for _, e := range entries {
		e = strings.TrimSpace(e)
		if i := strings.LastIndexByte(e, '('); i >= 0 && strings.HasSuffix(e, ")") {
			out = append(out, strings.TrimSpace(e[i+1:len(e)-1]))
			continue
		}
		for _, part := range strings.Split(e, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// userText reads a cell that refers to users.
func userText(fp *fieldPlan, text string) (schema.Value, *schema.Violation) {
	v, bad := fp.f.Kind.FromText(fp.f, text)
	if bad == nil {
		return v, nil
	}
	return fp.f.Kind.FromText(fp.f, strings.Join(named(text, fp.f.Many), ","))
}

// byName reads a cell that refers to records or persons by what people call
// them, such as "RSK-12". It is empty if any of them is not there for the
// actor.
func (im *importing) byName(ctx context.Context, tx store.TenantTx, fp *fieldPlan, text string) (schema.Value, error) {
	on := im.s.on(fp.f.RefType)
	names := named(text, fp.f.Many)
	if on == nil || len(names) > schema.MaxMany {
		return nil, nil
	}
	var ids []bailiwick.ID
	for _, name := range names {
		id, err := on.idOf(ctx, tx, name)
		if err != nil {
			return nil, err
		}
		if id.IsZero() {
			return nil, nil
		}
		ids = append(ids, id)
	}
	v, bad := schema.ReferenceValue(fp.f, ids...)
	if bad != nil {
		return nil, nil
	}
	return v, nil
}

// idOf is the identifier of a record of the sight's type that a text names, or
// zero. An identifier stands for itself; whether it leads anywhere is checked
// with the row.
func (s *sight) idOf(ctx context.Context, tx store.TenantTx, name string) (bailiwick.ID, error) {
	if id, err := bailiwick.ParseID(name); err == nil {
		return id, nil
	}
	seq, ok := s.seqOf(name)
	if !ok {
		return bailiwick.ID{}, nil
	}
	row, err := record.ByKey(ctx, tx, record.Key(s.lay.no, seq))
	if errors.Is(err, store.ErrNoRows) {
		return bailiwick.ID{}, nil
	}
	if err == nil {
		err = s.learn(ctx, tx, row)
	}
	if err != nil || !s.exists(row) {
		return bailiwick.ID{}, err
	}
	return row.ID.ID, nil
}
