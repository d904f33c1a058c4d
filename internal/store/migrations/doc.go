// Package migrations holds the schema, written once for both engines, and the
// machinery that brings a database to it.
//
// There are two sequences: directory (tenants and hosts) and tenant (what each
// tenant has). On SQLite the tenant sequence runs in each tenant's file when it
// is opened; on PostgreSQL both run once in the cluster, as the owner role.
// Files are numbered without gaps and only go forward: NNNN_noun.sql.
//
// The text is SQL with macros, see [Render]. A query works on both engines
// because the tables are the same: the tenant's column exists on SQLite too,
// as the constant 0, which costs no byte of payload.
package migrations
