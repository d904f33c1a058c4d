package access_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"bailiwick/internal/access"

	"pgregory.net/rapid"
)

// TestR14_8_Masks shows what each mask leaves of a value.
func TestR14_8_Masks(t *testing.T) {
	const nothing = access.MaskPlaceholder
	tests := []struct {
		mask     access.MaskForm
		in, want string
	}{
		{access.MaskNone, "anything", "anything"},
		{access.Last4, "078-05-1120", nothing + "1120"},
		{access.Last4, "DE89 3704 0044 0532 0130 00", nothing + "3000"},
		{access.Last4, "12345678", nothing + "5678"},
		{access.Last4, "1234567", nothing},
		{access.Last4, "1234", nothing},
		{access.Last4, "1", nothing},
		{access.Last4, "1-2-3-4-5-6-7-", nothing},
		{access.Last4, "--- --- ---", nothing},
		{access.Last4, "", ""},
		{access.Last4, "αβγδεζηθικ", nothing + "ηθικ"},
		{access.Last4, "abcdefge\u0301gh", nothing + "ge\u0301gh"},
		{access.Last4, "\u0301abcdefgh", nothing + "efgh"},
		{access.Last4, "abcdefgh\xff", nothing},
		{access.YearOnly, "1984-05-17", "1984"},
		{access.YearOnly, "17.05.1984", "1984"},
		{access.YearOnly, "17 mai 1984", "1984"},
		{access.YearOnly, "1984-05-17T08:00:00Z", "1984"},
		{access.YearOnly, "19840517", nothing},
		{access.YearOnly, "1984 or 1985", nothing},
		{access.YearOnly, "1984/1984", "1984"},
		{access.YearOnly, "84", nothing},
		{access.YearOnly, "née en mai", nothing},
		{access.YearOnly, "", ""},
		{access.Initials, "Ada Example", "A.E."},
		{access.Initials, "Jean-Luc d’Exemple", "J.L.D."},
		{access.Initials, "élodie ößterreich", "É.Ö."},
		{access.Initials, "one two three four five six", "O.T.T.F."},
		{access.Initials, "4711", nothing},
		{access.Initials, "  ", nothing},
		{access.Initials, "李 小龙", "李.小."},
		{access.Initials, "\xff\xfe", nothing},
		{access.Initials, "", ""},
		{access.PresentAbsent, "x", access.MaskPresent},
		{access.PresentAbsent, "", access.MaskAbsent},
		{access.Null, "x", ""},
		{access.Null, "", ""},
		{access.MaskForm(99), "x", ""},
	}
	for _, tt := range tests {
		if got := access.Apply(tt.mask, tt.in); got != tt.want {
			t.Errorf("Apply(%v, %q) = %q, want %q", tt.mask, tt.in, got, tt.want)
		}
	}
}

// TestMaskShowsLittle: no mask that leaves a part leaves half of a value, and
// what it leaves is text.
func TestMaskShowsLittle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Z]{2}[0-9]{0,20}`)).Draw(t, "value")
		checkMasked(t, v)
	})
}

func checkMasked(t interface{ Fatalf(string, ...any) }, v string) {
	for _, f := range everyForm {
		got := access.Apply(f, v)
		if !utf8.ValidString(got) {
			t.Fatalf("%v: not text", f)
		}
		shown := strings.TrimPrefix(got, access.MaskPlaceholder)
		if f == access.Last4 && shown != "" && utf8.RuneCountInString(v) < 8 {
			t.Fatalf("%v shows the end of a short value", f)
		}
		if f == access.Null && got != "" {
			t.Fatalf("%v shows something", f)
		}
	}
}

func FuzzApply(f *testing.F) {
	for _, s := range []string{"", "078-05-1120", "1984-05-17", "e\u0301\u0301\u0301", "\xff\xfe", "👩‍👩‍👧‍👦👩‍👩‍👧‍👦"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, v string) { checkMasked(t, v) })
}

// TestJoin: masks join in any order, and the join shows no more than either.
func TestJoin(t *testing.T) {
	all := append([]access.MaskForm{access.MaskNone}, everyForm...)
	for _, a := range all {
		for _, b := range all {
			if a.Join(b) != b.Join(a) || a.Join(a) != a || a.Join(a.Join(b)) != a.Join(b) {
				t.Errorf("%v, %v", a, b)
			}
			for _, c := range all {
				if a.Join(b).Join(c) != a.Join(b.Join(c)) {
					t.Errorf("%v, %v, %v", a, b, c)
				}
			}
		}
	}
	if got := access.Last4.Join(access.Initials); got != access.PresentAbsent {
		t.Errorf("two parts meet in %v", got)
	}
}

// TestWords: what a rule file may say reads back as itself.
func TestWords(t *testing.T) {
	for _, o := range append(slices.Clone(everyOp), access.StoreRegion) {
		if got, ok := access.ParseOp(o.String()); !ok || got != o {
			t.Errorf("%v", o)
		}
	}
	for _, m := range everyForm {
		if got, ok := access.ParseMask(m.String()); !ok || got != m {
			t.Errorf("%v", m)
		}
	}
	for _, e := range effectives {
		if got, ok := access.ParseEffect(e.String()); !ok || got != e {
			t.Errorf("%v", e)
		}
	}
	var words []string
	for i := range uint8(10) {
		words = append(words, access.Op(i).String(), access.Effect(i).String(), access.MaskForm(i).String())
	}
	slices.Sort(words)
	if n := len(slices.Compact(words)); n != 1+4+4+5 {
		t.Errorf("%d words", n)
	}
	if _, ok := access.ParseOp(""); ok {
		t.Error("the empty operation")
	}
	if _, ok := access.ParseEffect(""); ok {
		t.Error("the empty effect")
	}
	if _, ok := access.ParseMask(""); ok {
		t.Error("the empty mask")
	}
}
