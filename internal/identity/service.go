package identity

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bailiwick"
	"bailiwick/internal/ledger"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
)

// Service answers who asks, and changes who may. It is safe for concurrent
// use; one process has one.
type Service struct {
	store   *store.Store
	vault   *vault.Vault
	ledger  *ledger.Ledger
	tenants *tenant.Registry
	clock   bailiwick.Clock

	hashing chan struct{} // a place per password that is being hashed
	changes atomic.Uint64 // counted up after every change of a user, session or token
	cache   recognised
	names   nameCache
	dummy   func() string // a password hash that no password fits
}

// New makes the service.
func New(s *store.Store, v *vault.Vault, l *ledger.Ledger, t *tenant.Registry, c bailiwick.Clock) *Service {
	return &Service{
		store: s, vault: v, ledger: l, tenants: t, clock: c,
		hashing: make(chan struct{}, maxHashing),
		dummy:   sync.OnceValue(dummyHash),
	}
}

// Operator is whoever runs the installation, acting on one tenant from the
// command line: it may make users and links, and has no role, so that no door
// shows it a record. Only cmd and server ask for it.
func Operator(t bailiwick.TenantID) bailiwick.Actor {
	return bailiwick.NewActor(bailiwick.ActorSpec{Kind: bailiwick.Job, Tenant: t, Purpose: bailiwick.ProvideService, JobName: operatorJob})
}

const operatorJob = "operator"

func isOperator(a bailiwick.Actor) bool {
	return a.Kind() == bailiwick.Job && a.JobName() == operatorJob
}

// update runs f as store.Update does and then makes what this process
// remembers of users and sessions worthless. Everything that takes a right
// away goes through it, so that the right is gone when it returns.
func (s *Service) update(ctx context.Context, t bailiwick.TenantID, f func(store.TenantTx) error) error {
	defer s.changes.Add(1)
	return s.store.Update(ctx, t, f)
}

// newID makes an identifier for now.
func (s *Service) newID() (bailiwick.ID, error) { return bailiwick.NewID(s.clock.Now(), nil) }

// missing reports whether err says that there is no such row.
func missing(err error) bool { return errors.Is(err, store.ErrNoRows) }

func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}
