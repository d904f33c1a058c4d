package bailiwick

// Purpose is why an act on customer data is done. The list is closed (R2.1):
// any other text is refused.
type Purpose string

// The purposes of R2.1. A customer's own users act under ProvideService.
const (
	ProvideService      Purpose = "provide-service"
	PreventProblem      Purpose = "prevent-problem"
	FixProblem          Purpose = "fix-problem"
	SupportCase         Purpose = "support-case"
	CustomerInstruction Purpose = "customer-instruction"
	RequiredByLaw       Purpose = "law"
)

// Purposes returns the closed list in the order of R2.1.
func Purposes() []Purpose {
	return []Purpose{ProvideService, PreventProblem, FixProblem, SupportCase, CustomerInstruction, RequiredByLaw}
}

// Valid reports whether p is on the closed list.
func (p Purpose) Valid() bool {
	for _, q := range Purposes() {
		if p == q {
			return true
		}
	}
	return false
}
