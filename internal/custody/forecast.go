package custody

import (
	"math/bits"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/tenant"
)

// Forecast tells what viewers would see of records of one type, for the
// reports "who can see this field?" and "what can this user see?". It judges
// by the same layout as every read and opens nothing.
type Forecast struct{ lay *layout }

// The outcomes of a Foresight.
const (
	ForeseenShown    = "shown"
	ForeseenMasked   = "masked"
	ForeseenWithheld = "withheld"    // by Rule
	ForeseenAside    = "quarantined" // it may not be filled in any more (R14.9)
	ForeseenHidden   = "hidden"      // the whole record: its identity category is withheld
	ForeseenNoType   = "no-type"     // no role held lists or opens records of the type
)

// Foresight is the answer for one viewer and one field.
type Foresight struct {
	Outcome string
	Mask    access.MaskForm
	Rule    string          // that decided, or "default:<category>"; empty for no-type
	Reason  string          // one plain sentence
	Scopes  access.ScopeSet // on which records, where there are some
}

// Sees reports whether the field is shown, be it masked.
func (f Foresight) Sees() bool { return f.Outcome == ForeseenShown || f.Outcome == ForeseenMasked }

// NewForecast prepares a type of a configuration; false if it has none of the
// key.
func NewForecast(cfg *tenant.Configuration, typ string) (*Forecast, bool) {
	lay := newLayout(cfg, typ)
	return &Forecast{lay}, lay != nil
}

// Of answers for a viewer and a field, about a person of the countries (none =
// country unknown) in records of a legal entity, named by key; empty = not
// known. It is false for a field that there is not.
func (f *Forecast) Of(v access.Viewer, field string, countries []bailiwick.Country, entity, lang string) (Foresight, bool) {
	fp := f.lay.byKey[field]
	if fp == nil {
		return Foresight{}, false
	}
	p := f.lay.cfg.Matrix.Preview(v)
	out := Foresight{Scopes: p.Scopes(f.lay.t.Key, access.VerbOpen) | p.Scopes(f.lay.t.Key, access.VerbList)}
	if out.Scopes == 0 {
		out.Outcome = ForeseenNoType
		return out, true
	}
	person, nobody := access.Of(countries...).At(entity), access.NoSubject.At(entity)
	row, who := nobody, person
	if f.lay.t.Self {
		row = person
	}
	if fp.whose == noOnes {
		who = nobody
	}
	if allowed, _ := p.Bits(access.Access, row); f.lay.identity != 0 && allowed&^f.lay.barred(row)&f.lay.identity == 0 {
		e := p.Explain(access.Access, f.lay.idCat, row, lang)
		out.Outcome, out.Rule, out.Reason = ForeseenHidden, e.Rule, e.Reason
		return out, true
	}
	allowed, masked := p.Bits(access.Access, who)
	if missing := fp.need &^ allowed; missing != 0 {
		c := fp.f.Category
		if missing>>fp.cat&1 == 0 {
			c = f.lay.cats[bits.TrailingZeros64(missing)]
		}
		e := p.Explain(access.Access, c, who, lang)
		out.Outcome, out.Rule, out.Reason = ForeseenWithheld, e.Rule, e.Reason
		return out, true
	}
	e := p.Explain(access.Access, fp.f.Category, who, lang)
	out.Outcome, out.Rule, out.Reason = ForeseenShown, e.Rule, e.Reason
	switch {
	case f.lay.barred(who)&fp.need != 0:
		out.Outcome = ForeseenAside
	case masked&fp.need != 0:
		out.Outcome = ForeseenMasked
		for set := masked & fp.need; set != 0; set &= set - 1 {
			x := p.Explain(access.Access, f.lay.cats[bits.TrailingZeros64(set)], who, lang)
			out.Mask, out.Rule, out.Reason = out.Mask.Join(x.Mask), x.Rule, x.Reason
		}
	}
	return out, true
}
