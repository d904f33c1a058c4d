package access

// ParseRules reads the rules and roles of a rule file (docs/matrix.md). It
// returns Problems, all at once, each with file, line and key; file is the name
// to show. Unknown and repeated keys, aliases and second documents are refused.
func ParseRules(file string, yaml []byte) ([]Rule, []RoleDef, error) { return nil, nil, nil }
