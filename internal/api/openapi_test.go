package api

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"bailiwick/internal/schema"
)

func document(t *testing.T) []byte {
	t.Helper()
	byKey := shipped(t)
	var types []*schema.Type
	for _, k := range []string{"person", "risk", "incident", "control", "vulnerability"} {
		types = append(types, byKey[k])
	}
	b, err := json.Marshal(Document("Acme GmbH", 3, types, "en"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOpenAPIIsValid checks the document with somebody else's validator.
func TestOpenAPIIsValid(t *testing.T) {
	doc, err := libopenapi.NewDocument(document(t))
	if err != nil {
		t.Fatal(err)
	}
	v, errs := validator.NewValidator(doc)
	for _, e := range errs {
		t.Error(e)
	}
	if v == nil {
		t.FailNow()
	}
	if ok, problems := v.ValidateDocument(); !ok {
		for _, p := range problems {
			t.Errorf("%s: %s", p.Message, p.Reason)
			for _, e := range p.SchemaValidationErrors {
				t.Errorf("  %s", e.Reason)
			}
		}
	}
}

// TestOpenAPISameBytes: the same workspace yields the same document.
func TestOpenAPISameBytes(t *testing.T) {
	if a, b := document(t), document(t); !bytes.Equal(a, b) {
		t.Error("two documents differ")
	}
}

// TestOpenAPICategories: every field of every type carries its category.
func TestOpenAPICategories(t *testing.T) {
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Properties map[string]struct {
					AnyOf []map[string]any `json:"anyOf"`
				} `json:"properties"`
			} `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document(t), &doc); err != nil {
		t.Fatal(err)
	}
	for key, typ := range shipped(t) {
		props := doc.Components.Schemas["fields-"+key].Properties
		for _, f := range typ.Fields {
			got := props[f.Key].AnyOf
			if len(got) == 0 || got[0]["x-data-category"] != string(f.Category) {
				t.Errorf("%s.%s: x-data-category is not %s", key, f.Key, f.Category)
			}
		}
	}
}

// TestOperationsOnce: identifiers and addresses of operations are unique.
func TestOperationsOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, op := range Operations() {
		for _, k := range []string{op.ID, op.Method + " " + op.Pattern} {
			if seen[k] {
				t.Errorf("%s stands twice", k)
			}
			seen[k] = true
		}
		if op.Scope == "" || op.Summary == "" || (op.Status == 204) != (op.Answer == "") {
			t.Errorf("%s is not complete", op.ID)
		}
		if strings.HasPrefix(op.Pattern, "/api/v1/records") && !strings.Contains(op.Pattern, "{type}") {
			t.Errorf("%s has no type", op.ID)
		}
	}
}
