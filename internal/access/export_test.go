package access

// CachedViewBytes is about what the views in the cache may come to hold.
func (m *Matrix) CachedViewBytes() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.views) * m.viewBytes()
}

// PlacesOf returns how many countries have a phrase in every language.
func PlacesOf() (n int) {
	for _, p := range placeTable() {
		if p.in["en"] != "in " && p.in["de"] != "" && p.in["fr"] != "" && p.from["en"] != "from " && p.from["de"] != "" && p.from["fr"] != "" {
			n++
		}
	}
	return n
}
