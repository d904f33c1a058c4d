package schema

// subjectKind refers to persons of the tenant's register, each of whom the
// record is then about.
type subjectKind struct{ reference }

func (subjectKind) Name() string    { return "subject" }
func (subjectKind) Control() string { return "subject" }

func (subjectKind) traits() traits {
	return traits{keys: []string{"type", "many"}, needs: []string{"type"}, clear: true}
}
