package schema

// MapColumns finds the field that each column of a file most likely means:
// the one that the pack's import hints name for the header, else the one of
// that key, else the one with that label in any language, case and accents
// aside. It returns one field key per header, "" where none fits. A field is
// given to the first column that asks for it; computed fields and groups are
// never given.
func MapColumns(t *Type, headers []string) []string {
	byLabel := map[string]string{}
	for _, f := range t.Fields {
		if f.Computed() || len(f.Group) > 0 {
			continue
		}
		for _, name := range append([]string{f.Key}, labelTexts(f.Label)...) {
			if _, taken := byLabel[Fold(name)]; !taken {
				byLabel[Fold(name)] = f.Key
			}
		}
	}
	out := make([]string, len(headers))
	given := map[string]bool{}
	for i, h := range headers {
		key, ok := t.Import[h]
		if !ok {
			key = byLabel[Fold(h)]
		}
		if key != "" && !given[key] {
			given[key] = true
			out[i] = key
		}
	}
	return out
}

// labelTexts returns the texts of labels in the order of Languages.
func labelTexts(l Labels) []string {
	var out []string
	for _, lang := range Languages() {
		if s := l[lang]; s != "" {
			out = append(out, s)
		}
	}
	return out
}
