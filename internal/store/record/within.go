package record

import "bailiwick"

// Within are rows by whom they are about and where they belong. The zero
// Within is all of them.
type Within struct {
	CSets []int64      // of these country sets; nil = Everyone, empty = none
	Of    []EntityRows // of one of these as well, unless nil
}

// EntityRows are rows of some legal entities, of these country sets only.
type EntityRows struct {
	Entities []bailiwick.ID
	CSets    []int64 // nil = Everyone, empty = none
}

// entities adds the restriction to legal entities.
func (s *statement) entities(of []EntityRows) {
	s.add("(1 = 0")
	for _, e := range of {
		if e.CSets != nil && len(e.CSets) == 0 {
			continue
		}
		s.add(" OR (r.legal_entity_id IN ")
		list(s, e.Entities)
		s.add(" AND ")
		s.csets(e.CSets)
		s.add(")")
	}
	s.add(")")
}
