// Package store runs SQL on behalf of one tenant, or on the directory of
// tenants, without its callers knowing which engine is underneath: one SQLite
// file per tenant, or rows behind forced row-level security in PostgreSQL.
//
// The package is a portable type and a driver. [Store] is what features hold;
// it enforces the rules that must not differ between engines. A [Driver]
// (store/sqlite, store/postgres) does the rest and is chosen in cmd only. The
// queries stand in sub-packages, one per noun, as functions that take a
// [TenantTx] or a [DirectoryTx].
//
// Invariants:
//
//   - There is no unscoped handle. A TenantTx reaches the rows of one tenant, a
//     DirectoryTx reaches no content of any customer, and nothing in this
//     package turns one into the other.
//   - A query never passes a tenant identifier. It names tenant_id in the
//     conflict target of an upsert and nowhere else; a test holds that.
//   - A function given to Update sees the effect of every earlier Update of
//     its tenant: writers of one tenant run one after another on both engines.
//   - What a function did is durable when Update returns nil, and gone when it
//     returns an error.
//   - An error of the engine leaves this package as a [Failure], which holds no
//     value of a row.
package store
