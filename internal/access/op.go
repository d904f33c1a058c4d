package access

// Op is one of the matrix's operations.
type Op uint8

// The operations. The zero Op is none of them and is always denied.
const (
	Populate Op = iota + 1 // a value may be filled in
	Access                 // a value may be seen
	Export                 // a value may leave in a file: Access must be granted too
	// StoreRegion says in which hosting region a value may lie (R14.11). It is
	// asked of Matrix.MayStore; no Decision is ever about it.
	StoreRegion
)

const opCount = 3 // operations that a Decision is about

var opNames = [...]string{"", "populate", "access", "export", "store-region"}

// String returns the operation as it is written in a rule file.
func (o Op) String() string {
	if int(o) >= len(opNames) {
		return ""
	}
	return opNames[o]
}

// ParseOp reads an operation as it is written in a rule file.
func ParseOp(s string) (Op, bool) {
	for i, n := range opNames {
		if i > 0 && n == s {
			return Op(i), true
		}
	}
	return 0, false
}

// Effect is what a rule that matches does.
type Effect uint8

// The effects. The zero Effect is none of them; Compile refuses it.
const (
	Allow   Effect = iota + 1 // grants, unless something more restrictive matches
	Deny                      // refuses, whatever else matches
	Mask                      // grants the masked form only
	Require                   // refuses until a condition is met
)

var effectNames = [...]string{"", "allow", "deny", "mask", "require"}

// String returns the effect as it is written in a rule file.
func (e Effect) String() string {
	if int(e) >= len(effectNames) {
		return ""
	}
	return effectNames[e]
}

// ParseEffect reads an effect as it is written in a rule file.
func ParseEffect(s string) (Effect, bool) {
	for i, n := range effectNames {
		if i > 0 && n == s {
			return Effect(i), true
		}
	}
	return 0, false
}
