package custody

import "encoding/json"

// jsonRaw is a value of a draft.
type jsonRaw = json.RawMessage

// raw is a stored value as a draft holds it: null clears.
func raw(v []byte) jsonRaw {
	if len(v) == 0 {
		return jsonRaw("null")
	}
	return jsonRaw(v)
}
