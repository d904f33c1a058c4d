package store

// Context is the processing context of a table (R1.1): every stored element
// belongs to exactly one, fixed by the schema.
type Context string

// The processing contexts.
const (
	CustomerData Context = "customer-data" // processed on behalf of the customer
	ProviderOwn  Context = "provider-own"  // the provider is controller: accounts, contracts, operation
)

// Reach says which of the two databases a table is in.
type Reach string

// The databases.
const (
	InTenant    Reach = "tenant"
	InDirectory Reach = "directory"
)

// Table declares a table. A table that is not declared here, or is declared and
// does not exist, fails a test; so does one whose rights differ from the
// declaration.
type Table struct {
	Name       string
	Reach      Reach
	Context    Context
	AppendOnly bool   // rows are never changed or deleted by the program
	Erased     string // how a row leaves: what removes it, and when
	Exported   string // how the customer gets its content; "none: " and why, if not at all
}

// Tables returns every declared table, those of a tenant first.
func Tables() []Table { return append([]Table(nil), tables...) }

const (
	withTenant   = "deleted with the tenant's store at the end of the agreement"
	withRecord   = "deleted with its record"
	inRecord     = "in the export of its record"
	inActivity   = "as the activity record, with proofs"
	noContent    = "none: holds numbers and keyed hashes only, made anew on import"
	secretsOnly  = "none: hashes of secrets are of no use elsewhere"
	inWorkspace  = "in the export of the workspace's configuration"
	inDirectory  = "in the export of the workspace"
	afterItsTerm = "deleted when its term has passed"
)

// tables is the closed list. Whoever adds a table adds its row.
var tables = []Table{
	{"tenant_stores", InTenant, ProviderOwn, false, withTenant, noContent},

	{"ledger_entries", InTenant, CustomerData, true, withTenant + "; holds references and pseudonyms, which shredding makes anonymous", inActivity},
	{"ledger_leaves", InTenant, CustomerData, true, withTenant, inActivity},
	{"ledger_pending", InTenant, CustomerData, false, "deleted when a checkpoint covers it", noContent},

	{"configurations", InTenant, CustomerData, true, withTenant, inWorkspace},
	{"type_numbers", InTenant, CustomerData, true, withTenant, noContent},
	{"field_numbers", InTenant, CustomerData, true, withTenant, noContent},
	{"entities", InTenant, CustomerData, true, withTenant, inWorkspace},
	{"proposals", InTenant, CustomerData, false, withTenant, inWorkspace},
	{"proposal_editors", InTenant, CustomerData, false, withTenant, inWorkspace},
	{"proposal_simulations", InTenant, CustomerData, false, "replaced by the next; " + withTenant, "none: made anew by simulating"},
	{"configuration_origins", InTenant, CustomerData, true, withTenant, inWorkspace},

	{"users", InTenant, CustomerData, false, "the row is deleted; profiles are sealed under the workspace's key", "as the list of users"},
	{"units", InTenant, CustomerData, false, "deleted with the unit; names are sealed", inWorkspace},
	{"sessions", InTenant, CustomerData, false, afterItsTerm + " or on sign-out", secretsOnly},
	{"tokens", InTenant, CustomerData, false, afterItsTerm + " or when revoked", secretsOnly},
	{"links", InTenant, CustomerData, false, afterItsTerm + " or when used", secretsOnly},
	{"factors", InTenant, CustomerData, false, "deleted when its user takes it away or somebody resets it", secretsOnly},
	{"challenges", InTenant, CustomerData, false, afterItsTerm + " or when used", secretsOnly},
	{"handlings", InTenant, CustomerData, false, afterItsTerm, noContent},
	{"country_declarations", InTenant, CustomerData, false, "deleted when a second person has decided", "as the list of users"},
	{"guesses", InTenant, CustomerData, false, afterItsTerm, secretsOnly},

	{"inbox", InTenant, CustomerData, false, "deleted after 90 days", "as the list of one's own inbox"},
	{"notification_settings", InTenant, CustomerData, false, withTenant, "as one's own settings"},
	{"outbox_messages", InTenant, CustomerData, false, "deleted when the mail was handed over or given up", "none: references on their way"},

	{"record_counters", InTenant, CustomerData, false, withTenant, noContent},
	{"country_sets", InTenant, CustomerData, false, withTenant + "; names no person", inRecord},
	{"subjects", InTenant, CustomerData, false, "deleted when the person is erased", inRecord},
	{"records", InTenant, CustomerData, false, "deleted by retention or erasure", "as the list of its type"},
	{"record_revisions", InTenant, CustomerData, false, withRecord, inRecord},
	{"record_subjects", InTenant, CustomerData, false, withRecord, inRecord},
	{"record_ints", InTenant, CustomerData, false, withRecord, inRecord},
	{"record_texts", InTenant, CustomerData, false, withRecord, inRecord},
	{"record_terms", InTenant, CustomerData, false, withRecord, noContent},
	{"record_links", InTenant, CustomerData, false, withRecord, inRecord},
	{"record_users", InTenant, CustomerData, false, withRecord, inRecord},
	{"idempotency_keys", InTenant, CustomerData, false, afterItsTerm, noContent},
	{"sealed_views", InTenant, CustomerData, false, afterItsTerm, "none: a query of one person, kept for a day"},

	{"import_runs", InTenant, CustomerData, false, withTenant, inRecord},
	{"import_rows", InTenant, CustomerData, false, withRecord, noContent},
	{"import_rejects", InTenant, CustomerData, false, afterItsTerm + ", seven days after the run", "as the sheet of refused rows, by who ran the import"},
	{"named_views", InTenant, CustomerData, false, "deleted by its owner; " + withTenant, "as the list of views"},

	{"quarantine_items", InTenant, CustomerData, false, "deleted when it is decided, or the rule lifted", noContent},
	{"quarantine_scans", InTenant, CustomerData, false, withTenant, noContent},
	{"quarantine_exceptions", InTenant, CustomerData, false, withTenant + "; names no person", "as the list of quarantine decisions"},
	{"bases", InTenant, CustomerData, false, withTenant, "as the list of bases"},
	{"consents", InTenant, CustomerData, false, "deleted when the person is erased", inRecord},
	{"stated_reasons", InTenant, CustomerData, false, withTenant, inActivity},
	{"access_requests", InTenant, CustomerData, false, withTenant, "as the list of access requests"},
	{"reminders", InTenant, CustomerData, false, "deleted a year after what it is about", noContent},

	{"tenants", InDirectory, ProviderOwn, false, "kept for proof of the agreement; holds no content", inDirectory},
	{"job_runs", InDirectory, ProviderOwn, false, "kept: one row per registered job, about no customer", "none: about no customer"},
	{"hosts", InDirectory, ProviderOwn, false, "kept, so that no one else gets the address (R8.1)", inDirectory},
}
