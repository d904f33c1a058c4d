package access

import "slices"

// Classes of legal entities: two that no rule in force distinguishes share one.
const (
	unknownEntity = 0 // of content whose legal entity is not known
	otherEntity   = 1 // of every entity that no rule names
)

// maxEntityClasses bounds the tables of a view.
const maxEntityClasses = 64

// entityClasses is the partition of the legal entities by the rules. Where no
// rule names one, n is 1 and every entity is of class 0.
type entityClasses struct {
	n     int
	named map[string]uint8
}

// of returns the class of an entity's key; empty = not known.
func (c *entityClasses) of(key string) uint8 {
	switch {
	case c.n == 1:
		return 0
	case key == "":
		return unknownEntity
	}
	if n, ok := c.named[key]; ok {
		return n
	}
	return otherEntity
}

// classifyEntities puts the entities in classes by the rules that name them and
// turns the rules' lists into sets of classes. Content of an unknown entity
// matches every rule that narrows and none that allows. It is false if there
// are too many classes.
func (m *Matrix) classifyEntities() bool {
	signature := make(map[string]string) // key -> a mark per rule that names it
	for i := range m.rules {
		for _, key := range m.rules[i].Entities {
			signature[key] += string(rune(i)) + ","
		}
	}
	m.entities = entityClasses{n: 1}
	if len(signature) > 0 {
		m.entities = entityClasses{n: otherEntity + 1, named: make(map[string]uint8, len(signature))}
		keys := make([]string, 0, len(signature))
		for key := range signature {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		classes := make(map[string]uint8)
		for _, key := range keys {
			n, ok := classes[signature[key]]
			if !ok {
				if m.entities.n == maxEntityClasses {
					return false
				}
				n = uint8(m.entities.n)
				classes[signature[key]] = n
				m.entities.n++
			}
			m.entities.named[key] = n
		}
	}
	for i := range m.rules {
		r := &m.rules[i]
		for n := range m.entities.n {
			if len(r.Entities) == 0 || (n == unknownEntity && r.narrows()) {
				r.at.add(uint8(n))
			}
		}
		for _, key := range r.Entities {
			r.at.add(m.entities.named[key])
		}
	}
	return true
}

// EntityClasses returns how many classes of legal entities the rules in force
// tell apart; 1 if no rule names one. Callers that keep answers per subject
// keep them per class too.
func (m *Matrix) EntityClasses() int { return m.entities.n }

// EntityClass returns the class of a legal entity's key, below EntityClasses.
func (m *Matrix) EntityClass(key string) int { return int(m.entities.of(key)) }
