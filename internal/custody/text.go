package custody

import (
	"encoding/json"

	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// textOf returns the text of a JSON string, such as a masked value; empty for
// anything else.
func textOf(v schema.Value) string {
	var s string
	if json.Unmarshal(v, &s) != nil {
		return ""
	}
	return s
}

// Text is what people read of a cell in a language: the value as its kind
// words it, or what a mask left. References are their titles, "" where those
// are withheld. It is empty for a withheld cell.
func (c *Cell) Text(lang string) string {
	if c.Withheld != nil || (c.Value.IsEmpty() && len(c.Rows) == 0) {
		return ""
	}
	if c.Mask != access.MaskNone {
		return textOf(c.Value)
	}
	if len(c.Links) > 0 {
		text := ""
		for i, l := range c.Links {
			if i > 0 {
				text += ", "
			}
			if l.Title != "" {
				text += l.Title
			} else {
				text += l.Ref
			}
		}
		return text
	}
	return c.Field.Kind.Text(c.Field, c.Value, lang)
}
