package access

// Holdable returns the categories that somebody, of whatever role and country,
// may fill in about a subject: those that a record about it can hold. It
// contains what any one viewer may populate.
//
// Holdable and Barred answer where the right of the one who asks must not: a
// person who moves to another country takes along data that the mover does not
// see, and a refusal that went by what there is would tell.
func (m *Matrix) Holdable(s Subject) uint64 {
	allowed, _ := m.hold(s)
	return allowed
}

// Barred returns the categories that a rule forbids everybody to fill in about
// a subject. What no rule allows is not barred by that: nobody can fill it in
// either, but nobody ever said that it must not be there.
func (m *Matrix) Barred(s Subject) uint64 {
	_, barred := m.hold(s)
	return barred
}

func (m *Matrix) hold(s Subject) (allowed, barred uint64) {
	e := m.entities.of(s.entity)
	switch {
	case s.none:
		allowed, barred = m.holdIn(nobodyClass, e)
		return allowed &^ m.personal, barred
	case s.n == 0:
		return m.holdIn(unknownClass, e)
	}
	allowed = ^uint64(0)
	for _, p := range s.places[:s.n] {
		a, b := m.holdIn(m.subject.of[p], e)
		allowed, barred = allowed&a, barred|b
	}
	return allowed, barred
}

func (m *Matrix) holdIn(class, entity uint8) (allowed, barred uint64) {
	allowed = m.defaults[Populate-1]
	for i := range m.rules {
		r := &m.rules[i]
		if r.Op != Populate || !r.subjects.has(class) || !r.at.has(entity) {
			continue
		}
		switch everyone := len(r.Roles) == 0 && len(r.Purposes) == 0 && r.Viewer.Every(); {
		case r.Effect == Allow:
			allowed |= r.cats
		case r.Effect == Require && (r.settled || r.Condition.Kind != ""):
			// Somebody can meet it: what was filled in then stays.
		case everyone: // a denial, or a requirement nobody can meet, that spares nobody
			barred |= r.cats
		}
	}
	return allowed &^ barred, barred
}
