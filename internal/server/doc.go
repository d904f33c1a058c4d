// Package server puts the house together and puts it on the network: it finds
// the tenant by host name, finds out who asks, looks the request up in the one
// table of routes, and maps every error to an answer in one place.
//
// Invariants:
//
//   - The tenant comes from the host name only (R8.1). A host that names none
//     gets the same bytes as any other such host.
//   - What is not in the table of routes does not exist: the muxes are built
//     from it and from nothing else, and the negative tests are generated from
//     it.
//   - A page is reached with the session cookie, the API with a bearer token,
//     never the other way round: a browser attaches cookies by itself, so an
//     API that took them could be driven from a foreign site.
//   - The access log and the metrics know routes by their pattern. Paths,
//     queries, names and values are in neither.
//   - What is not in the table of jobs does not happen by itself. A job may be
//     stopped anywhere, run again and run twice; none of today's opens content.
//   - A known actor who is turned away at the table of routes is in the
//     activity record, at most one entry a minute for the same route.
//   - A listener that is not loopback speaks TLS, or stands behind a proxy
//     that the operator named (R8.7).
package server
