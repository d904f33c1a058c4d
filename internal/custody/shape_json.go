package custody

// shapeText is what is the same in the JSON of every record of a shape: the
// names of its fields and the reasons of what is withheld.
type shapeText struct {
	names    [][]byte // by cell, with the comma before; nil = withheld
	withheld []byte
}

// written returns the text of a shape without cells apart.
func (h *shape) written() *shapeText {
	if h.text != nil {
		return h.text
	}
	h.text = &shapeText{names: make([][]byte, len(h.cells)), withheld: appendWithheld(nil, h.cells)}
	var all []byte
	for i := range h.cells {
		if h.cells[i].Withheld != nil {
			continue
		}
		from := len(all)
		if from > 0 {
			all = append(all, ',')
		}
		all = append(all, '"')
		all = append(all, h.cells[i].Field.Key...) // as in Cell.appendJSON
		all = append(all, '"', ':')
		h.text.names[i] = all[from:len(all):len(all)]
	}
	return h.text
}

// appendJSON appends what render's record would append, without making it:
// values go from the opened blocks into the answer.
func (t *shapes) appendJSON(dst []byte, rkey int64, r *revealed) []byte {
	h := t.of(&r.packed)
	if len(h.apart) > 0 {
		if t.cells == nil {
			t.cells = make([]Cell, len(t.fields))
		}
		out := t.render(rkey, r, t.cells)
		return out.AppendJSON(dst)
	}
	text, out := h.written(), t.s.frame(rkey, r)
	dst = out.appendHead(dst)
	for i, v := range t.read(h, r) {
		if name := text.names[i]; name != nil {
			dst = appendValue(append(dst, name...), v)
		}
	}
	dst = append(dst, `},"withheld":[`...)
	dst = append(dst, text.withheld...)
	return out.appendTail(dst)
}
