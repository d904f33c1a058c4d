package engines

import (
	"context"
	_ "embed"
	"fmt"
	"slices"

	"bailiwick"
	"bailiwick/internal/access"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

//go:embed matrix.rego
var matrixRego string

type opaEngine struct{ query rego.PreparedEvalQuery }

func newOPA(p access.Policy) (engine, error) {
	rules, lineage, open, ofSubject := []any{}, map[string]any{}, map[string]any{}, map[string]any{}
	for _, r := range p.Rules {
		condition := "never"
		switch {
		case r.Condition.Kind == access.ConsentGiven:
			condition = "consent"
		case r.Condition.Kind == access.Justified, r.Condition.Kind == access.Approved:
			condition = "viewer"
		case r.Condition.Kind == access.Agreement && slices.Contains(p.Agreements, r.Condition.Ref):
			condition = "settled"
		}
		rules = append(rules, map[string]any{
			"id": r.ID, "op": r.Op.String(), "category": string(r.Category), "effect": r.Effect.String(), "condition": condition,
			"subject": set(r.Subject), "viewer": set(r.Viewer), "entities": texts(r.Entities), "roles": texts(r.Roles), "purposes": texts(r.Purposes),
		})
	}
	parent := map[bailiwick.Category]bailiwick.Category{}
	for _, op := range ops {
		open[op.String()] = map[string]any{}
	}
	for _, c := range p.Categories {
		parent[c.Key] = c.Parent
		var up []bailiwick.Category
		for k := c.Key; k != ""; k = parent[k] {
			up = append(up, k)
		}
		lineage[string(c.Key)] = texts(up)
		for op, is := range defaults(c) {
			open[op].(map[string]any)[string(c.Key)] = is
		}
		ofSubject[string(c.Key)] = c.OfSubject
	}
	store := inmem.NewFromObjectWithOpts(map[string]any{"rules": rules, "lineage": lineage, "defaults": open, "of_subject": ofSubject},
		inmem.OptReturnASTValuesOnRead(true))
	query, err := rego.New(rego.Query("data.matrix.answer"), rego.Module("matrix.rego", matrixRego), rego.Store(store)).PrepareForEval(context.Background())
	return &opaEngine{query}, err
}

func set(s access.CountrySet) map[string]any {
	return map[string]any{"in": texts(flat(s.In)), "not_in": texts(flat(s.NotIn))}
}

func texts[T ~string](list []T) []any {
	out := []any{}
	for _, x := range list {
		out = append(out, string(x))
	}
	return out
}

func (o *opaEngine) prepare(p pair) func() (answer, error) {
	input := ast.MustInterfaceToValue(map[string]any{
		"op": p.op, "category": string(p.category), "person": p.person, "no_one": p.noOne, "viewer": p.viewer, "entity": p.entity,
		"roles": texts(p.roles), "purpose": string(p.purpose), "met": texts(p.given()),
	})
	return func() (answer, error) {
		found, err := o.query.Eval(context.Background(), rego.EvalParsedInput(input))
		if err != nil || len(found) != 1 {
			return no, fmt.Errorf("opa: %d results, %w", len(found), err)
		}
		return answer(found[0].Expressions[0].Value.(string)), nil
	}
}
