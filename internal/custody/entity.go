package custody

import (
	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/store/record"
)

// where is the legal entity that a sight judges by at the moment: that of the
// record in hand. Rules may name legal entities; where none in force does,
// there is one class and nothing here costs anything.
//
// A sight that has not entered a record judges for an unknown legal entity,
// which every rule that narrows matches and none that allows: whoever forgets
// to enter shows less, never more.
type where struct {
	classes int // of legal entities that rules tell apart; 0 = not asked yet
	class   int // 0 = unknown
	key     string
	planes  []plane // of the classes that are not in hand
}

// plane is what a sight knows of the matrix for one class of legal entities.
type plane struct {
	grants   [3][]grant
	verdicts [3][][]verdict
}

// enter takes a record of a legal entity in hand of which no more is known: no
// consent counts.
func (s *sight) enter(id bailiwick.EntityID) {
	s.agree(nil)
	s.enterEntity(id)
}

func (s *sight) enterEntity(id bailiwick.EntityID) {
	if s.at.classes == 0 {
		s.at.classes = s.cfg.Matrix.EntityClasses()
	}
	if s.at.classes == 1 {
		return
	}
	e, _ := s.cfg.Entity(id)
	class := s.cfg.Matrix.EntityClass(e.Key)
	if class != s.at.class {
		if s.at.planes == nil {
			s.at.planes = make([]plane, s.at.classes)
		}
		s.at.planes[s.at.class] = plane{s.grants, s.verdicts}
		s.grants, s.verdicts = s.at.planes[class].grants, s.at.planes[class].verdicts
		s.at.class = class
	}
	s.at.key = e.Key
}

// byEntity reports whether rules tell legal entities apart.
func (s *sight) byEntity() bool { return s.cfg.Matrix.EntityClasses() > 1 }

// packedEntity reads the legal entity of a packed row.
func packedEntity(b []byte) (id bailiwick.EntityID) {
	const from = 1 + 16
	if len(b) >= from+16 {
		copy(id.ID[:], b[from:])
	}
	return id
}

// inEveryEntity calls f with the sight in each class of legal entities that
// there are records of, and leaves it in none.
func (s *sight) inEveryEntity(f func(ids []bailiwick.ID)) {
	classes := make([][]bailiwick.ID, s.cfg.Matrix.EntityClasses())
	for _, e := range s.cfg.Entities {
		n := s.cfg.Matrix.EntityClass(e.Key)
		classes[n] = append(classes[n], e.ID.ID)
	}
	for _, ids := range classes {
		if len(ids) > 0 {
			s.enter(bailiwick.EntityID{ID: ids[0]})
			f(ids)
		}
	}
	s.enter(bailiwick.EntityID{})
}

// inSomeEntity reports whether ok holds in some class of legal entities.
func (s *sight) inSomeEntity(ok func() bool) bool {
	if !s.byEntity() {
		return ok()
	}
	some := false
	s.inEveryEntity(func([]bailiwick.ID) {
		if ok() { // every one is asked: ok may note what is left out
			some = true
		}
	})
	return some
}

// rowsWhere returns the rows for which ok holds, as a selection names them: by
// country sets alone, or by legal entities and country sets.
func (s *sight) rowsWhere(ok func(cset int64) bool) record.Within {
	if !s.byEntity() {
		return record.Within{CSets: s.setsWhere(ok)}
	}
	var out record.Within
	every := true
	s.inEveryEntity(func(ids []bailiwick.ID) {
		sets := s.setsWhere(ok)
		every = every && sets == nil
		out.Of = append(out.Of, record.EntityRows{Entities: ids, CSets: sets})
	})
	if every {
		return record.Within{}
	}
	return out
}

// visibleRows returns the rows that exist for the viewer.
func (s *sight) visibleRows() record.Within { return s.rowsWhere(s.visible) }

// rowsFor returns the rows for which a field is visible in full.
func (s *sight) rowsFor(fp *fieldPlan) record.Within {
	switch {
	case fp.whose == ownPersons:
		return s.rowsWhere(func(cset int64) bool { return s.seesFull(fp, cset) })
	case fp.whose == noOnes && s.byEntity():
		return s.rowsWhere(func(int64) bool { return s.seesFull(fp, setNone) })
	}
	return record.Within{}
}

// of gives a subject the legal entity in hand.
func (w *where) of(who access.Subject) access.Subject {
	if w.key == "" {
		return who
	}
	return who.At(w.key)
}

// newEntity is the legal entity that a new record belongs to unless one is
// chosen.
func (s *sight) newEntity() bailiwick.EntityID {
	if e := s.a.Entity(); !e.IsZero() || len(s.cfg.Entities) == 0 {
		return e
	}
	return s.cfg.Entities[0].ID
}
