package tenant

import (
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
)

// Configuration is one version of a tenant's configuration, compiled for the
// rules in force now. It is immutable and safe for concurrent use; a request
// takes it once and works under it to its end.
type Configuration struct {
	Version  int64
	Created  time.Time
	Author   bailiwick.UserID // zero if no user wrote it
	Packs    []*schema.Pack
	Types    map[string]*schema.Type // by key
	Matrix   *access.Matrix
	Entities []Entity // by key
	Settings Settings

	document Document
	numbers  *numbers
	next     time.Time // when the matrix must be compiled again; zero = never
}

// Document is what the version was written as; the caller must not change it.
func (c *Configuration) Document() Document { return c.document }

// Type returns a record type of the version, or nil.
func (c *Configuration) Type(key string) *schema.Type { return c.Types[key] }

// TypeNo returns the number of a record type; 0 if it never had one.
func (c *Configuration) TypeNo(key string) int64 { return c.numbers.types[key] }

// TypeByNo returns the record type of a number; nil if the number was never
// given or the version no longer has the type.
func (c *Configuration) TypeByNo(no int64) *schema.Type { return c.Types[c.numbers.typeKeys[no]] }

// FieldNo returns the number of a field of a type; members of groups are named
// "affected.injury". It is 0 if the field never had one.
func (c *Configuration) FieldNo(typ, field string) uint16 {
	return c.numbers.fields[c.numbers.types[typ]][field]
}

// FieldByNo returns the field of a number of a type; nil if the number was
// never given or the version no longer has the field.
func (c *Configuration) FieldByNo(typ string, no uint16) *schema.Field {
	t := c.Types[typ]
	if t == nil {
		return nil
	}
	return t.Field(c.numbers.fieldKeys[c.numbers.types[typ]][no])
}

// Entity returns a legal entity of the version.
func (c *Configuration) Entity(id bailiwick.EntityID) (Entity, bool) {
	for _, e := range c.Entities {
		if e.ID == id {
			return e, true
		}
	}
	return Entity{}, false
}

// EntityByKey returns the legal entity of a key.
func (c *Configuration) EntityByKey(key string) (Entity, bool) {
	for _, e := range c.Entities {
		if e.Key == key {
			return e, true
		}
	}
	return Entity{}, false
}

// Role returns the definition of a role; nil if the version has none of the
// key.
func (c *Configuration) Role(key bailiwick.Role) *access.RoleDef {
	roles := c.Matrix.Roles()
	for i := range roles {
		if roles[i].Key == key {
			return &roles[i]
		}
	}
	return nil
}
