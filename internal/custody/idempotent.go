package custody

import (
	"context"
	"encoding/binary"
	"slices"
	"time"
)

// keyTime is how long an Idempotency-Key is remembered.
const keyTime = 48 * time.Hour

// keyMacs returns the keyed digests by which the use of an Idempotency-Key is
// kept: of who used it, of the key, and of the request. Nothing of the three
// can be read back.
func (w *writing) keyMacs(ctx context.Context) (user, key, body []byte, err error) {
	mac := func(purpose string, data []byte) (out []byte) {
		if err == nil {
			out, err = w.door.vault.Mac(ctx, w.a.Tenant(), purpose, data)
		}
		return out
	}
	user = mac("idempotency/actor", w.a.User().Bytes())
	key = mac("idempotency/key", []byte(w.draft.Key))
	var request []byte
	add := func(b []byte) {
		request = binary.BigEndian.AppendUint64(request, uint64(len(b)))
		request = append(request, b...)
	}
	add([]byte(w.draft.Type))
	add(w.draft.Entity.ID[:])
	keys := make([]string, 0, len(w.draft.Fields))
	for k := range w.draft.Fields {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		add([]byte(k))
		add(w.draft.Fields[k])
	}
	body = mac("idempotency/request", request)
	return user, key, body, err
}
