package demo

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"bailiwick"
	"bailiwick/internal/custody"
)

// fill saves the content in an order in which every reference has its target.
func (s *seeder) fill(ctx context.Context) error {
	for _, step := range []func(context.Context) error{s.people, s.payroll} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	controls, err := s.controls(ctx)
	if err != nil {
		return err
	}
	vulnerabilities, err := s.vulnerabilities(ctx, controls)
	if err != nil {
		return err
	}
	risks, err := s.risks(ctx, controls, vulnerabilities)
	if err != nil {
		return err
	}
	return s.incidents(ctx, risks)
}

// payrollFields are filled in by payroll, whose right they are, after HR has
// made the person.
var payrollFields = []string{"trade_union"}

type paid struct {
	id       bailiwick.RecordID
	revision int64
	fields   map[string]string
}

func (s *seeder) people(ctx context.Context) error {
	lists, err := nameLists()
	if err != nil {
		return err
	}
	s.subjects = map[bailiwick.Country][]string{}
	for i, e := range s.c.employees(lists, s.rand) {
		later := map[string]string{}
		for _, k := range payrollFields {
			if v := e.fields[k]; v != "" {
				later[k] = v
			}
			delete(e.fields, k)
		}
		if i > 4 {
			e.fields["manager"] = s.everyone[s.rand.IntN(min(i, 12))]
		}
		rec, err := s.save(ctx, "hr", "person", e.entity, fields(e.fields))
		if err != nil {
			return err
		}
		id := rec.Subjects[0].ID.String()
		s.everyone = append(s.everyone, id)
		s.subjects[e.country] = append(s.subjects[e.country], id)
		if len(later) > 0 {
			s.unpaid = append(s.unpaid, paid{rec.ID, rec.Revision, later})
		}
	}
	return nil
}

func (s *seeder) payroll(ctx context.Context) error {
	for _, p := range s.unpaid {
		_, err := s.p.Door.Save(ctx, s.actors["payroll"], custody.Draft{Type: "person", ID: p.id, Revision: p.revision, Fields: fields(p.fields)})
		if err != nil {
			return err
		}
	}
	return nil
}

func (s *seeder) controls(ctx context.Context) ([]string, error) {
	rows, err := table("controls.csv")
	if err != nil {
		return nil, err
	}
	var ids []string
	for i, r := range rows {
		r["framework"] = "House rules"
		r["owner"] = s.ids[4].String()
		r["review_date"] = s.day(30 + 17*i)
		rec, err := s.save(ctx, "risk-manager", "control", i%len(s.entities), fields(r))
		if err != nil {
			return nil, err
		}
		ids = append(ids, rec.ID.String())
	}
	return ids, nil
}

func (s *seeder) vulnerabilities(ctx context.Context, controls []string) ([]string, error) {
	rows, err := table("vulnerabilities.csv")
	if err != nil {
		return nil, err
	}
	var ids []string
	for i, r := range rows {
		r["date_added"], r["due_date"] = s.day(-number(r["days_ago"])), s.day(number(r["due_in"]))
		delete(r, "days_ago")
		delete(r, "due_in")
		f := fields(r)
		f["controls"] = references(controls[i%len(controls)])
		rec, err := s.save(ctx, "risk-manager", "vulnerability", 0, f)
		if err != nil {
			return nil, err
		}
		ids = append(ids, rec.ID.String())
	}
	return ids, nil
}

func (s *seeder) risks(ctx context.Context, controls, vulnerabilities []string) ([]string, error) {
	rows, err := table("risks.csv")
	if err != nil {
		return nil, err
	}
	var ids []string
	for i, r := range rows {
		for k := range r {
			r[k] = s.c.place(r[k], i)
		}
		r["owner"] = s.ids[[]int{4, 4, 1, 6, 8}[i%5]].String()
		r["review_date"] = s.day(-20 + 9*i)
		f := fields(r)
		f["controls"] = references(controls[i%len(controls)], controls[(i+5)%len(controls)])
		if i%7 == 0 {
			f["vulnerabilities"] = references(vulnerabilities[i%len(vulnerabilities)])
		}
		rec, err := s.save(ctx, "risk-manager", "risk", i%len(s.entities), f)
		if err != nil {
			return nil, err
		}
		ids = append(ids, rec.ID.String())
	}
	return ids, nil
}

func (s *seeder) incidents(ctx context.Context, risks []string) error {
	rows, err := table("incidents.csv")
	if err != nil {
		return err
	}
	countries := []bailiwick.Country{"DE", "FR", "US", "GB", "IN", "CH"}
	for i, r := range rows {
		where := countries[i%len(countries)]
		if r["injury"] != "" {
			where = s.c.health[i%len(s.c.health)] // an injury is health data
		}
		f := map[string]string{}
		for _, k := range []string{"title", "incident_type", "severity", "status", "narrative"} {
			f[k] = s.c.place(r[k], i)
		}
		at := s.p.Clock.Now().Add(-time.Duration(number(r["days_ago"])*24+i%9) * time.Hour)
		f["occurred_at"] = at.Truncate(time.Minute).Format(time.RFC3339)
		f["country"] = string(where)
		f["reporter"] = s.everyone[s.rand.IntN(len(s.everyone))]
		f["owner"] = s.ids[4].String()
		draft := fields(f)
		draft["affected"] = s.affected(r, where)
		rec, err := s.save(ctx, "hr", "incident", i%len(s.entities), draft)
		if err != nil {
			return err
		}
		if i%3 != 0 {
			continue
		}
		// HR does not see the risk register: risk management adds the link.
		link := map[string]json.RawMessage{"related_risk": references(risks[(i*5)%len(risks)])}
		_, err = s.p.Door.Save(ctx, s.actors["risk-manager"], custody.Draft{Type: "incident", ID: rec.ID, Revision: rec.Revision, Fields: link})
		if err != nil {
			return err
		}
	}
	return nil
}

// affected are the people involved: the one of the row, and a witness from
// another country, so that one record is about several people.
func (s *seeder) affected(r map[string]string, where bailiwick.Country) json.RawMessage {
	people := s.subjects[where]
	first := map[string]any{"person": people[s.rand.IntN(len(people))], "involvement": r["involvement"]}
	if r["injury"] != "" {
		first["injury"] = r["injury"]
		if d := number(r["days_lost"]); d > 0 {
			first["days_lost"] = d
		}
	}
	group := []map[string]any{first}
	witness := s.everyone[s.rand.IntN(len(s.everyone))]
	if witness != first["person"] {
		group = append(group, map[string]any{"person": witness, "involvement": "witness"})
	}
	b, err := json.Marshal(group)
	if err != nil {
		return nil // maps of strings and numbers always encode
	}
	return b
}

// day is the date so many days from now.
func (s *seeder) day(n int) string { return s.p.Clock.Now().AddDate(0, 0, n).Format(time.DateOnly) }

func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

func references(ids ...string) json.RawMessage {
	b, err := json.Marshal(slices.Compact(ids))
	if err != nil {
		return nil
	}
	return b
}
