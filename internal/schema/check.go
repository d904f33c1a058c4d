package schema

// Check checks packs that a tenant uses together: keys of packs and types and
// prefixes of references are unique, and every reference leads to a type that
// exists, those to persons to one whose records are persons. The error is a
// Problems.
func Check(packs []*Pack) error {
	var ps Problems
	fail := func(p *Pack, line int, key, message string) {
		ps = append(ps, Problem{File: p.File, Line: line, Key: key, Message: message})
	}
	byPack, byType, byRef := map[string]string{}, map[string]*Type{}, map[string]string{}
	for _, p := range packs {
		if other, ok := byPack[p.Key]; ok {
			fail(p, 0, "pack", "the key is taken by "+other)
		}
		byPack[p.Key] = p.File
		for _, t := range p.Types {
			if other, ok := byType[t.Key]; ok {
				fail(p, 0, "types."+t.Key, "the pack "+other.Pack+" has a type of this key")
			}
			if other, ok := byRef[t.Ref]; ok {
				fail(p, 0, "types."+t.Key+".ref", "the type "+other+" has this prefix")
			}
			byType[t.Key], byRef[t.Ref] = t, t.Key
		}
	}
	for _, p := range packs {
		for _, t := range p.Types {
			for _, f := range t.All() {
				if message := linkProblem(f, byType); message != "" {
					fail(p, f.line, "types."+t.Key+".fields."+f.Path()+".type", message)
				}
			}
		}
	}
	return ps.orNil()
}

// linkProblem says what is wrong with where a reference leads, or "".
func linkProblem(f *Field, types map[string]*Type) string {
	if f.RefType == "" {
		return ""
	}
	target, ok := types[f.RefType]
	switch {
	case !ok:
		return "no pack has the type " + f.RefType
	case is[subjectKind](f) && !target.Self:
		return "the records of " + f.RefType + " are not persons"
	case is[recordKind](f) && target.Self:
		return "a reference to a person is of kind subject"
	}
	return ""
}
