package schema

// recordKind links to records of one type.
type recordKind struct{ reference }

func (recordKind) Name() string    { return "record" }
func (recordKind) Control() string { return "record" }

func (recordKind) traits() traits {
	return traits{keys: []string{"type", "many"}, needs: []string{"type"}, clear: true}
}
