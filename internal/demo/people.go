package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"bailiwick"
	"bailiwick/internal/schema"
)

// person is one fictional employee before it is saved.
type person struct {
	country bailiwick.Country
	entity  int
	fields  map[string]string
}

var jobs = []struct{ title, department string }{
	{"Assembly technician", "Production"}, {"Shift leader", "Production"}, {"Quality inspector", "Quality"}, {"Buyer", "Purchasing"},
	{"Accountant", "Finance"}, {"Controller", "Finance"}, {"Software developer", "IT"}, {"Systems administrator", "IT"},
	{"Sales representative", "Sales"}, {"Key account manager", "Sales"}, {"Driver", "Logistics"}, {"Warehouse clerk", "Logistics"},
	{"HR assistant", "Human resources"}, {"Legal counsel", "Legal"}, {"Project engineer", "Engineering"}, {"Draughtsperson", "Engineering"},
}

var healthNotes = []string{"No lifting above ten kilograms until spring", "Screen work with breaks every hour", "Hearing protection fitted by the doctor", "Fit for night shifts, next check in a year"}

// people makes the employees of a customer, the same for the same seed.
func (c *company) employees(lists map[bailiwick.Country]names, r *rand.Rand) []person {
	var out []person
	taken := map[string]bool{}
	for _, s := range c.people {
		for i := range s.count {
			n := lists[s.country]
			name := ""
			for name == "" || taken[name] {
				name = n.first[r.IntN(len(n.first))] + " " + n.last[r.IntN(len(n.last))]
			}
			taken[name] = true
			out = append(out, c.employee(name, s, i, r))
		}
	}
	return out
}

func (c *company) employee(name string, s share, i int, r *rand.Rand) person {
	job := jobs[r.IntN(len(jobs))]
	f := map[string]string{
		"full_name": name, "country": string(s.country), "job_title": job.title, "department": job.department,
		"work_email":        strings.ReplaceAll(schema.Fold(name), " ", ".") + "@" + c.slug + ".example",
		"employee_number":   fmt.Sprintf("%s-%04d", s.country, 1000+r.IntN(9000)),
		"employment_start":  fmt.Sprintf("%04d-%02d-01", 2004+r.IntN(21), 1+r.IntN(12)),
		"birth_date":        fmt.Sprintf("%04d-%02d-%02d", 1962+r.IntN(41), 1+r.IntN(12), 1+r.IntN(28)),
		"employment_status": []string{"active", "active", "active", "active", "on-leave", "notice"}[r.IntN(6)],
		"bank_account":      fmt.Sprintf("DEMO %04d %04d %04d", r.IntN(10000), r.IntN(10000), r.IntN(10000)),
	}
	if s.country == "US" || s.country == "GB" {
		f["ethnicity"] = []string{"asian", "black", "hispanic", "mixed", "white", "white", "not-stated"}[r.IntN(7)]
	}
	if s.country == "DE" {
		f["religion"] = []string{"none", "catholic", "protestant", "protestant", "none", "muslim"}[r.IntN(6)]
	}
	if slices.Contains(c.nationalID, s.country) {
		f["national_id"] = fmt.Sprintf("XX-%03d-%02d-%04d", r.IntN(1000), r.IntN(100), r.IntN(10000))
	}
	if slices.Contains(c.union, s.country) && i%3 == 0 {
		f["trade_union"] = "member"
	}
	if slices.Contains(c.health, s.country) && i%4 == 1 {
		f["health_note"] = healthNotes[r.IntN(len(healthNotes))]
	}
	return person{country: s.country, entity: s.entity, fields: f}
}
