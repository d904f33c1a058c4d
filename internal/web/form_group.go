package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// formRow is one row of a group as the form holds it: a stored row, or a new
// one, which has no cells yet.
type formRow struct {
	stored *custody.GroupRow
	cells  []custody.Cell
}

// rows are the rows of a group on the page. Rows that were added lie behind
// the stored ones; a removed row is gone from what was typed, so a stored row
// is found by its person.
func (f *form) rows(c *custody.Cell) []formRow {
	var out []formRow
	if f.typed == nil {
		if f.rec == nil { // the one row of an empty record is the model of new ones
			return nil
		}
		for i := range c.Rows {
			out = append(out, formRow{&c.Rows[i], c.Rows[i].Cells})
		}
		return out
	}
	n, err := strconv.Atoi(f.typed.Get(rowCount(c.Field.Key)))
	if err != nil || n < 0 {
		n = 0
	}
	for i := range min(n, schema.MaxGroupRows+1) {
		out = append(out, f.row(c, i))
	}
	return out
}

func (f *form) row(c *custody.Cell, i int) formRow {
	ids := nonEmpty(f.typed[rowName(c.Field.Key, i, c.Field.About)])
	if f.rec == nil && len(c.Rows) > 0 {
		return formRow{cells: c.Rows[0].Cells}
	}
	for k := range c.Rows {
		if len(ids) == 1 && c.Rows[k].Subject.ID.String() == ids[0] {
			return formRow{&c.Rows[k], c.Rows[k].Cells}
		}
	}
	row := formRow{}
	for _, m := range c.Field.Group {
		row.cells = append(row.cells, custody.Cell{Field: m, MayFill: true}) // the save judges the person chosen
	}
	return row
}

// group makes the view model of a group.
func (f *form) group(c *custody.Cell, p place) page.Field {
	fl := c.Field
	m := page.Field{
		Key: fl.Key, Name: p.name, ID: p.id(), Label: fl.Label.In(f.v.lang), Help: fl.Help.In(f.v.lang), Control: "group",
		Required: fl.Required, Chip: f.v.chip(fl.Category), State: "edit", Wide: true, Hidden: c.Hidden, Error: f.errors[p.path],
	}
	if !f.editable(c) {
		m = f.reading(c, m, p)
		if m.State == "withheld" {
			return m
		}
	}
	rows := f.rows(c)
	for i, row := range rows {
		m.Rows = append(m.Rows, f.rowModel(c, row, i))
	}
	if m.State != "edit" {
		return m
	}
	m.Count = &page.Hidden{Name: rowCount(fl.Key), Value: strconv.Itoa(len(rows))}
	m.AddLabel, m.AddValue = f.v.p.T("group.add"), "add:"+fl.Key
	if f.rec != nil {
		m.Base = mark(f.storedRows(c))
	}
	return m
}

func (f *form) rowModel(c *custody.Cell, row formRow, i int) page.FieldRow {
	m := page.FieldRow{
		Label: f.v.p.T("group.row", "Number", strconv.Itoa(i+1)), Index: strconv.Itoa(i),
		Remove: fmt.Sprintf("remove:%s:%d", c.Field.Key, i),
	}
	for k := range row.cells {
		cell := &row.cells[k]
		p := place{rowName(c.Field.Key, i, cell.Field.Key), fmt.Sprintf("%s[%d].%s", c.Field.Key, i, cell.Field.Key)}
		if row.stored == nil || cell.Field.Key != c.Field.About {
			m.Fields = append(m.Fields, f.field(cell, p))
			continue
		}
		// A row is known by its person: who it is about is not changed, the row
		// is removed instead.
		fixed := f.reading(cell, page.Field{
			Key: cell.Field.Key, ID: p.id(), Label: cell.Field.Label.In(f.v.lang), Control: cell.Field.Kind.Control(), Chip: f.v.chip(cell.Field.Category),
		}, p)
		fixed.Why = nil
		fixed.Keep = &page.Hidden{Name: p.name, Value: row.stored.Subject.ID.String()}
		m.Fields = append(m.Fields, fixed)
	}
	return m
}

// rowObject is a row as it is written: the person, and the members that the
// writer may fill in.
func rowObject(about, subject string, members map[string]schema.Value) map[string]json.RawMessage {
	o := map[string]json.RawMessage{about: json.RawMessage(strconv.Quote(subject))}
	for key, val := range members {
		o[key] = json.RawMessage("null")
		if !val.IsEmpty() {
			o[key] = json.RawMessage(val)
		}
	}
	return o
}

// storedRows is the group as the form would send it untouched.
func (f *form) storedRows(c *custody.Cell) schema.Value {
	var list []map[string]json.RawMessage
	for i := range c.Rows {
		row := &c.Rows[i]
		members := map[string]schema.Value{}
		for k := range row.Cells {
			m := &row.Cells[k]
			if f.sends(c, m) {
				members[m.Field.Key] = f.shown(m.Field, m.Value)
			}
		}
		list = append(list, rowObject(c.Field.About, row.Subject.ID.String(), members))
	}
	return encodeRows(list)
}

// sends reports whether a member of a stored row has an input of its own. A
// masked one is left out while it is empty.
func (f *form) sends(group, m *custody.Cell) bool {
	return m.Field.Key != group.Field.About && f.editable(m) && m.Mask == 0
}

func encodeRows(list []map[string]json.RawMessage) schema.Value {
	if len(list) == 0 {
		return nil
	}
	b, err := json.Marshal(list) // keys come sorted
	if err != nil {
		return nil
	}
	return b
}

// readRows reads the rows that were typed. Rows in which nothing was typed are
// left out; errors are noted by the place on the page.
func (f *form) readRows(c *custody.Cell) (schema.Value, []int) {
	var list []map[string]json.RawMessage
	var at []int // place on the page of each row sent
	about := c.Field.About
	for i, row := range f.rows(c) {
		ids := nonEmpty(f.typed[rowName(c.Field.Key, i, about)])
		members, typed := map[string]schema.Value{}, false
		for k := range row.cells {
			m := &row.cells[k]
			texts := nonEmpty(f.typed[rowName(c.Field.Key, i, m.Field.Key)])
			if m.Field.Key == about || (row.stored != nil && !f.sends(c, m) && (!f.editable(m) || len(texts) == 0)) {
				continue
			}
			val, bad := f.read(m.Field, texts)
			if bad != nil {
				f.fault(fmt.Sprintf("%s[%d].%s", c.Field.Key, i, m.Field.Key), bad)
			}
			if row.stored == nil && val.IsEmpty() {
				continue // a new row has nothing to clear, and nothing that may be forbidden
			}
			members[m.Field.Key] = val
			typed = typed || len(texts) > 0
		}
		if len(ids) != 1 {
			if typed {
				f.fault(fmt.Sprintf("%s[%d].%s", c.Field.Key, i, about), &schema.Violation{Rule: "required"})
			}
			continue
		}
		if _, err := bailiwick.ParseID(ids[0]); err != nil {
			f.fault(fmt.Sprintf("%s[%d].%s", c.Field.Key, i, about), &schema.Violation{Rule: "format", Args: []string{"identifier"}})
			continue
		}
		list, at = append(list, rowObject(about, ids[0], members)), append(at, i)
	}
	return encodeRows(list), at
}

// removeRow takes a row out of what was typed.
func (f *form) removeRow(group string, row int) {
	n, err := strconv.Atoi(f.typed.Get(rowCount(group)))
	if err != nil || row < 0 || row >= n {
		return
	}
	for i := row; i < n; i++ {
		for _, key := range f.memberKeys(group) {
			for _, prefix := range []string{"", "o.", "l.", "find."} {
				to, from := prefix+rowName(group, i, key), prefix+rowName(group, i+1, key)
				f.typed[to] = slices.Clone(f.typed[from])
			}
		}
	}
	f.typed.Set(rowCount(group), strconv.Itoa(n-1))
}

func (f *form) memberKeys(group string) []string {
	var out []string
	if fl := f.t.Field(group); fl != nil {
		for _, m := range fl.Group {
			out = append(out, m.Key)
		}
	}
	return out
}

// addRow adds an empty row to what was typed.
func (f *form) addRow(group string) {
	n, err := strconv.Atoi(f.typed.Get(rowCount(group)))
	if err != nil || n < 0 || n >= schema.MaxGroupRows {
		return
	}
	f.typed.Set(rowCount(group), strconv.Itoa(n+1))
}

// act carries out a button that changes the form without saving it; it
// reports whether it was one.
func (f *form) act(button string) (bool, error) {
	verb, rest, _ := strings.Cut(button, ":")
	switch verb {
	case "add":
		f.addRow(rest)
		return true, nil
	case "remove":
		group, row, _ := strings.Cut(rest, ":")
		if i, err := strconv.Atoi(row); err == nil {
			f.removeRow(group, i)
		}
		return true, nil
	case "find":
		return true, f.find(rest)
	case "enter":
		if name := f.entered(); name != "" {
			return true, f.find(name)
		}
	}
	return false, nil
}
