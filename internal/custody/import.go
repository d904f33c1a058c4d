package custody

import (
	"context"
	"slices"
	"time"

	"bailiwick"
	"bailiwick/internal/access"
	"bailiwick/internal/schema"
	"bailiwick/internal/store"
	"bailiwick/internal/store/importrun"
)

const (
	importBatch  = 200   // rows of one transaction
	importErrors = 1_000 // errors told of one call
)

// Import writes the rows of a source, or judges them if ImportSpec.DryRun.
// Each row is a save of its own under the actor's rights: a row that is
// refused is told of and left out, the others are written. Rows are written in
// batches, each with how far the run got; a run that was interrupted goes on
// where it stopped when it is called with its ID and the same source.
//
// Errors: CodeDenied without the permission to import; CodeInvalid for a
// mapping that does not fit; CodeMalformed for a source without rows or with
// too many; CodeTransition to resume a run that is done or with another source;
// CodeEvidence.
func (d *Door) Import(ctx context.Context, a bailiwick.Actor, spec ImportSpec) (Import, error) {
	im := &importing{door: d, a: a, spec: &spec}
	if err := im.prepare(ctx); err != nil {
		return Import{}, err
	}
	if spec.DryRun {
		return im.rehearse(ctx)
	}
	if err := im.begin(ctx); err != nil {
		return Import{}, err
	}
	if spec.Started != nil {
		spec.Started(im.run.ID)
	}
	for im.run.State == string(ImportRunning) {
		if err := im.batch(ctx); err != nil {
			return im.result(), unavailable(err)
		}
	}
	return im.result(), nil
}

// importing is one call of Import.
type importing struct {
	door    *Door
	a       bailiwick.Actor
	spec    *ImportSpec
	s       *sight
	columns []importColumn
	key     *fieldPlan
	twin    *fieldPlan                  // key by which a dry run that creates counts what is there
	known   map[string]knownKey         // value of the key field -> record
	users   map[bailiwick.UserID]string // that the rows at hand refer to, as far as there are
	run     importrun.Run
	digest  []byte
	errs    []RowError
	wrong   []RowError // of the row at hand
	back    Rejects    // rows refused: all of a dry run, those of the batch at hand of a run
	present int        // rows whose key is there already, of a dry run that creates
}

// importColumn is a mapped column of the source.
type importColumn struct {
	at     int
	header string
	fp     *fieldPlan
}

// prepare judges permission and mapping.
func (im *importing) prepare(ctx context.Context) error {
	if n := len(im.spec.Rows); n < 1 || n > MaxImportRows {
		return bailiwick.Malformed("An import takes 1 to 100,000 rows.")
	}
	if im.spec.Mode == "" {
		im.spec.Mode = ImportCreate
	}
	err := im.door.store.View(ctx, im.a.Tenant(), func(tx store.TenantTx) (err error) {
		if im.s, err = im.door.sightOf(ctx, tx, im.a, im.spec.Type, "", true); err != nil {
			return err
		}
		_, creates := im.s.view.May(im.spec.Type, access.VerbCreate)
		if !im.s.view.Has(access.PermImport) || !creates || !im.a.InScope(bailiwick.ScopeImport) {
			return errRefused()
		}
		return im.mapping()
	})
	if bailiwick.ErrorCode(err) == bailiwick.CodeDenied && im.s != nil {
		return im.s.refuse(ctx, bailiwick.RecordID{}, "import", nil, nil, errRefused())
	}
	if err != nil {
		return unavailable(err)
	}
	im.back = im.rejects()
	if im.digest, err = im.mac(ctx); err != nil {
		return unavailable(err)
	}
	return im.readKeys(ctx)
}

// mapping checks which column goes to which field.
func (im *importing) mapping() error {
	var wrong []bailiwick.FieldError
	bad := func(field, rule, message string) {
		wrong = append(wrong, bailiwick.FieldError{Field: field, Rule: rule, Code: bailiwick.CodeInvalid, Message: message})
	}
	im.columns = nil
	used := map[string]bool{}
	for i, header := range im.spec.Header {
		key, ok := im.spec.Mapping[header]
		if !ok || key == "" {
			continue
		}
		fp := im.s.lay.byKey[key]
		switch {
		case fp == nil || fp.group != nil || fp.isGroup() || fp.f.Computed():
			bad("mapping", "unknown-field", "A column is mapped to a field that there is not or that cannot be imported.")
			continue
		case used[key]:
			bad(key, "duplicate", "Two columns are mapped to the same field.")
		}
		used[key] = true
		im.columns = append(im.columns, importColumn{at: i, header: header, fp: fp})
	}
	for header := range im.spec.Mapping {
		if !slices.Contains(im.spec.Header, header) {
			bad("mapping", "unknown-column", "A column is mapped that the source does not have.")
		}
	}
	if len(im.columns) == 0 {
		bad("mapping", "required", "No column is mapped to a field.")
	}
	natural := im.s.lay.t.KeyField
	if im.spec.KeyField == "" {
		im.spec.KeyField = natural
	}
	switch im.spec.Mode {
	case ImportCreate:
		if im.spec.DryRun && used[natural] {
			im.twin = im.s.lay.byKey[natural]
		}
	case ImportUpdate, ImportSkip:
		im.key = im.s.lay.byKey[im.spec.KeyField]
		if im.key == nil || !used[im.spec.KeyField] {
			bad("key", "required", "The key must be a field that a column is mapped to.")
		}
	default:
		bad("mode", "not-an-option", "The mode is create, update or skip.")
	}
	if wrong != nil {
		return &bailiwick.Error{Code: bailiwick.CodeInvalid, Message: "The mapping does not fit.", Fields: wrong}
	}
	return nil
}

func (im *importing) headerOf(fp *fieldPlan) string {
	for _, c := range im.columns {
		if c.fp == fp {
			return c.header
		}
	}
	return ""
}

// result tells how far the run is.
func (im *importing) result() Import {
	out := importOf(&im.run, im.s.cfg.TypeByNo(im.run.TypeNo))
	out.Source, out.Errors = im.spec.Source, im.errs
	if im.spec.DryRun && len(im.back.rows) > 0 {
		out.Returned = &im.back
	}
	if im.twin != nil {
		out.Present, out.PresentKey = im.present, im.twin.f.Key
	}
	return out
}

func importOf(r *importrun.Run, t *schema.Type) Import {
	out := Import{
		ID: r.ID, User: r.User, State: ImportState(r.State), Started: time.UnixMicro(r.Started).UTC(), Rows: int(r.Total),
		Created: int(r.Created), Changed: int(r.Changed), Skipped: int(r.Skipped), Rejected: int(r.Rejected),
	}
	if t != nil {
		out.Type = t.Key
	}
	if r.Finished != 0 {
		out.Finished = time.UnixMicro(r.Finished).UTC()
	}
	return out
}
