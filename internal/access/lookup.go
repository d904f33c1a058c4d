package access

// Rule returns the rule in force with an id, so that its note and author can
// be told beside a decision.
func (m *Matrix) Rule(id string) (Rule, bool) {
	for _, r := range m.rules {
		if r.ID == id {
			return *r.Rule, true
		}
	}
	return Rule{}, false
}
