package custody

import (
	"context"
	"errors"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
)

// badCell is a cell that does not fit its field.
type badCell struct {
	column importColumn
	wrong  bailiwick.FieldError
	final  bool // it cannot be the masked text of an export
}

// attempt judges a row and readies its save, for a record that gets the
// identifier fresh if it is new. The writing is nil if nothing is to be saved:
// the row is left out, or refused, which im.wrong then tells.
func (im *importing) attempt(ctx context.Context, tx store.TenantTx, no int, fresh bailiwick.RecordID, committed bool) (*writing, error) {
	im.wrong = im.wrong[:0]
	draft, bad, err := im.row(ctx, tx, no)
	if err != nil {
		return nil, err
	}
	var w *writing
	if draft != nil {
		id := draft.ID
		if id.IsZero() {
			id = fresh
		}
		if w, err = im.door.writingIn(ctx, tx, im.a, draft, id, committed); err == nil {
			err = w.prepare(ctx)
		}
		if err != nil {
			err = im.rejectAll(no, err, bad)
		}
		if err != nil {
			return nil, err
		}
	}
	if real := im.stillBad(w, bad); len(real) > 0 { // what else is wrong may only follow from it
		im.wrong = im.wrong[:0]
		for _, b := range real {
			im.reject(no, b.column.header, b.wrong)
		}
	}
	if len(im.wrong) == 0 {
		return w, nil
	}
	im.errs = append(im.errs, im.wrong[:min(len(im.wrong), importErrors-len(im.errs))]...)
	im.giveBack(no, w)
	return nil, nil
}

// stillBad returns the cells that do not fit their fields and are not the
// masked text of what the record holds either: that is what an export wrote.
func (im *importing) stillBad(w *writing, bad []badCell) []badCell {
	var out []badCell
	for _, b := range bad {
		if w != nil && w.row != nil && w.given != nil && !b.final {
			_, taken := w.given[b.column.fp.f.Key]
			if !taken && !w.isWrong(b.column.fp.f.Key) {
				continue
			}
		}
		out = append(out, b)
	}
	return out
}

// isWrong reports whether a field of the draft was refused.
func (w *writing) isWrong(field string) bool {
	for _, e := range w.errs {
		if e.Field == field {
			return true
		}
	}
	return false
}

// row turns a row of the source into a draft, nil if there is none to save:
// the row is left out as wanted, or im.wrong tells why.
func (im *importing) row(ctx context.Context, tx store.TenantTx, no int) (*Draft, []badCell, error) {
	cells := im.spec.Rows[no-1]
	draft := &Draft{Type: im.spec.Type, Entity: im.spec.Entity, Fields: map[string]jsonRaw{}, Import: im.writes()}
	var bad []badCell
	var keyValue schema.Value
	for _, c := range im.columns {
		text := ""
		if c.at < len(cells) {
			text = cells[c.at]
		}
		if text == WithheldText { // a mark of an export: the field was not to be seen
			continue
		}
		v, wrong, err := im.cell(ctx, tx, c, text)
		if err != nil {
			return nil, nil, err
		}
		if wrong != nil {
			bad = append(bad, *wrong)
			draft.Fields[c.fp.f.Key] = jsonRaw(appendString(nil, text))
			continue
		}
		if c.fp == im.key {
			keyValue = v
		}
		if c.fp == im.twin && !v.IsEmpty() {
			if _, there := im.known[string(v)]; there {
				im.present++
			}
		}
		if v.IsEmpty() && im.spec.Mode == ImportCreate {
			continue
		}
		draft.Fields[c.fp.f.Key] = raw(v)
	}
	var err error
	if im.key != nil {
		if draft, err = im.match(ctx, tx, draft, keyValue, no); err != nil || draft == nil {
			return nil, bad, err
		}
	}
	if draft.ID.IsZero() { // a new record: there is nothing that a cell could clear, or be the mask of
		for key, v := range draft.Fields {
			if string(v) == "null" {
				delete(draft.Fields, key)
			}
		}
	}
	for _, b := range bad {
		if draft.ID.IsZero() || b.final {
			delete(draft.Fields, b.column.fp.f.Key)
		}
	}
	return draft, bad, nil
}

// writes is the run that a draft belongs to; a rehearsal has none, and any
// stands for it: it lets the import scope write.
func (im *importing) writes() bailiwick.ImportID {
	if im.run.ID.IsZero() {
		return bailiwick.ImportID{ID: bailiwick.ID{15: 1}}
	}
	return im.run.ID
}

// cell reads one cell.
func (im *importing) cell(ctx context.Context, tx store.TenantTx, c importColumn, text string) (v schema.Value, wrong *badCell, err error) {
	v, bad := c.fp.f.Kind.FromText(c.fp.f, text)
	if bad != nil && c.fp.f.Kind.Name() == linkUser {
		v, bad = userText(c.fp, text)
	}
	if bad != nil && c.fp.f.RefType != "" {
		if v, err = im.byName(ctx, tx, c.fp, text); err != nil {
			return nil, nil, err
		}
		if !v.IsEmpty() {
			bad = nil
		}
	}
	if bad != nil {
		return nil, &badCell{column: c, wrong: bad.FieldError(c.fp.f.Key)}, nil
	}
	if !im.isUser(c.fp, v) {
		return nil, &badCell{column: c, final: true, wrong: bailiwick.FieldError{Field: c.fp.f.Key, Rule: "no-such-user", Code: bailiwick.CodeInvalid, Message: "There is no such user."}}, nil
	}
	return v, nil, nil
}

// reject notes what is wrong with a cell of the row at hand.
func (im *importing) reject(no int, column string, f bailiwick.FieldError) {
	im.wrong = append(im.wrong, RowError{Row: no, Line: im.line(no), Column: column, Field: f.Field, Rule: f.Rule, Code: f.Code, Message: f.Message, Args: f.Args})
}

// line is the line of the file on which a row begins, 0 if it is not known.
func (im *importing) line(no int) int {
	if no <= len(im.spec.Lines) {
		return im.spec.Lines[no-1]
	}
	return 0
}

// rejectAll notes the fields of an error of a save; others are returned. Cells
// that are known to be bad are told of by themselves.
func (im *importing) rejectAll(no int, err error, bad []badCell) error {
	var e *bailiwick.Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case bailiwick.CodeInvalid, bailiwick.CodeNotPopulatable, bailiwick.CodeUnknownCountry, bailiwick.CodeTooLarge,
		bailiwick.CodeDenied, bailiwick.CodeNotFound, bailiwick.CodeConflict, bailiwick.CodeBasis:
	default:
		return err
	}
	if len(e.Fields) == 0 {
		im.reject(no, "", bailiwick.FieldError{Rule: string(e.Code), Code: e.Code, Message: e.Message})
	}
next:
	for _, f := range e.Fields {
		for _, b := range bad {
			if b.column.fp.f.Key == f.Field {
				continue next
			}
		}
		column := ""
		if fp := im.s.lay.byKey[f.Field]; fp != nil {
			column = im.headerOf(fp)
		}
		im.reject(no, column, f)
	}
	return nil
}

// giveBack keeps a refused row for the sheet that its author gets back, without
// what may not be filled in for its person: judged for the person as far as
// the row says who that is, else for one of unknown country.
func (im *importing) giveBack(no int, w *writing) {
	cells := im.spec.Rows[no-1]
	row := rejectRow{No: no, Line: im.line(no), Cells: make([]string, len(im.spec.Header))}
	row.Wrong = append(row.Wrong, im.wrong...)
	for _, c := range im.columns {
		if c.at >= len(cells) || cells[c.at] == "" {
			continue
		}
		fills := false
		switch {
		case w != nil:
			fills = w.does(access.Populate, c.fp, w.csetOf(&w.next, c.fp))
		case c.fp.whose == noOnes:
			fills = im.s.does(access.Populate, c.fp, setNone)
		default:
			fills = im.s.does(access.Populate, c.fp, setUnknown)
		}
		if fills {
			row.Cells[c.at] = cells[c.at]
		}
	}
	im.back.add(row)
}
