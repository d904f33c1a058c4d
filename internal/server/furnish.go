package server

import (
	"log/slog"

	"bailiwick"
	"bailiwick/internal/custody"
	"bailiwick/internal/identity"
	"bailiwick/internal/ledger"
	"bailiwick/internal/outbox"
	"bailiwick/internal/proposal"
	"bailiwick/internal/store"
	"bailiwick/internal/tenant"
	"bailiwick/internal/vault"
	"bailiwick/packs"
)

// Furnish makes the rooms of the house over an open store and vault: the one
// place where they are put together, for the commands and for the scenarios.
// It opens nothing.
func Furnish(data *store.Store, keys *vault.Vault, clock bailiwick.Clock, log *slog.Logger) Parts {
	l := ledger.New(clock, nil)
	tenants := tenant.New(data, keys, l, clock, packs.Shipped())
	users := identity.New(data, keys, l, tenants, clock)
	door := custody.New(custody.Deps{
		Store: data, Vault: keys, Ledger: l, Tenants: tenants, Names: users.Names, Clock: clock,
	})
	changes := proposal.New(proposal.Deps{
		Store: data, Vault: keys, Ledger: l, Tenants: tenants, Door: door, Clock: clock,
	})
	return Parts{
		Store: data, Vault: keys, Ledger: l, Tenants: tenants, Identity: users, Door: door, Proposals: changes, Clock: clock, Log: log,
		Outbox: outbox.New(data, keys, clock),
	}
}
