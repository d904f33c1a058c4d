package sheet

import (
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
)

// maxDepth is how deep elements of a part may nest; spreadsheet programs need
// about ten.
const maxDepth = 32

// scanner reads a part of a package tag by tag.
type scanner struct {
	d     *xml.Decoder
	depth int
}

func newScanner(r io.Reader) *scanner { return &scanner{d: xml.NewDecoder(r)} }

// next returns the next tag or text; io.EOF at the end.
func (s *scanner) next() (xml.Token, error) {
	t, err := s.d.RawToken()
	if err != nil {
		var e *Error
		switch {
		case errors.Is(err, io.EOF) && s.depth == 0:
			return nil, io.EOF
		case errors.As(err, &e):
			return nil, e
		}
		return nil, broken()
	}
	switch t.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxDepth {
			return nil, broken()
		}
	case xml.EndElement:
		if s.depth--; s.depth < 0 {
			return nil, broken()
		}
	}
	return t, nil
}

// each calls f for every start tag of a part that may be absent.
func (p *pack) each(name string, f func(e xml.StartElement)) error {
	r, err := p.open(name)
	if err != nil || r == nil {
		return err
	}
	defer r.Close()
	s := newScanner(r)
	for {
		t, err := s.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok {
			f(e)
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// texts reads an element that holds text, plain or in runs, to its end;
// phonetic readings are left out.
func (s *scanner) texts(limit int) (string, error) {
	var b strings.Builder
	text, phonetic := false, 0
	for end := s.depth - 1; s.depth > end; {
		t, err := s.next()
		if err != nil {
			return "", ended(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "rPh" || phonetic > 0 {
				phonetic++
			}
			text = t.Name.Local == "t" && phonetic == 0
		case xml.EndElement:
			if phonetic > 0 {
				phonetic--
			}
			text = false
		case xml.CharData:
			if !text {
				continue
			}
			if b.Len()+len(t) > limit {
				return "", &Error{Row: -1, Rule: RuleCellBytes, Limit: strconv.Itoa(limit)}
			}
			b.Write(t)
		}
	}
	return unescape(b.String()), nil
}

// ended turns an end in the middle into a broken file.
func ended(err error) error {
	if errors.Is(err, io.EOF) {
		return broken()
	}
	return err
}

// unescape reads the form in which spreadsheet programs write characters that
// XML cannot hold, such as _x000D_.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if escaped(s[i:]) {
			n, _ := strconv.ParseUint(s[i+2:i+6], 16, 32) // just looked at
			b.WriteRune(rune(n))
			i += 7
			continue
		}
		b.WriteByte(s[i])
		i++
	}
	return b.String()
}

// escaped reports whether a text begins with such a character.
func escaped(s string) bool {
	if len(s) < 7 || s[:2] != "_x" || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return false
		}
	}
	return true
}
