package custody

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"

	"bailiwick"
)

// cursor is where a page ended: the key of its last row, and how many rows
// came before, for orders in which that row may have moved. It holds no value:
// cursors stand in addresses.
type cursor struct {
	rkey   int64
	offset int64
}

const (
	cursorMac  = 16
	cursorSize = 1 + 8 + 8 + cursorMac
)

// errCursor is the answer to a cursor that was not given out for this query,
// user and tenant.
func errCursor() *bailiwick.Error {
	return bailiwick.Malformed("The cursor is not one that was given out for this list.")
}

// encodeCursor binds a cursor to the query and the user by a MAC.
func (s *sight) encodeCursor(ctx context.Context, q *Query, c cursor) (string, error) {
	b := make([]byte, 0, cursorSize)
	b = append(b, 1)
	b = binary.BigEndian.AppendUint64(b, uint64(c.rkey))
	b = binary.BigEndian.AppendUint64(b, uint64(c.offset))
	mac, err := s.cursorMac(ctx, q, b)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(append(b, mac...)), nil
}

// decodeCursor is the inverse; CodeMalformed for anything else.
func (s *sight) decodeCursor(ctx context.Context, q *Query) (cursor, error) {
	c, body, mac, ok := parseCursor(q.Cursor)
	if !ok {
		return cursor{}, errCursor()
	}
	want, err := s.cursorMac(ctx, q, body)
	if err != nil {
		return cursor{}, err
	}
	if !hmac.Equal(mac, want) {
		return cursor{}, errCursor()
	}
	return c, nil
}

// parseCursor takes a cursor apart without believing it.
func parseCursor(text string) (c cursor, body, mac []byte, ok bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(cursorSize) {
		return cursor{}, nil, nil, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(b) != cursorSize || b[0] != 1 {
		return cursor{}, nil, nil, false
	}
	c = cursor{int64(binary.BigEndian.Uint64(b[1:])), int64(binary.BigEndian.Uint64(b[9:]))}
	if c.rkey < 0 || c.offset < 0 {
		return cursor{}, nil, nil, false
	}
	return c, b[:cursorSize-cursorMac], b[cursorSize-cursorMac:], true
}

// cursorMac is over everything that decides which rows come in which order.
func (s *sight) cursorMac(ctx context.Context, q *Query, body []byte) ([]byte, error) {
	bound := struct {
		User    string
		Type    string
		Filters []Filter
		Text    string
		Sort    string
		Desc    bool
		Deleted bool
		Lang    string
		Cursor  []byte
	}{s.a.User().String(), q.Type, q.Filters, q.Text, q.Sort, q.Desc, q.Deleted, s.lang, body}
	data, err := json.Marshal(bound)
	if err != nil {
		return nil, unavailable(err)
	}
	mac, err := s.door.vault.Mac(ctx, s.a.Tenant(), "cursor", data)
	if err != nil {
		return nil, unavailable(err)
	}
	return mac[:cursorMac], nil
}
