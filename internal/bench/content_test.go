package bench

import (
	"fmt"
	"strings"
)

var (
	givenNames = []string{"Mara", "Anton", "Jelena", "Pierre", "Marisol", "Deepa", "Oskar", "Wanda", "Lucía", "Émile", "Marten", "Ingrid", "Yusuf", "Clara", "Björn", "Noor"}
	familyA    = []string{"Ahl", "Brenn", "Corv", "Dahl", "Ebers", "Fern", "Gros", "Hald", "Iver", "Jens", "Kold", "Lind", "Mars", "Nord", "Oster", "Pell", "Quist", "Rosen", "Sand", "Thorn"}
	familyB    = []string{"berg", "hoff", "mann", "quist", "ström", "ville", "wood", "field", "er", "ova", "ard", "ini"}
	countries  = []string{"DE", "FR", "US", "GB", "IN", "CH", "NL", "SE", "PL", "ES", "IT", "AT"}
	titles     = []string{"Analyst", "Engineer", "Clerk", "Planner", "Driver", "Technician", "Buyer", "Team lead"}
	wards      = []string{"Finance", "Logistics", "Production", "Sales", "Quality", "Purchasing"}
)

// filler brings a document to the size that the goals speak of, 900 bytes.
var filler = strings.Repeat("An ordinary remark of ordinary length. ", 12)

// person has three sealed categories: contact, employment, birth.
func person(i int) map[string]any {
	given, family := givenNames[i%len(givenNames)], familyA[i/16%len(familyA)]+familyB[i/320%len(familyB)]
	return map[string]any{
		"full_name":       given + " " + family,
		"work_email":      fmt.Sprintf("p%d@example.com", i),
		"work_phone":      fmt.Sprintf("+49 731 555%04d", i%10000),
		"country":         countries[i%len(countries)],
		"home_address":    fmt.Sprintf("%d Long Lane, %d Anytown. %s", i%90+1, 10000+i%80000, filler[:330]),
		"birth_date":      fmt.Sprintf("19%02d-%02d-%02d", 50+i%50, i%12+1, i%28+1),
		"employee_number": fmt.Sprintf("E-%06d", i), "job_title": titles[i%len(titles)], "department": wards[i%len(wards)],
		"employment_status": "active", "employment_start": fmt.Sprintf("20%02d-%02d-01", i%25, i%12+1),
	}
}

// risk has two sealed blocks, of its texts, and a dozen clear fields.
func (w *world) risk(i int) map[string]any {
	level := []string{"rare", "unlikely", "possible", "likely", "almost-certain"}
	impact := []string{"negligible", "minor", "moderate", "major", "severe"}
	return map[string]any{
		"title":       fmt.Sprintf("Delivery of part %d fails at short notice", i),
		"description": filler[:300], "treatment_plan": filler[:180],
		"theme": "supplier", "status": "in-treatment", "treatment": "reduce",
		"inherent_likelihood": level[i%5], "inherent_impact": impact[i/5%5],
		"residual_likelihood": level[i%3], "residual_impact": impact[i/3%3],
		"review_date": fmt.Sprintf("2027-%02d-%02d", i%12+1, i%28+1),
	}
}

// measurement has 20 fields that are readable at rest.
func measurement(i int) map[string]any {
	out := map[string]any{}
	for k := 1; k <= 7; k++ {
		out[fmt.Sprintf("n%d", k)] = i*1000003%9999999 + k
		out[fmt.Sprintf("c%d", k)] = []string{"entirely-satisfactory", "needs-another-look", "must-be-repeated-soon"}[(i+k)%3]
	}
	for k := 1; k <= 6; k++ {
		out[fmt.Sprintf("d%d", k)] = fmt.Sprintf("20%02d-%02d-%02d", i%26, (i+k)%12+1, (i+k)%28+1)
	}
	return out
}
