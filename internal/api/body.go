package api

import "sync"

// body is memory for one answer with records. It is used again, because a
// list of a hundred people would otherwise leave a fifth of a megabyte behind;
// it is wiped first, so that no request's memory holds another's values.
type body struct{ bytes []byte }

var bodies = sync.Pool{New: func() any { return &body{bytes: make([]byte, 0, 4096)} }}

// maxBodyKept bounds the memory that waits for the next answer.
const maxBodyKept = 1 << 20

// newBody returns an empty body; the caller must release it once it is sent.
func newBody() *body { return bodies.Get().(*body) }

// release wipes the body and gives it back.
func (b *body) release() {
	clear(b.bytes) // beyond lies what was never written, or wiped before
	if cap(b.bytes) > maxBodyKept {
		return
	}
	b.bytes = b.bytes[:0]
	bodies.Put(b)
}
