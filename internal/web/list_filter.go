package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// maxFilters bounds the filters of one list, and maxFilterValues the values of
// one filter.
const (
	maxFilters      = 20
	maxFilterValues = 50
)

// filterName is the name of a filter in a form and in an address: "f.status",
// "f.review_date.ge".
func filterName(f custody.Filter) string {
	if f.Op == "eq" || f.Op == "in" {
		return "f." + f.Field
	}
	return "f." + f.Field + "." + f.Op
}

// readFilters reads filters from a form or an address. Those on sealed fields
// are taken from a form only: in an address they would be personal values. A
// filter that cannot be applied is refused, never left out: a list that is
// wider than was asked for would pass for the answer. The door judges the rest.
func (v *visit) readFilters(t *schema.Type, in url.Values, sealed bool) ([]custody.Filter, error) {
	if !sealed {
		if err := v.checkAddress(t, in); err != nil {
			return nil, err
		}
	}
	var out []custody.Filter
	for _, f := range t.Fields {
		for _, op := range filterOps(f) {
			flt := custody.Filter{Field: f.Key, Op: op}
			for _, typed := range nonEmpty(in[filterName(flt)]) {
				val, bad := v.filterValue(f, op, typed)
				if bad != nil {
					return nil, refusedFilter(f.Key, bad)
				}
				if val != "" {
					flt.Values = append(flt.Values, val)
				}
			}
			if len(flt.Values) > 1 {
				flt.Op = "in"
			}
			if len(flt.Values) > 0 {
				out = append(out, flt)
			}
		}
	}
	if len(out) > maxFilters || slices.ContainsFunc(out, func(f custody.Filter) bool { return len(f.Values) > maxFilterValues }) {
		return nil, bailiwick.Malformed("There are more filters, or values of one, than a list takes.")
	}
	return out, nil
}

// checkAddress refuses an address that names a filter which no address can
// hold: denied where the reader may see the field for nobody, as a sort is.
func (v *visit) checkAddress(t *schema.Type, in url.Values) error {
	for name := range in {
		rest, ok := strings.CutPrefix(name, "f.")
		if !ok || len(nonEmpty(in[name])) == 0 {
			continue
		}
		key, op, _ := strings.Cut(rest, ".")
		f := t.Field(key)
		switch {
		case f == nil:
			return bailiwick.Malformed("The address names a field that there is not.")
		case !v.seesForSomeone(f):
			return bailiwick.Denied("A rule keeps you from this field, so no list can be filtered by it.")
		case !f.Clear:
			return bailiwick.Malformed("A filter on this field is never part of an address: use the form.")
		case !slices.Contains(filterOps(f), op) && (op != "" || !slices.Contains(filterOps(f), "eq")):
			return bailiwick.Malformed("The address names a filter that there is not.")
		}
	}
	return nil
}

func refusedFilter(key string, bad *schema.Violation) error {
	return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "Some of the input breaks a rule.", Fields: []bailiwick.FieldError{
		{Field: key, Rule: bad.Rule, Code: bailiwick.CodeInvalid, Message: bad.Message, Args: bad.Args},
	}}
}

// filterOps are the operators that the filter bar offers for a field.
func filterOps(f *schema.Field) []string {
	switch f.Kind.Name() {
	case "choice", "multichoice", "boolean", "country":
		return []string{"eq"}
	case "record":
		return []string{"eq"}
	case "date", "datetime", "integer", "decimal", "score":
		return []string{"ge", "le"}
	}
	return nil
}

// filterValue brings a typed value into the canonical text of its field.
func (v *visit) filterValue(f *schema.Field, op, typed string) (string, *schema.Violation) {
	const longest = 200
	typed = strings.TrimSpace(typed)
	if utf8.RuneCountInString(typed) > longest {
		return "", &schema.Violation{Rule: "max-length", Args: []string{strconv.Itoa(longest)}}
	}
	if f.Kind.Name() == "datetime" { // the bar asks for days
		day, err := time.ParseInLocation(time.DateOnly, typed, v.zone)
		if err != nil {
			return typed, nil // already an instant: from an address
		}
		if op == "le" {
			day = day.AddDate(0, 0, 1).Add(-time.Microsecond)
		}
		return day.UTC().Format(time.RFC3339Nano), nil
	}
	val, bad := f.Kind.FromText(f, typed)
	if bad != nil {
		return "", bad
	}
	return f.Kind.Edit(f, val), nil
}

// filterFields makes the controls of the filter bar: up to three choices of
// the listed columns, the others behind "More filters".
func (v *visit) filterFields(l list) (bar, more []page.FilterField, open bool) {
	const inBar = 3
	for _, f := range l.t.Fields {
		if !v.canFilter(f) {
			continue
		}
		for _, ctl := range v.filterControls(l, f) {
			if ctl.Control == "select" && len(bar) < inBar && slices.Contains(l.t.List, f.Key) {
				bar = append(bar, ctl)
				continue
			}
			more = append(more, ctl)
			open = open || ctl.Value != ""
		}
	}
	return bar, more, open
}

// canFilter reports whether a control stands for a field: one of a kind that
// has a handful of values or an order, and that the reader may see for
// somebody. Filtering by another one is refused anyway.
func (v *visit) canFilter(f *schema.Field) bool {
	return f.Parent == nil && f.Kind.Name() != "record" && len(filterOps(f)) > 0 && v.seesForSomeone(f)
}

// seesForSomeone reports whether the reader may see a field in full for a
// person of some country.
func (v *visit) seesForSomeone(f *schema.Field) bool {
	subjects := []access.Subject{access.NoSubject, access.Of()}
	for _, c := range bailiwick.Countries() {
		subjects = append(subjects, access.Of(c.Code))
	}
	return slices.ContainsFunc(subjects, func(who access.Subject) bool {
		for _, c := range append([]bailiwick.Category{f.Category}, f.Carries...) {
			if d := v.view.Decide(access.Access, c, who); !d.Allowed() || d.Mask() != access.MaskNone {
				return false
			}
		}
		return true
	})
}

func (v *visit) filterControls(l list, f *schema.Field) []page.FilterField {
	label := f.Label.In(v.lang)
	id := "flt-" + f.Key
	have := func(op string) []string {
		for _, x := range l.query.Filters {
			if x.Field == f.Key && (x.Op == op || (op == "eq" && x.Op == "in")) {
				return x.Values
			}
		}
		return nil
	}
	if ops := filterOps(f); ops[0] == "eq" {
		vals := have("eq")
		ctl := page.FilterField{Name: "f." + f.Key, ID: id, Label: label, Control: "select", Value: strings.Join(vals, ","), Options: v.options(f)}
		for i := range ctl.Options {
			ctl.Options[i].Selected = slices.Contains(vals, ctl.Options[i].Value)
		}
		return []page.FilterField{ctl}
	}
	control := "number"
	if k := f.Kind.Name(); k == "date" || k == "datetime" {
		control = "date"
	}
	var out []page.FilterField
	for op, key := range map[string]string{"ge": "list.from", "le": "list.to"} {
		ctl := page.FilterField{Name: "f." + f.Key + "." + op, ID: id + "-" + op, Label: v.p.T(key, "Field", label), Control: control}
		if vals := have(op); len(vals) > 0 {
			ctl.Value = v.filterShown(f, vals[0])
		}
		out = append(out, ctl)
	}
	slices.SortFunc(out, func(a, b page.FilterField) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// filterShown is a canonical value as its control holds it.
func (v *visit) filterShown(f *schema.Field, val string) string {
	if f.Kind.Name() != "datetime" {
		return val
	}
	t, err := time.Parse(time.RFC3339Nano, val)
	if err != nil {
		return ""
	}
	return t.In(v.zone).Format(time.DateOnly)
}

// options are the choices of a field, in the reader's language.
func (v *visit) options(f *schema.Field) []page.Option {
	switch f.Kind.Name() {
	case "boolean":
		return []page.Option{{Value: "true", Label: v.p.T("bool.true")}, {Value: "false", Label: v.p.T("bool.false")}}
	case "country":
		return countryOptions(v.p, bailiwick.UnknownCountry)
	}
	if f.List == nil {
		return nil
	}
	var out []page.Option
	for _, o := range f.List.Options {
		label := o.Label.In(v.lang)
		if o.Valued && f.Compute == nil {
			label = strconv.FormatInt(o.Value, 10) + " · " + label
		}
		out = append(out, page.Option{Value: o.Key, Label: label})
	}
	return out
}
