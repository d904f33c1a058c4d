package web

import (
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/custody"
	"bailiwick/internal/schema"
	"bailiwick/internal/web/page"
)

// longCell is how many characters of a long text a table shows.
const longCell = 140

// tones maps the colour families of packs to classes of the style sheet.
var tones = map[string]string{"good": "ok", "info": "info", "warning": "warn", "serious": "high", "critical": "bad"}

// bandTones maps them to the classes of scores, which shade from low to
// critical.
var bandTones = map[string]string{"good": "low", "warning": "medium", "serious": "high", "critical": "critical"}

// text is a value for reading, in the reader's language and zone.
func (v *visit) text(c *custody.Cell) string {
	f := c.Field
	switch {
	case c.Withheld != nil || (c.Value.IsEmpty() && len(c.Rows) == 0):
		return ""
	case c.Mask != access.MaskNone:
		return maskedText(c.Value)
	case isReference(f):
		var names []string
		for _, l := range c.Links {
			names = append(names, v.linkText(l))
		}
		return strings.Join(names, ", ")
	case f.Kind.Name() == "datetime":
		if i := f.Kind.Index(f, c.Value); i.OK {
			return v.dateTime(time.UnixMicro(i.Int))
		}
		return ""
	case len(f.Group) > 0:
		return v.number(len(c.Rows))
	}
	return f.Kind.Text(f, c.Value, v.lang)
}

// maskedText reads the masked form, a JSON string, as the text kind does: it
// escapes nothing else.
func maskedText(v schema.Value) string {
	return schema.KindByName("text").Text(&schema.Field{}, v, "")
}

func isReference(f *schema.Field) bool {
	k := f.Kind.Name()
	return k == "user" || k == "subject" || k == "record"
}

// linkText is what a reference is called; its target may be hidden or gone.
func (v *visit) linkText(l custody.Link) string {
	switch {
	case l.Title != "":
		return l.Title
	case l.Ref != "":
		return l.Ref
	default:
		return v.p.T("pick.hidden")
	}
}

// linkHref is the page of a reference's target, if it has one that the reader
// may open. A person's identifier is also that of the record that is the person
// (custody.Link); users have no page.
func linkHref(l custody.Link) string {
	if (l.Kind != "record" && l.Kind != "subject") || !l.Visible || l.Type == "" {
		return ""
	}
	return "/records/" + l.Type + "/" + l.ID
}

// tone is the colour class of a choice or a score; empty for other kinds.
func tone(f *schema.Field, val schema.Value) string {
	if val.IsEmpty() {
		return ""
	}
	if f.Compute != nil {
		if i := f.Kind.Index(f, val); i.OK {
			if b := f.Compute.Band(i.Int); b != nil {
				return bandTones[b.Tone]
			}
		}
		return ""
	}
	if f.Kind.Name() == "choice" {
		if o := f.List.Option(f.Kind.Edit(f, val)); o != nil && o.Tone != "" {
			if t := tones[o.Tone]; t != "" {
				return t
			}
			return "info"
		}
	}
	return ""
}

// tableCell makes the cell of a table. href is the page of the record, for the
// cell that names it.
func (v *visit) tableCell(r *custody.Record, c *custody.Cell, names bool) page.Cell {
	href := recordPath(r.Type, r.ID)
	if c.Withheld != nil {
		return page.Cell{Withheld: v.withheld(c.Field, c.Withheld, href, c.Field.Path())}
	}
	out := page.Cell{Kind: "text", Text: v.text(c), Masked: c.Mask != access.MaskNone && !c.Value.IsEmpty()}
	if out.Masked {
		out.Why = v.why(c.Field, href, c.Field.Path())
		return out
	}
	if names {
		out.Kind, out.Href = "title", href
		return out
	}
	switch kind := c.Field.Kind.Name(); kind {
	case "choice":
		if t := tone(c.Field, c.Value); t != "" {
			out.Kind, out.Tone = "tag", t
		}
	case "score":
		out.Kind, out.Tone = "score", tone(c.Field, c.Value)
		if i := c.Field.Kind.Index(c.Field, c.Value); i.OK {
			out.Text = plain(i.Int)
		}
	case "date", "datetime":
		out.Kind, out.Time = "date", c.Field.Kind.Edit(c.Field, c.Value)
	case "integer", "decimal":
		out.Kind = "number"
	case "user":
		if len(c.Links) == 1 {
			out.Kind, out.Initials = "who", initials(out.Text)
		}
	case "record", "subject":
		if len(c.Links) == 1 {
			out.Href = linkHref(c.Links[0])
		}
	case "longtext":
		out.Kind, out.Text = "title", cut(out.Text, longCell)
	}
	return out
}

// cut shortens a text to n characters.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(string([]rune(s)[:n-1])) + "…"
}

// withheld makes the locked cell. href is the record's page, and path names the
// field within it, such as "affected[0].injury".
func (v *visit) withheld(f *schema.Field, w *custody.Withheld, href, path string) *page.Withheld {
	out := v.why(f, href, path)
	out.Reason, out.Rule = w.Reason, w.Rule
	return out
}

// why leads to the explanation of what the reader sees of a field.
func (v *visit) why(f *schema.Field, href, path string) *page.Withheld {
	return &page.Withheld{Label: f.Label.In(v.lang), Href: href + "/explain?op=access&field=" + url.QueryEscape(path)}
}

// titleOf is what names a record; empty where that is withheld or empty.
func (v *visit) titleOf(r *custody.Record) string {
	if c := r.Cell(r.Type.TitleField); c != nil && c.Withheld == nil {
		return v.text(c)
	}
	return ""
}

// countryNames writes a list of countries.
func (v *visit) countryNames(list []bailiwick.Country) string {
	var names []string
	for _, c := range list {
		names = append(names, v.p.Country(c))
	}
	return strings.Join(names, ", ")
}
