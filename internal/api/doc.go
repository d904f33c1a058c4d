// Package api is the JSON face of a tenant: what the pages do, programs do
// here, through the same door.
//
// Invariants:
//
//   - A handler reads, bounds and checks the form of a request; whether it is
//     allowed and whether it is right is decided in internal/custody and
//     internal/identity. No handler touches a store or a key.
//   - An answer that is an error is a problem (RFC 9457) that names fields and
//     rules and never holds a value. Problems are written in one place,
//     [WriteProblem], by the server.
//   - No value of a customer goes into an address: filters on sealed fields and
//     search words travel in the body of a POST.
//   - The OpenAPI document of a tenant is built from the same record types and
//     the same list of operations that the server routes.
package api
