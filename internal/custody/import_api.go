package custody

import (
	"time"

	"bailiwick"
	"bailiwick/internal/sheet"
)

// ImportMode says what an import does with a row whose key is already there.
type ImportMode string

// The modes of an import. All but ImportCreate need ImportSpec.KeyField.
const (
	ImportCreate ImportMode = "create" // every row makes a record
	ImportUpdate ImportMode = "update" // a row changes the record with the same key, or makes one
	ImportSkip   ImportMode = "skip"   // a row whose key is there is left out
)

// MaxImportRows bounds one import run.
const MaxImportRows = sheet.MaxRows

// ImportSpec is what somebody wants to import: rows of text under headers, as
// internal/sheet and internal/oscal yield them.
type ImportSpec struct {
	// ID resumes the run of that name after an interruption; zero starts one.
	// Rows that the run has already written are not written again.
	ID       bailiwick.ImportID
	Type     string
	Source   string // short name of the file for the list of imports; kept sealed
	Header   []string
	Lines    []int             // line of the file on which each row begins; nil if the source has no lines
	Rows     [][]string        // each as long as Header or shorter; 1 to MaxImportRows
	Mapping  map[string]string // header -> key of a field; headers that are absent are left out
	Mode     ImportMode        // "" = ImportCreate
	KeyField string            // field that tells rows and records apart, for update and skip; clear or searchable; "" = the type's own
	Entity   bailiwick.EntityID
	DryRun   bool // judge every row and write nothing
	// Format is that of the file: refused rows come back in it. "" = CSV.
	Format Format
	// Started, if set, is told the name of the run before its first row.
	Started func(bailiwick.ImportID)
}

// RowError is one thing wrong with one cell of an import. It never holds the
// value.
type RowError struct {
	Row     int // number of the data row, from 1; the header is not counted
	Line    int // line of the file on which the row begins, from 1; 0 if not known
	Column  string
	Field   string
	Rule    string
	Code    bailiwick.Code
	Message string
	Args    []string // limits that belong to the message
}

// ImportState is where an import run stands.
type ImportState string

// The states of an import run.
const (
	ImportRunning ImportState = "running" // at work, or interrupted and resumable
	ImportDone    ImportState = "done"
	ImportUndone  ImportState = "undone"
)

// Import is one run of an import: its state and its counts.
type Import struct {
	ID       bailiwick.ImportID // zero for a dry run
	Type     string
	Source   string
	User     bailiwick.UserID
	State    ImportState
	Started  time.Time
	Finished time.Time // zero while running
	Rows     int       // rows of the source
	Created  int
	Changed  int
	Skipped  int
	Rejected int
	// Present counts, in a dry run that would create every row, the rows whose
	// key is there already, by PresentKey, the key field of the type. The key is
	// empty where nothing was counted.
	Present    int
	PresentKey string
	Errors     []RowError // of this call, at most 1,000; Rejected counts all
	Returned   *Rejects   // of a dry run: the refused rows; nil if there are none. Those of a run are had from Door.Rejects
}

// UndoResult says what an undo did.
type UndoResult struct {
	Deleted  int // records that the import had made, now in "Deleted"
	Reverted int // records that have their former values back
	// Left are records that somebody changed since, by reference ("RSK-0042"):
	// they stay as they are.
	Left []string
}
