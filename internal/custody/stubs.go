package custody

import (
	"context"
	"io"

	"bailiwick"
)

func unfinished() error {
	return &bailiwick.Error{Code: bailiwick.CodeInternal, Message: "This is not built yet."}
}

// Export writes every row that q selects to w, page by page, and returns the
// number of rows. Query.Cursor and Query.Limit are ignored. The entry of the
// export is written before the first byte.
func (d *Door) Export(ctx context.Context, a bailiwick.Actor, q Query, f Format, w io.Writer) (int, error) {
	return 0, unfinished()
}

// Import writes the rows of a source, or judges them if ImportSpec.DryRun.
func (d *Door) Import(ctx context.Context, a bailiwick.Actor, spec ImportSpec) (Import, error) {
	return Import{}, unfinished()
}

// UndoImport takes back what an import wrote.
func (d *Door) UndoImport(ctx context.Context, a bailiwick.Actor, id bailiwick.ImportID) (UndoResult, error) {
	return UndoResult{}, unfinished()
}

// Imports lists the import runs of the tenant, newest first, at most 200.
func (d *Door) Imports(ctx context.Context, a bailiwick.Actor) ([]Import, error) {
	return nil, unfinished()
}
