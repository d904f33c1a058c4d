package vault

import (
	"context"

	"bailiwick"
	"bailiwick/internal/access"
)

// Open decrypts a block: the door for the content of records. It demands a
// decision that allows populate, access or export on the block's own category
// and returns ErrRefused otherwise, before any key is touched; a masked
// decision opens, and the caller masks before the content leaves custody. It
// returns ErrShredded when the subject's key was destroyed, ErrTampered for
// content of another place, ErrFormat for what is no sealed content.
func (v *Vault) Open(ctx context.Context, b Block, s bailiwick.Sealed, d access.Decision) ([]byte, error) {
	return v.OpenTo(ctx, nil, b, s, d)
}

// OpenTo is Open that appends the content to dst and returns the longer slice:
// a list opens its blocks into one buffer.
func (v *Vault) OpenTo(ctx context.Context, dst []byte, b Block, s bailiwick.Sealed, d access.Decision) ([]byte, error) {
	if !permits(d, b.Category) {
		return nil, ErrRefused
	}
	return v.open(ctx, dst, b, s)
}

// permits reports whether a decision opens blocks of a category. The
// operations are listed, so that one added later opens nothing by itself.
func permits(d access.Decision, c bailiwick.Category) bool {
	if !d.Allowed() || d.Category() != c || c == "" {
		return false
	}
	switch d.Op() {
	case access.Populate, access.Access, access.Export:
		return true
	default:
		return false
	}
}
