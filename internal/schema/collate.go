package schema

import (
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collators keeps collators for reuse, since one serves a single goroutine at
// a time. They ignore nothing, so that equal keys mean equal texts as far as
// the language goes, and put "Item 2" before "Item 10".
var collators = map[string]*sync.Pool{
	"en": collatorPool(language.English),
	"de": collatorPool(language.German),
	"fr": collatorPool(language.French),
}

func collatorPool(tag language.Tag) *sync.Pool {
	return &sync.Pool{New: func() any {
		return &collator{col: collate.New(tag, collate.Numeric)}
	}}
}

type collator struct {
	col *collate.Collator
	buf collate.Buffer
}

// textKey returns the sort key of a text in a language, English where the
// language is not known. The empty text sorts first.
func textKey(s, lang string) []byte {
	if s == "" {
		return nil
	}
	if len(lang) > 2 {
		lang = lang[:2]
	}
	pool, ok := collators[lang]
	if !ok {
		pool = collators["en"]
	}
	c := pool.Get().(*collator)
	defer pool.Put(c)
	c.buf.Reset()
	return append([]byte(nil), c.col.KeyFromString(&c.buf, s)...)
}

// intKey returns the sort key of a number: eight bytes in the order of the
// numbers.
func intKey(n int64) []byte {
	u := uint64(n) ^ 1<<63
	return []byte{byte(u >> 56), byte(u >> 48), byte(u >> 40), byte(u >> 32), byte(u >> 24), byte(u >> 16), byte(u >> 8), byte(u)}
}
