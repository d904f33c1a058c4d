package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"

	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// meant returns what the draft writes without what the writer only sends back:
// a masked text or a computed value that is still the one that was shown counts
// as absent, so that a record can be read, changed and written back whole.
func (w *writing) meant(ctx context.Context) (map[string]jsonRaw, error) {
	out := w.draft.Fields
	if w.row == nil {
		return out, nil
	}
	copied := false
	own := func() {
		if !copied {
			out, copied = maps.Clone(out), true
		}
	}
	for _, fp := range w.lay.fields {
		sent, ok := w.draft.Fields[fp.f.Key]
		switch {
		case !ok:
		case fp.isGroup():
			rows, changed, err := w.meantRows(ctx, fp, sent)
			if err != nil {
				return nil, err
			}
			if changed {
				own()
				out[fp.f.Key] = rows
			}
		default:
			slot, _ := slotOf(&w.old.packed, fp)
			same, err := w.isSentBack(ctx, fp, slot, w.csetOf(&w.old.packed, fp), sent)
			if err != nil {
				return nil, err
			}
			if same {
				own()
				delete(out, fp.f.Key)
			}
		}
	}
	return out, nil
}

// meantRows does the same for the members of a group's rows. What does not
// have the form of rows is left for the validation to refuse.
func (w *writing) meantRows(ctx context.Context, fp *fieldPlan, sent jsonRaw) (jsonRaw, bool, error) {
	about := fp.aboutMember()
	var rows []map[string]jsonRaw
	if json.Unmarshal(sent, &rows) != nil {
		return nil, false, nil
	}
	changed := false
	for _, row := range rows {
		ids := schema.References(schema.Value(row[about.f.Key]))
		if len(ids) != 1 {
			continue
		}
		for i := range w.old.slots {
			slot := &w.old.slots[i]
			if slot.field != fp.no || slot.subject.ID != ids[0] || !w.sees(about, slot.cset) {
				continue
			}
			for _, m := range fp.members {
				v, ok := row[m.f.Key]
				if !ok {
					continue
				}
				same, err := w.isSentBack(ctx, m, slot.slot, slot.cset, v)
				if err != nil {
					return nil, false, err
				}
				if same {
					delete(row, m.f.Key)
					changed = true
				}
			}
		}
	}
	if !changed {
		return nil, false, nil
	}
	b, err := json.Marshal(rows)
	return b, true, unavailable(err)
}

// isSentBack reports whether a value is the masked text of what is stored, in
// any language in which it may have been read, or is computed and the same.
func (w *writing) isSentBack(ctx context.Context, fp *fieldPlan, slot uint16, cset int64, sent jsonRaw) (bool, error) {
	if !w.sees(fp, cset) {
		return false, nil
	}
	forms := []access.MaskForm{w.mask(access.Access, fp, cset)}
	if !w.draft.Import.IsZero() && w.does(access.Export, fp, cset) { // what a file holds may be masked further
		forms = append(forms, w.mask(access.Export, fp, cset))
	}
	forms = slices.DeleteFunc(forms, func(m access.MaskForm) bool { return m == access.MaskNone })
	if len(forms) == 0 && !fp.f.Computed() {
		return false, nil
	}
	v, err := w.shown(ctx, fp, slot, cset)
	if err != nil {
		return false, err
	}
	if len(forms) == 0 {
		return sameJSON(sent, v), nil
	}
	in := *w.sight
	for _, in.lang = range schema.Languages() {
		for _, form := range forms {
			if sameText(sent, in.masked(fp.f, form, v)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// shown opens a value that the writer sees, masked perhaps; it does not leave
// custody.
func (w *writing) shown(ctx context.Context, fp *fieldPlan, slot uint16, cset int64) (schema.Value, error) {
	if fp.f.Clear {
		return schema.Value(w.old.clearValue(fp.no)), nil
	}
	b := w.old.block(slot, fp.cat)
	if b == nil {
		return nil, nil
	}
	ms, err := w.openFor(ctx, w.decide(access.Access, fp.cat, cset), b)
	return schema.Value(memberOf(ms, fp.no)), err
}

// sameJSON compares a sent value with a canonical one, spaces aside.
func sameJSON(sent jsonRaw, v schema.Value) bool {
	var b bytes.Buffer
	if json.Compact(&b, sent) != nil {
		return false
	}
	if v.IsEmpty() {
		return b.String() == "null"
	}
	return bytes.Equal(b.Bytes(), v)
}

// sameText compares two JSON strings; null is the same as nothing.
func sameText(sent jsonRaw, masked schema.Value) bool {
	if masked.IsEmpty() {
		return bytes.Equal(bytes.TrimSpace(sent), []byte("null"))
	}
	return textOf(schema.Value(sent)) == textOf(masked)
}
