package bailiwick

import (
	_ "embed"
	"encoding/csv"
	"strings"
	"sync"
)

// Category is the key of a data category, such as "contact" or "health".
// Every field has exactly one (R14.1).
type Category string

// Flag says how sensitive a category is.
type Flag string

// The flags of R14.1.
const (
	FlagOrdinary   Flag = "ordinary"
	FlagSpecial    Flag = "special"     // GDPR Art. 9
	FlagCriminal   Flag = "criminal"    // GDPR Art. 10
	FlagNationalID Flag = "national-id" // GDPR Art. 87
	FlagFinancial  Flag = "financial"
	FlagChild      Flag = "child"
)

// CategoryInfo describes one category of the tree.
type CategoryInfo struct {
	Key             Category
	Parent          Category // the broader category, or empty
	Flag            Flag
	OfSubject       bool // sealed under a subject's key; otherwise under the tenant's content key
	PopulateDefault bool // whether it may be filled in where no rule decides (R14.4)
	AccessDefault   bool // whether it may be seen where no rule decides (R14.4)
	Title           map[string]string
}

//go:embed data/categories.csv
var categoriesCSV string

var shippedCategories = sync.OnceValue(func() []CategoryInfo {
	rows, err := csv.NewReader(strings.NewReader(categoriesCSV)).ReadAll()
	if err != nil {
		panic("embedded categories.csv: " + err.Error())
	}
	var out []CategoryInfo
	for _, r := range rows[1:] {
		out = append(out, CategoryInfo{
			Key: Category(r[0]), Parent: Category(r[1]), Flag: Flag(r[2]),
			OfSubject: r[3] == "subject", PopulateDefault: r[4] == "allow", AccessDefault: r[5] == "allow",
			Title: map[string]string{"en": r[6], "de": r[7], "fr": r[8]},
		})
	}
	return out
})

// ShippedCategories returns the category tree that every tenant starts with,
// broader categories before their narrower ones. The caller owns the slice.
func ShippedCategories() []CategoryInfo {
	return append([]CategoryInfo(nil), shippedCategories()...)
}
