package record

import "bailiwick"

// Reach limits a selection to the rows of which at least one member that is
// set holds; the zero Reach holds no row.
type Reach struct {
	Owner    bailiwick.UserID   // rows of this owner
	Assigned bailiwick.UserID   // rows with a field that names this user
	Units    []bailiwick.ID     // rows of these organisational units
	Entity   bailiwick.EntityID // rows of this legal entity
}

const partUsers = `r.rkey IN (SELECT a.rkey FROM record_users a WHERE a.user_id = `

// reach adds the limit.
func (s *statement) reach(r *Reach) {
	s.add("(1 = 0")
	if !r.Owner.IsZero() {
		s.add(" OR r.owner_id = ")
		s.arg(r.Owner)
	}
	if !r.Assigned.IsZero() {
		s.add(" OR ", partUsers)
		s.arg(r.Assigned)
		s.add(")")
	}
	if len(r.Units) > 0 {
		s.add(" OR r.unit_id IN ")
		list(s, r.Units)
	}
	if !r.Entity.IsZero() {
		s.add(" OR r.legal_entity_id = ")
		s.arg(r.Entity)
	}
	s.add(")")
}
