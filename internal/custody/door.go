package custody

import (
	"context"
	"io"
	"sync"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
)

// Names resolves users of the actor's tenant to the names that the actor may
// see. A user that is missing in the answer is shown by identifier only.
type Names func(ctx context.Context, a bailiwick.Actor, ids []bailiwick.UserID) map[bailiwick.UserID]string

// Deps is what a Door stands on. Every member but Names and Rand is required.
type Deps struct {
	Store   *store.Store
	Vault   *vault.Vault
	Ledger  *ledger.Ledger
	Tenants *tenant.Registry
	Names   Names // of users; nil leaves titles of user links empty
	Clock   bailiwick.Clock
	Rand    io.Reader // of identifiers; nil = crypto/rand
}

// Door is the one way to clear customer data. It is safe for concurrent use.
//
// Every method takes the Actor who asks and answers for that actor alone.
// Errors are [bailiwick.Error] with the codes named at each method;
// CodeUnavailable and CodeInternal may come from every one of them.
type Door struct {
	store   *store.Store
	vault   *vault.Vault
	ledger  *ledger.Ledger
	tenants *tenant.Registry
	names   Names
	clock   bailiwick.Clock
	rand    io.Reader

	sets    sync.Map // bailiwick.TenantID -> *dictionary
	layouts layoutCache
}

// New makes a Door. It does no input or output.
func New(d Deps) *Door {
	return &Door{
		store: d.Store, vault: d.Vault, ledger: d.Ledger, tenants: d.Tenants,
		names: d.Names, clock: d.Clock, rand: d.Rand,
	}
}
