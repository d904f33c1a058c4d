package custody

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/sheet"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
	"bailiwick/internal/vault"
	"bailiwick/logformat"
)

// RejectTime is how long the rows that a run refused are kept for who ran it.
const RejectTime = 7 * 24 * time.Hour

// What is kept of refused rows at most, of a run.
const (
	maxRejectRows  = 10_000
	maxRejectBytes = 32 << 20
	maxRejectPart  = vault.MaxClear - 64<<10 // of one batch
)

// Rejects are rows that an import refused, to go back to who brought them as
// the same sheet with what is wrong: without the cells that may not be filled
// in, and without columns that were mapped to no field, for nobody can tell what
// they hold.
type Rejects struct {
	format Format
	header []string
	fields []string // by column: key of the field, "" = none
	rows   []rejectRow
	size   int
	cut    bool // whether rows are missing for want of room
}

// rejectRow is one row.
type rejectRow struct {
	No, Line int
	Cells    []string // by column; empty where nothing may stand
	Wrong    []RowError
}

// rejectPart is how rows are sealed.
type rejectPart struct {
	Format Format
	Header []string
	Fields []string
	Rows   []rejectRow
}

// rejects begins the sheet of an import.
func (im *importing) rejects() Rejects {
	r := Rejects{format: im.spec.Format, header: im.spec.Header, fields: make([]string, len(im.spec.Header))}
	if r.format != XLSX {
		r.format = CSV
	}
	for _, c := range im.columns {
		r.fields[c.at] = c.fp.f.Key
	}
	return r
}

// add keeps a row while there is room.
func (r *Rejects) add(row rejectRow) {
	size := 64
	for _, c := range row.Cells {
		size += len(c)*2 + 4 // as JSON
	}
	for _, e := range row.Wrong {
		size += 256 + len(e.Column)*2
	}
	if len(r.rows) >= maxRejectRows || r.size+size > maxRejectBytes {
		r.cut = true
		return
	}
	r.rows, r.size = append(r.rows, row), r.size+size
}

// Format is the format of the sheet: that of the file the rows came in.
func (r *Rejects) Format() Format { return r.format }

// Rows is how many rows the sheet has.
func (r *Rejects) Rows() int { return len(r.rows) }

// Size is about how much memory the rows take, in bytes.
func (r *Rejects) Size() int { return r.size }

// Errors returns what is wrong with the rows, at most limit.
func (r *Rejects) Errors(limit int) []RowError {
	var out []RowError
	for _, row := range r.rows {
		for _, e := range row.Wrong {
			if len(out) < limit {
				out = append(out, e)
			}
		}
	}
	return out
}

// Write writes the sheet in its format, with two columns more: what is wrong,
// and the rule. titles head them; say puts an error into words.
func (r *Rejects) Write(w io.Writer, titles [2]string, say func(RowError) string) error {
	var columns []int
	var header []string
	for i, h := range r.header {
		if h != titles[0] && h != titles[1] { // of a sheet that came back before
			columns, header = append(columns, i), append(header, h)
		}
	}
	out := tableWriter{}
	out.begin(w, r.format)
	out.row(append(header, titles[0], titles[1]))
	for _, row := range r.rows {
		cells := make([]string, 0, len(columns)+2)
		for _, i := range columns {
			cell := ""
			if i < len(row.Cells) {
				cell = row.Cells[i]
			}
			cells = append(cells, cell)
		}
		var wrong, rules []string
		for _, e := range row.Wrong {
			text := say(e)
			if e.Column != "" {
				text = e.Column + ": " + text
			}
			wrong = append(wrong, text)
			if !slices.Contains(rules, e.Rule) {
				rules = append(rules, e.Rule)
			}
		}
		out.row(append(cells, strings.Join(wrong, "\n"), strings.Join(rules, ", ")))
	}
	return out.end()
}

// tableWriter writes a table of texts in either format.
type tableWriter struct {
	csv  *sheet.Writer
	xlsx *sheet.XLSXWriter
	err  error
}

func (t *tableWriter) begin(w io.Writer, f Format) {
	if f == XLSX {
		t.xlsx = sheet.NewXLSXWriter(w, "")
		return
	}
	t.csv = sheet.NewWriter(w)
}

func (t *tableWriter) row(cells []string) {
	if t.err != nil {
		return
	}
	if t.xlsx != nil {
		t.err = t.xlsx.Row(cells, nil)
		return
	}
	t.err = t.csv.Row(cells)
}

func (t *tableWriter) end() error {
	switch {
	case t.err != nil:
		return t.err
	case t.xlsx != nil:
		return t.xlsx.Close()
	}
	return t.csv.Flush()
}

// keepRejects seals the refused rows of the batch at hand with the run, as far
// as there is room.
func (im *importing) keepRejects(ctx context.Context, tx store.TenantTx, first int) error {
	if len(im.back.rows) == 0 {
		return nil
	}
	had, err := importrun.RejectSize(ctx, tx, im.run.ID)
	if err != nil {
		return err
	}
	part := rejectPart{Format: im.back.format, Header: im.back.header, Fields: im.back.fields, Rows: im.back.rows}
	clear, err := json.Marshal(part)
	for err == nil && len(clear) > maxRejectPart && len(part.Rows) > 0 {
		part.Rows = part.Rows[:len(part.Rows)/2]
		clear, err = json.Marshal(part)
	}
	if err != nil {
		return unavailable(err)
	}
	if len(part.Rows) == 0 || had+int64(len(clear)) > maxRejectBytes {
		return nil
	}
	sealed, err := im.door.vault.Seal(ctx, rejectBlock(im.a.Tenant(), im.run.ID, int64(first)), clear)
	if err != nil {
		return unavailable(err)
	}
	return importrun.AddReject(ctx, tx, im.run.ID, importrun.Reject{
		No: int64(first), Size: int64(len(clear)), Ends: im.door.clock.Now().Add(RejectTime).UnixMicro(), Sealed: sealed,
	})
}

// rejectBlock is where refused rows are sealed.
func rejectBlock(t bailiwick.TenantID, id bailiwick.ImportID, first int64) vault.Block {
	return vault.Block{Tenant: t, Record: bailiwick.RecordID(id), Category: sourceCategory, Slot: contentSlot, Revision: first}
}

// Rejects returns the rows that a run refused, for who ran it and within
// RejectTime, without what that person may fill in for nobody by now.
// CodeNotFound for the run of somebody else, or of a type that the actor cannot
// import any more, and when nothing is kept; CodeDenied without the permission
// to import. The reading is recorded.
func (d *Door) Rejects(ctx context.Context, a bailiwick.Actor, id bailiwick.ImportID) (*Rejects, error) {
	out := &Rejects{}
	var s *sight
	err := d.store.View(ctx, a.Tenant(), func(tx store.TenantTx) error {
		run, err := d.ownRun(ctx, tx, a, id)
		if err != nil {
			return err
		}
		cfg, err := d.tenants.Configuration(ctx, tx)
		if err != nil {
			return err
		}
		t := cfg.TypeByNo(run.TypeNo)
		if t == nil {
			return bailiwick.NotFound()
		}
		if s, err = d.sightOf(ctx, tx, a, t.Key, "", true); err != nil {
			return err
		}
		if !s.view.Has(access.PermImport) || !a.InScope(bailiwick.ScopeImport) {
			return errRefused()
		}
		if !importsType(s.view, t.Key) {
			return bailiwick.NotFound()
		}
		parts, err := importrun.Rejects(ctx, tx, id, d.clock.Now().UnixMicro())
		if err != nil {
			return err
		}
		return d.openRejects(ctx, s, id, parts, out)
	})
	if err != nil {
		return nil, unavailable(err)
	}
	if len(out.rows) == 0 {
		return nil, bailiwick.NotFound()
	}
	e := s.entry(logformat.ListExported)
	e.Import, e.Count, e.Detail = logformat.ID(id.ID), int64(len(out.rows)), "refused-rows"
	return out, d.append(ctx, a, e)
}

// ownRun returns a run of the actor's own.
func (d *Door) ownRun(ctx context.Context, tx store.TenantTx, a bailiwick.Actor, id bailiwick.ImportID) (*importrun.Run, error) {
	if a.Kind() == bailiwick.Nobody || a.User().IsZero() {
		return nil, bailiwick.NotFound()
	}
	run, err := importrun.Get(ctx, tx, id)
	if errors.Is(err, store.ErrNoRows) || err == nil && run.User != a.User() {
		return nil, bailiwick.NotFound()
	}
	return run, err
}

// openRejects opens the parts and blanks the columns that may not be filled in
// for anybody by now.
func (d *Door) openRejects(ctx context.Context, s *sight, id bailiwick.ImportID, parts []importrun.Reject, out *Rejects) error {
	decision := s.view.Decide(access.Populate, sourceCategory, access.NoSubject)
	for _, p := range parts {
		clear, err := d.vault.Open(ctx, rejectBlock(s.a.Tenant(), id, p.No), p.Sealed, decision)
		if err != nil {
			return err
		}
		var part rejectPart
		if json.Unmarshal(clear, &part) != nil { // its error could quote what was typed
			return errPacked
		}
		out.format, out.header, out.fields = part.Format, part.Header, part.Fields
		for _, row := range part.Rows {
			for i := range row.Cells {
				if i >= len(part.Fields) || !s.fillsForSomeone(part.Fields[i]) {
					row.Cells[i] = ""
				}
			}
			out.rows = append(out.rows, row)
		}
	}
	return nil
}

// fillsForSomeone reports whether a field may be filled in for a person of some
// country, or for no one where it is about no one.
func (s *sight) fillsForSomeone(key string) bool {
	fp := s.lay.byKey[key]
	switch {
	case fp == nil:
		return false
	case fp.whose == noOnes:
		return s.does(access.Populate, fp, setNone)
	}
	return s.fillableForSomeone(fp)
}
