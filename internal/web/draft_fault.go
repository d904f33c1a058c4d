package web

import (
	"net/http"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// overlayErrors turns what is wrong with an edit into lines that lead to the
// inputs of the form, which are named like the last part of a path. It is
// false for an error that says nothing about the form.
func (v *visit) overlayErrors(err error) ([]page.FieldError, bool) {
	switch bailiwick.ErrorCode(err) {
	case bailiwick.CodeConflict, bailiwick.CodeTransition:
		return []page.FieldError{{Text: v.p.T("fault.change." + string(bailiwick.ErrorCode(err)))}}, true
	case bailiwick.CodeInvalid:
	default:
		return nil, false
	}
	var out []page.FieldError
	for _, f := range faults(err) {
		path := strings.Split(f.Field, ".")
		last := path[len(path)-1]
		line := page.FieldError{Text: v.p.T("fault.overlay", "Path", strings.TrimPrefix(f.Field, "overlay."), "Text", f.Message)}
		if key := "fault.overlay." + last; v.p.Has(key) {
			line = page.FieldError{Text: v.p.T(key), Href: "#" + last}
		}
		if f.Rule == "in-use" {
			line = page.FieldError{Text: v.p.T("fault.overlay.in-use", "Path", strings.TrimPrefix(f.Field, "overlay."))}
		}
		out = append(out, line)
	}
	if len(out) == 0 {
		out = []page.FieldError{{Text: v.p.T("fault.overlay", "Path", "", "Text", "")}}
	}
	return out, true
}

// refused shows a form again with what is wrong.
func (v *visit) refused(name string, model any) error {
	return v.render.show(v.w, v.r, http.StatusUnprocessableEntity, name, v.lang, model)
}

// typed returns what was typed into an input, without blanks around it.
func (v *visit) typed(name string) string { return strings.TrimSpace(v.r.PostForm.Get(name)) }

// ownKey makes a key of a tenant's own from a name, apart from those taken.
func ownKey(name string, taken func(string) bool) string {
	var b strings.Builder
	for _, r := range schema.Fold(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		if b.Len() >= 30 {
			break
		}
	}
	key := schema.OwnPrefix + strings.Trim(b.String(), "_")
	if key == schema.OwnPrefix {
		key += "1"
	}
	for n, base := 2, key; taken(key); n++ {
		key = base + "_" + plain(int64(n))
	}
	return key
}
