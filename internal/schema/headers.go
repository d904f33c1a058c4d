package schema

// MapHeaders proposes, for the headers of a file, the field that each column
// holds: by the type's import hints first, then by the field's key, then by its
// label in any language, whatever the case and accents. A field is proposed
// once, for the first header that fits; computed fields and groups never are.
// Headers that fit nothing are absent from the result.
func MapHeaders(t *Type, header []string) map[string]string {
	names := make(map[string]string, 4*len(t.Fields))
	for _, f := range t.Fields {
		if f.Computed() || len(f.Group) > 0 {
			continue
		}
		for _, label := range f.Label {
			if _, taken := names[Fold(label)]; !taken {
				names[Fold(label)] = f.Key
			}
		}
	}
	for _, f := range t.Fields { // a key wins a label of another field
		if !f.Computed() && len(f.Group) == 0 {
			names[Fold(f.Key)] = f.Key
		}
	}
	out := make(map[string]string, len(header))
	used := make(map[string]bool, len(header))
	for _, h := range header {
		field, ok := t.Import[h]
		if !ok {
			field, ok = names[Fold(h)]
		}
		if ok && !used[field] {
			out[h] = field
			used[field] = true
		}
	}
	return out
}
