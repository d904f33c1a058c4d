package schema

// userKind refers to a person who signs in to the workspace: an owner, a
// reviewer. It is no reference to a person of the register.
type userKind struct{ reference }

func (userKind) Name() string    { return "user" }
func (userKind) Control() string { return "user" }
func (userKind) traits() traits  { return traits{clear: true} }
