package custody

import (
	"slices"
	"sync"

	"bailiwick"
	"bailiwick/internal/schema"
	"bailiwick/internal/store/record"
	"bailiwick/internal/tenant"
)

// whose says by which person's countries a field is judged and under whose
// key it is sealed.
type whose uint8

const (
	noOnes     whose = iota // content about no one
	ownPersons              // the person that the record is
	referents               // the person that a reference field names
	rowPersons              // the person of a group's row
)

// fieldPlan is a field with everything that reading and writing it needs.
type fieldPlan struct {
	f       *schema.Field
	no      uint16
	key     int64 // name in index rows
	cat     uint8
	need    uint64 // categories that a viewer must be granted to see it
	whose   whose
	about   uint16     // number of the reference field or group whose person it is about
	gives   bool       // whether it is a reference that gives its person a slot
	names   *fieldPlan // reference that names the person it is about; nil for content and own persons
	members []*fieldPlan
	group   *fieldPlan // of a member
	blind   string     // name under which its words are blinded
	index   int        // place among all plans of the layout, members included
	link    bool       // whether it, or a member, is a reference
}

// isGroup reports whether the field is a list of rows.
func (fp *fieldPlan) isGroup() bool { return len(fp.f.Group) > 0 }

// layout is a record type under one configuration.
type layout struct {
	cfg      *tenant.Configuration
	t        *schema.Type
	no       int64
	fields   []*fieldPlan // in the type's order
	hidden   []*fieldPlan // fields that the tenant hid: what they hold is kept
	every    []*fieldPlan // both, for what concerns whatever is stored
	byKey    map[string]*fieldPlan
	identity uint64 // category that makes a row visible; 0 = no such rule
	idCat    bailiwick.Category
	recorded uint64 // categories whose reading is always recorded
	cats     []bailiwick.Category
	plans    int // fields and members
	withheld withheldCache
	bars     barring
	asks     asking
}

// layoutKey names a cached layout.
type layoutKey struct {
	tenant bailiwick.TenantID
	typ    string
}

// layoutCache keeps the layouts of the configurations in use.
type layoutCache struct {
	mu sync.RWMutex
	m  map[layoutKey]*layout
}

// maxLayouts bounds the cache: some tens of kilobytes each.
const maxLayouts = 512

// layoutOf returns the layout of a type; nil if there is none. The last one of
// each type is kept for as long as its configuration is the one in use.
func (d *Door) layoutOf(t bailiwick.TenantID, cfg *tenant.Configuration, key string) *layout {
	if cfg.Type(key) == nil {
		return nil
	}
	k := layoutKey{t, key}
	c := &d.layouts
	c.mu.RLock()
	l := c.m[k]
	c.mu.RUnlock()
	if l != nil && l.cfg == cfg {
		return l
	}
	l = newLayout(cfg, key)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || len(c.m) >= maxLayouts {
		c.m = make(map[layoutKey]*layout)
	}
	c.m[k] = l
	return l
}

// newLayout compiles a type; nil if the configuration has none of that key.
func newLayout(cfg *tenant.Configuration, key string) *layout {
	t := cfg.Type(key)
	if t == nil {
		return nil
	}
	l := &layout{cfg: cfg, t: t, no: cfg.TypeNo(key), byKey: make(map[string]*fieldPlan, len(t.Fields)), idCat: t.Identity}
	for _, c := range cfg.Matrix.Categories() {
		if c.Flag != bailiwick.FlagOrdinary {
			l.recorded |= l.bit(c.Key)
		}
		l.cats = append(l.cats, c.Key)
	}
	if t.Identity != "" {
		l.identity = l.bit(t.Identity)
	}
	l.setBars()
	l.setAsks()
	for _, f := range t.Fields {
		fp := l.plan(f)
		for _, m := range f.Group {
			mp := l.plan(m)
			mp.whose, mp.about, mp.group = rowPersons, fp.no, fp
			fp.members = append(fp.members, mp)
			fp.link = fp.link || mp.link
			l.byKey[m.Path()] = mp
		}
		for _, mp := range fp.members {
			mp.names = fp.aboutMember()
		}
		l.fields = append(l.fields, fp)
		l.byKey[f.Key] = fp
	}
	for _, fp := range l.fields {
		if ref := l.byKey[fp.f.About]; fp.whose == referents && ref != nil {
			fp.about, fp.names, ref.gives = ref.no, ref, true
		}
	}
	l.planHidden()
	return l
}

// planHidden plans the hidden fields, so that a save keeps the persons that
// they name or are about.
func (l *layout) planHidden() {
	for _, f := range l.t.Hidden {
		fp := l.plan(f)
		if fp.whose == referents {
			fp.about = l.cfg.FieldNo(l.t.Key, f.About)
			if ref := l.byKey[f.About]; ref != nil {
				ref.gives = true
			}
		}
		l.hidden = append(l.hidden, fp)
	}
	l.every = slices.Concat(l.fields, l.hidden)
}

func (l *layout) plan(f *schema.Field) *fieldPlan {
	fp := &fieldPlan{f: f, no: l.cfg.FieldNo(l.t.Key, f.Path()), blind: l.t.Key + "." + f.Path(), index: l.plans}
	l.plans++
	switch f.Kind.Name() {
	case linkRecord, linkSubject, linkUser:
		fp.link = true
	}
	fp.key = record.FieldKey(l.no, fp.no)
	fp.cat = uint8(max(l.cfg.Matrix.CategoryNo(f.Category), 0))
	fp.need = l.bit(f.Category)
	for _, c := range f.Carries {
		fp.need |= l.bit(c)
	}
	switch {
	case len(f.Group) > 0:
		fp.whose, fp.about = rowPersons, fp.no
	case f.About != "" && f.Parent == nil:
		fp.whose = referents
	case l.t.Self:
		fp.whose = ownPersons
	}
	return fp
}

// bit returns the bit of a category; all bits for an unknown one, so that a
// field of it is granted to no one.
func (l *layout) bit(c bailiwick.Category) uint64 {
	n := l.cfg.Matrix.CategoryNo(c)
	if n < 0 {
		return ^uint64(0)
	}
	return 1 << n
}

// columns returns the plans of the named fields in the type's order, all
// fields for no names; unknown names are left out.
func (l *layout) columns(keys []string) []*fieldPlan {
	if len(keys) == 0 {
		return l.fields
	}
	want := make(map[string]bool, len(keys))
	for _, k := range keys {
		want[k] = true
	}
	out := make([]*fieldPlan, 0, len(keys))
	for _, fp := range l.fields {
		if want[fp.f.Key] {
			out = append(out, fp)
		}
	}
	return out
}

// aboutMember returns the member of a group that names each row's person.
func (fp *fieldPlan) aboutMember() *fieldPlan {
	for _, m := range fp.members {
		if m.f.Key == fp.f.About {
			return m
		}
	}
	return nil
}
